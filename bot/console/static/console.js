// The console's page. It keeps no messages: whenever the program says that something is new, it asks again and shows
// what the store has. Data only ever becomes text, never markup.

import {
  $, words, ZONE, HOUR, DAY, LONG, remember, fold, size, focus, make, icon, replace, ask, post, complain, coalesced,
} from "./basics.js";

const TITLE = document.title;
const UPLOAD_LIMIT = 25 * 1024 * 1024;
const DAY_LENGTH = 24 * 60 * 60 * 1000;

let people = [];
let me = remember.get("me", null);
let seen = remember.get("seen", null);
let picked = [];
let pending = null; // what is being sent, with its id: trying again sends the same update
let ahead = 0; // milliseconds between this machine's clock and the program's

// --- Who one is

const role = (person) => person?.role ?? "stranger";
const nameOf = (person) => person.name ?? `${words.stranger} ${person.address.replace(/\D+/g, "")}`.trim();
const postOf = (person) => person.name ? [words.roles[role(person)], person.unit].filter(Boolean).join(" · ") : words.unknown;
const initials = (person) => nameOf(person).split(/\s+/).slice(-2).map((word) => word[0]).join("").toUpperCase();
const unread = (person) => person.address === me ? 0 : Math.max(0, person.received - (seen[person.address] ?? 0));
const current = () => people.find((person) => person.address === me);

const loadPeople = coalesced(async () => {
  const answer = await ask("/api/people");
  setClock(answer.now);
  people = answer.people;
  seen ??= Object.fromEntries(people.map((person) => [person.address, person.received]));
  if (!current()) me = (people.find((person) => role(person) === "cadre") ?? people[0]).address;
  for (const person of people) {
    seen[person.address] = person.address === me && !document.hidden
      ? person.received : Math.min(seen[person.address] ?? 0, person.received);
  }
  remember.set("seen", seen);
  showPeople();
});

function badge(count) {
  if (!count) return null;
  return make("span", { className: "badge" }, String(count), make("span", { className: "sr", textContent: ` ${words.unread}` }));
}

function showPeople() {
  const person = current();
  $("face").textContent = initials(person);
  $("name").textContent = nameOf(person);
  $("post").textContent = postOf(person);
  const waiting = people.reduce((sum, one) => sum + unread(one), 0);
  $("others").textContent = String(waiting);
  $("others").hidden = !waiting;
  document.title = (waiting ? `(${waiting}) ` : "") + TITLE;
  showCast();
  showList();
  showHints();
}

function showCast() {
  const cast = Object.keys(words.cast).filter(first);
  replace($("cast"), cast.join() + role(current()), () => cast.map((name) => make("button", {
    type: "button", textContent: words.cast[name], onclick: () => become(first(name).address),
    data: { "aria-pressed": String(role(current()) === name) },
  })));
}

const first = (name) => name === "stranger"
  ? people.findLast((person) => role(person) === name)
  : people.find((person) => role(person) === name);

function showList() {
  const sought = fold($("find").value.trim());
  const found = people.filter((person) => fold(`${nameOf(person)} ${postOf(person)}`).includes(sought));
  const rows = Object.entries(words.groups).flatMap(([name, title]) => {
    const members = found.filter((person) => role(person) === name);
    return members.length ? [make("h3", { textContent: title }), ...members.map(row)] : [];
  });
  const key = JSON.stringify([me, found, found.map(unread)]);
  replace($("list"), key, () => rows.length ? rows : [make("p", { className: "note", textContent: words.nobody })]);
  if (showList.me !== me) $("list").querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" });
  showList.me = me;
}

function row(person) {
  return make("button", {
    type: "button", onclick: () => become(person.address),
    data: { "aria-current": String(person.address === me), "data-address": person.address },
  },
  make("span", { className: "face", textContent: initials(person), ariaHidden: "true" }),
  make("span", { className: "names" },
    make("strong", { textContent: nameOf(person) }), make("small", { textContent: person.unit ?? words.unknown })),
  badge(unread(person)));
}

async function become(address) {
  if (address !== me) {
    me = address;
    remember.set("me", me);
    pending = null;
    pick([]);
    $("log").replaceChildren();
    shown = [];
    $("typing").hidden = true;
    showPeople();
  }
  closePanels();
  focus($("text"));
  await Promise.all([loadMessages(), loadPeople()]);
}

function showHints() {
  replace($("hints"), role(current()), () => words.hints[role(current())].map((hint) => make("button", {
    type: "button", textContent: hint.trim(), title: hint.trim(), onclick: () => suggest(hint),
  })));
}

/** A suggestion that ends with a space waits for the rest; any other is sent at once. */
function suggest(hint) {
  if (hint.endsWith(" ")) {
    $("text").value = hint;
    $("text").focus();
    showReady();
    return undefined;
  }
  return deliver({ text: hint });
}

$("hints").addEventListener("wheel", (event) => { $("hints").scrollLeft += event.deltaX || event.deltaY; }, { passive: true });

// --- Messages

let shown = [];
let retry = 0;

