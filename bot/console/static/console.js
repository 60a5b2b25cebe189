// The console's page. It keeps no messages: whenever the program says that something is new, it asks again and shows
// what the store has. Data only ever becomes text, never markup.

import {
  $, phone, words, ZONE, HOUR, DAY, LONG, remember, fold, size, focus, make, icon, replace, ask, post, complain, coalesced,
} from "./basics.js";
import { deliver, forget, pick, suggest, write } from "./writing.js";

const TITLE = document.title;
const DAY_LENGTH = 24 * 60 * 60 * 1000;

let people = [];
let me = remember.get("me", null);
let seen = remember.get("seen", null);
let zalo = remember.get("zalo", false); // whether to show what Zalo would show
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
    forget();
    clear();
    showPeople();
  }
  closePanels();
  focus($("text"));
  await Promise.all([loadMessages(), loadPeople()]);
}

function showHints() {
  replace($("hints"), role(current()), () => words.hints[role(current())].map((hint, index) => make("button", {
    type: "button", textContent: hint.trim(), title: hint.trim(), tabIndex: index ? -1 : 0, onclick: () => suggest(hint),
  })));
}

// One stop for Tab, so that the answers are near the text box; among the suggestions go the arrows.
$("hints").addEventListener("focusin", (event) => {
  for (const hint of $("hints").children) hint.tabIndex = hint === event.target ? 0 : -1;
});

$("hints").addEventListener("wheel", (event) => { $("hints").scrollLeft += event.deltaX || event.deltaY; }, { passive: true });

// --- Messages

let shown = [];
let retry = 0;

const loadMessages = coalesced(async () => {
  const [whose, view] = [me, zalo];
  const answer = await ask(`/api/messages?as=${encodeURIComponent(whose)}${view ? "&view=zalo" : ""}`);
  if (whose !== me || view !== zalo) { loadMessages(); return; }
  setClock(answer.now);
  showMessages(answer.messages);
  const waiting = answer.messages.filter((message) => message.waiting);
  showBusy(waiting.length > 0, waiting.some((message) => !message.mine && message.files.length));
  clearTimeout(retry);
  if (waiting.length) retry = setTimeout(loadMessages, 1500);
});

/** Three dots at once; words when it takes longer than people expect of a chat. */
function showBusy(busy, making) {
  $("typing").hidden = !busy;
  if (!busy) {
    showBusy.timers?.forEach(clearTimeout);
    showBusy.timers = null;
    $("busy").textContent = "";
    return;
  }
  const say = (text) => { $("busy").textContent = making ? words.busy.file : text; };
  showBusy.timers ??= [setTimeout(() => say(words.busy.second), 1000), setTimeout(() => say(words.busy.long), 10000)];
}

function clear() {
  $("log").replaceChildren();
  shown = [];
  showBusy(false);
}

function showAs(view) {
  zalo = view;
  remember.set("zalo", zalo);
  $("zalo").checked = zalo;
  $("plain").hidden = !zalo;
  clear();
  return loadMessages();
}
$("zalo").onchange = () => showAs($("zalo").checked);
$("rich").onclick = () => { showAs(false); $("text").focus(); };

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
  // Who opens a chat is not read all of it: only what comes afterwards.
  log.parentElement.setAttribute("aria-busy", String(!before));
  const signatures = items.map((item) => JSON.stringify(item.mine ? { ...item, waiting: false } : item));
  items.forEach((item, index) => {
    if (signatures[index] === shown[index]) return;
    const element = item.day ? make("li", { className: "day", textContent: item.day }) : bubble(item);
    const there = log.children[index];
    if (there) swap(there, element);
    else log.append(element);
  });
  while (log.children.length > items.length) log.lastChild.remove();
  shown = signatures;
  setTimeout(() => log.parentElement.removeAttribute("aria-busy"));
  $("empty").hidden = items.length > 0;
  if (items.length > before && atEnd) {
    const spoke = items.findLastIndex((item) => item.mine);
    anchor = spoke >= before - 1 ? spoke : before || items.length - 1;
    following = true;
    follow();
  }
  showDown();
}