const loadMessages = coalesced(async () => {
  const whose = me;
  const answer = await ask(`/api/messages?as=${encodeURIComponent(whose)}`);
  if (whose !== me) { loadMessages(); return; }
  setClock(answer.now);
  showMessages(answer.messages);
  const waiting = answer.messages.some((message) => message.waiting);
  $("typing").hidden = !waiting;
  clearTimeout(retry);
  if (waiting) retry = setTimeout(loadMessages, 1500);
});

function showMessages(messages) {
  const atEnd = nearEnd();
  const before = shown.length;
  const items = [];
  const latest = messages.findLast((message) => message.choices?.length);
  let day = "";
  for (const message of messages) {
    const date = LONG.format(new Date(message.at));
    if (date !== day) items.push({ day: date });
    day = date;
    items.push({ ...message, old: message !== latest });
  }
  const log = $("log");
  const signatures = items.map((item) => JSON.stringify({ ...item, waiting: false }));
  items.forEach((item, index) => {
    if (signatures[index] === shown[index]) return;
    const element = item.day ? make("li", { className: "day", textContent: item.day }) : bubble(item);
    const there = log.children[index];
    if (there) there.replaceWith(element);
    else log.append(element);
  });
  while (log.children.length > items.length) log.lastChild.remove();
  shown = signatures;
  $("empty").hidden = items.length > 0;
  if (items.length > before && atEnd) {
    const spoke = items.findLastIndex((item) => item.mine);
    anchor = spoke >= before - 1 ? spoke : before || items.length - 1;
    following = true;
    follow();
  }
  showDown();
}

function bubble(message) {
  const side = message.mine ? "mine" : "theirs";
  const moment = new Date(message.at);
  const time = make("time", { dateTime: message.at, textContent: HOUR.format(moment), title: LONG.format(moment) });
  return make("li", { className: `msg ${side}${message.old ? " old" : ""}`, data: { "data-id": String(message.id) } },
    message.text ? make("div", { className: "bubble" }, ...(message.mine ? [message.text] : linked(message.text)), time) : null,
    message.files.length ? make("div", { className: "files" }, ...message.files.map((file, number) => fileOf(message, file, number))) : null,
    message.choices?.length ? make("div", { className: "choices" }, ...message.choices.map((label, number) => make("button", {
      type: "button", textContent: label, onclick: (event) => press(event.currentTarget, message.id, number),
    }))) : null);
}

/** The text with the commands in it as something to tap. */
function linked(text) {
  return text.split(/(?<=^|[\s"“(:,;])(\/[a-z]{2,}(?![\w/-]))/).map((part, index) => index % 2
    ? make("button", { type: "button", className: "command", textContent: part, onclick: () => deliver({ text: part }) })
    : part);
}

function fileOf(message, file, number) {
  const address = `/files/${message.mine ? "in" : "out"}-${message.id}/${number}?as=${encodeURIComponent(me)}`;
  if (file.picture) {
    const image = make("img", { src: `${address}&show=1`, alt: file.name });
    return make("a", { href: `${address}&show=1`, target: "_blank", rel: "noopener" }, image);
  }
  return make("a", { className: "file", href: address, download: file.name },
    icon("M13 3H6.500a1.500 1.500 0 0 0-1.500 1.500v15A1.500 1.500 0 0 0 6.500 21h11a1.500 1.500 0 0 0 1.500-1.500V9zM13 3v6h6M12 12v5.500M9.500 15l2.500 2.500 2.500-2.500"),
    make("span", {}, file.name, make("small", { textContent: [words.download, size(file.size)].filter(Boolean).join(" · ") })));
}

// What is new comes into view by itself, but never so far that its beginning, or the question before it, goes out.
const scroll = $("scroll");
let following = true;
let anchor = 0; // the message whose beginning stays in view
const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
function follow() {
  const first = $("log").children[anchor];
  const end = scroll.scrollHeight - scroll.clientHeight;
  if (following && first) scroll.scrollTop = Math.max(scroll.scrollTop, Math.min(end, first.offsetTop - 8));
  showDown();
}
function toEnd() { scroll.scrollTop = scroll.scrollHeight; }
function showDown() { $("down").hidden = nearEnd(); }
let lastTop = 0;
scroll.addEventListener("scroll", () => {
  // Only a person scrolls up; content that grows (a picture has loaded) does not end the following.
  if (nearEnd()) following = true;
  else if (scroll.scrollTop < lastTop) following = false;
  lastTop = scroll.scrollTop;
  showDown();
});
const sizes = new ResizeObserver(follow);
sizes.observe(scroll);
sizes.observe($("log"));
$("down").onclick = toEnd;

// --- Sending

async function deliver(what) {
  const files = what.files ?? [];
  const key = JSON.stringify([me, what.text ?? "", what.press ?? null, files.map((file) => [file.name, file.size])]);
  if (pending?.key !== key) pending = { key, id: crypto.randomUUID() };
  const { id } = pending;
  const fields = { as: me, id, text: what.text ?? "" };
  try {
    if (files.length) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      for (const file of files) form.append("files", file, file.name);
      await ask("/api/upload", { method: "POST", body: form });
    } else {
      await post("/api/send", what.press ? { ...fields, press: what.press } : fields);
    }
    pending = null;
  } catch (error) {
    complain(error);
    return false;
  }
  toEnd();
  await loadMessages();
  return true;
}

async function press(button, message, number) {
  button.disabled = true;
  await deliver({ press: [message, number] });
  button.disabled = false;
}

const showReady = () => { $("send").disabled = !$("text").value.trim() && !picked.length; };

$("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value;
  if ($("send").disabled) return;
  const files = picked;
  $("send").disabled = true;
  if (await deliver({ text, files })) {
    if ($("text").value === text) $("text").value = "";
    if (picked === files) pick([]);
  }
  showReady();
});

$("text").addEventListener("keydown", (event) => {
  // A Vietnamese input method may still be composing: that Enter is its own.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("write").requestSubmit();
});
$("text").addEventListener("input", showReady);

function pick(files) {
  if (files.reduce((sum, file) => sum + file.size, 0) > UPLOAD_LIMIT) {
    complain(new Error("413"));
    return;
  }
  picked = files;
  $("picked").replaceChildren(...files.map((file) => make("li", {},
    make("span", { textContent: `${file.name} · ${size(file.size)}` }),
    make("button", {
      type: "button", textContent: "×", ariaLabel: `${words.remove} ${file.name}`,
      onclick: () => { pick(picked.filter((other) => other !== file)); $("text").focus(); },
    }))));
  showReady();
}

$("attach").onclick = () => $("files").click();
$("files").onchange = () => { pick([...picked, ...$("files").files]); $("files").value = ""; $("text").focus(); };
$("text").addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) { event.preventDefault(); pick([...picked, ...event.clipboardData.files]); }
});
const phone = document.querySelector(".phone");
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); phone.classList.add("dropping"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) phone.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  phone.classList.remove("dropping");
  if (event.dataTransfer.files.length) { pick([...picked, ...event.dataTransfer.files]); $("text").focus(); }
});

// --- The clock

function setClock(now) {
  ahead = Date.parse(now) - Date.now();
  showClock();
  const date = new Date(Date.parse(now) + DAY_LENGTH).toLocaleDateString("sv-SE", { timeZone: ZONE });
  $("to").value ||= `${date}T08:00`;
}

function showClock() {
  const now = new Date(Date.now() + ahead);
  const texts = { hour: HOUR.format(now), day: DAY.format(now), long: LONG.format(now) };
  for (const place of document.querySelectorAll("[data-now]")) {
    const text = texts[place.dataset.now];
    if (place.textContent !== text) place.textContent = text;
  }
}

const move = (body) => post("/api/clock", body).then((answer) => setClock(answer.now), complain);
for (const button of document.querySelectorAll("[data-hours]")) {
  button.onclick = () => move({ hours: Number(button.dataset.hours) });
}
$("jump").addEventListener("submit", (event) => { event.preventDefault(); move({ to: $("to").value }); });
setInterval(showClock, 5000);

// --- Panels, keys, and what to try

const narrow = matchMedia("(max-width: 1099px)");
let opener = null;
function openPanel(button) {
  const panel = $(button.dataset.open);
  opener = button;
  button.setAttribute("aria-expanded", "true");
  panel.classList.add("open");
  $("shade").hidden = false;
  phone.inert = narrow.matches;
  focus(panel.querySelector("input, .moves button"));
}
function closePanels() {
  for (const panel of document.querySelectorAll(".panel")) panel.classList.remove("open");
  $("shade").hidden = true;
  phone.inert = false;
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
  opener = null;
}
narrow.addEventListener("change", closePanels);
for (const button of document.querySelectorAll("[data-open]")) button.onclick = () => openPanel(button);
for (const closer of document.querySelectorAll("[data-close]")) closer.onclick = closePanels;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { closePanels(); $("text").focus(); }
});
$("find").addEventListener("input", showList);
$("list").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...$("list").querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement) + step]?.focus();
});
$("find").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") { event.preventDefault(); $("list").querySelector("button")?.focus(); }
});

$("steps").append(...words.steps.map((step) => make("li", {}, make("button", {
  type: "button", textContent: step.label,
  onclick: async (event) => {
    const button = event.currentTarget;
    const person = role(current()) === step.role ? current() : first(step.role);
    if (!person) return;
    await become(person.address);
    await suggest(step.say);
    button.classList.add("done");
  },
}))));

// --- News

function listen() {
  const news = new EventSource("/api/events");
  news.onopen = () => { $("offline").hidden = true; loadPeople(); loadMessages(); };
  news.onerror = () => {
    $("offline").hidden = false;
    if (news.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  };
  news.onmessage = (event) => {
    const { address, now } = JSON.parse(event.data);
    setClock(now);
    if (address === null) return;
    loadPeople();
    if (address === me) loadMessages();
  };
}
document.addEventListener("visibilitychange", () => { if (!document.hidden) loadPeople(); });

await loadPeople();
await loadMessages();
showReady();
listen();