/** Put an element in another's place; who stood on one of its buttons stands there still. */
function swap(there, element) {
  const stops = "button, a";
  const held = [...there.querySelectorAll(stops)].indexOf(document.activeElement);
  there.replaceWith(element);
  if (held >= 0) element.querySelectorAll(stops)[held]?.focus({ preventScroll: true });
}

function bubble(message) {
  const side = message.mine ? "mine" : "theirs";
  const moment = new Date(message.at);
  const time = make("time", { dateTime: message.at, textContent: HOUR.format(moment), title: LONG.format(moment) });
  return make("li", { className: `msg ${side}${message.old ? " old" : ""}`, data: { "data-id": String(message.id) } },
    make("span", { className: "sr", textContent: message.mine ? words.me : words.assistant }),
    message.text ? make("div", { className: "bubble" }, ...(message.mine ? [message.text] : linked(message.text)), time) : null,
    message.files.length ? make("div", { className: "files" }, ...message.files.map((file) => fileOf(message, file))) : null,
    message.choices?.length ? make("div", { className: "choices" }, ...message.choices.map((label, number) => make("button", {
      type: "button", textContent: label, onclick: (event) => press(event.currentTarget, message.id, number),
    }))) : null);
}

/** The text with its commands as something to tap; where Zalo shows it, with its links instead. */
function linked(text) {
  const pattern = zalo ? OWN_LINK : /(?<=^|[\s"“(:,;])(\/[a-z]{2,}(?![\w/-]))/;
  return text.split(pattern).map((part, index) => {
    if (index % 2 === 0) return part;
    if (zalo) return make("a", { href: part, textContent: part });
    return make("button", { type: "button", className: "command", textContent: part, onclick: () => deliver({ text: part }) });
  });
}
const OWN_LINK = new RegExp(`(${location.origin.replace(/[.[\]]/g, "\\$&")}/files/\\S+)`);

function fileOf(message, file) {
  const address = `${file.path}?as=${encodeURIComponent(me)}`;
  if (file.picture && !(message.waiting && !message.mine)) {
    const image = make("img", { src: `${address}&show=1`, alt: file.name });
    return make("a", { href: `${address}&show=1`, target: "_blank", rel: "noopener" }, image);
  }
  const waiting = message.waiting && !message.mine;
  const about = waiting ? words.busy.file : [words.download, size(file.size)].filter(Boolean).join(" · ");
  return make(waiting ? "p" : "a", waiting ? { className: "file" } : { className: "file", href: address, download: file.name },
    icon("M13 3H6.500a1.500 1.500 0 0 0-1.500 1.500v15A1.500 1.500 0 0 0 6.500 21h11a1.500 1.500 0 0 0 1.500-1.500V9zM13 3v6h6M12 12v5.500M9.500 15l2.500 2.500 2.500-2.500"),
    make("span", {}, file.name, make("small", { textContent: about })));
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
$("down").onclick = () => { toEnd(); focus($("text")); };

async function press(button, message, number) {
  button.disabled = true;
  await deliver({ press: [message, number] });
  button.disabled = false;
}

write({
  whose: () => me,
  said: () => shown.map((item) => JSON.parse(item)).filter((item) => item.mine && item.text).map((item) => item.text),
  sent: async () => {
    toEnd();
    await loadMessages();
    if (document.activeElement === document.body) focus($("text")); // a choice that was pressed lets go of the keys
  },
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
const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
document.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  const row = step && event.target.closest("button")?.closest(".cast, .list, .choices, .hints, .moves, .steps");
  if (!row) return;
  event.preventDefault();
  const buttons = [...row.querySelectorAll("button")];
  buttons[buttons.indexOf(event.target) + step]?.focus();
});
$("find").addEventListener("keydown", (event) => {
  const found = $("list").querySelector("button");
  if (event.isComposing || !found) return;
  if (event.key === "ArrowDown") { event.preventDefault(); found.focus(); }
  if (event.key === "Enter" && $("find").value.trim()) found.click();
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
await showAs(zalo);
listen();
