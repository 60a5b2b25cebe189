// What the page is made with: words, elements, values as people read them, and talking to the program.

export const $ = (id) => document.getElementById(id);
export const phone = document.querySelector(".phone");
export const words = JSON.parse($("words").textContent);
export const ZONE = "Asia/Ho_Chi_Minh";
const format = (options) => new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, ...options });
export const HOUR = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const DAY = format({ weekday: "short", day: "2-digit", month: "2-digit" });
export const LONG = format({ weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });

export const remember = {
  get: (key, otherwise) => { try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; } },
  set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* private window */ } },
};

export const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\u0111/gi, "d").toLowerCase();

export function size(bytes) {
  if (bytes === null) return "";
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toLocaleString("vi-VN", { maximumFractionDigits: 1 })} MB`;
}

// --- Elements

export function make(tag, properties = {}, ...children) {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(data ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Where there is no mouse, focus would call up the keyboard over half of the screen. */
export function focus(element) {
  if (matchMedia("(hover: hover)").matches) element?.focus({ preventScroll: true });
}

/** Put new children into an element, unless it shows the same thing already; focus stays on the same child. */
export function replace(element, key, children) {
  if (element.dataset.shows === key) return;
  element.dataset.shows = key;
  const place = [...element.children].indexOf(document.activeElement);
  element.replaceChildren(...children());
  if (place >= 0) element.children[place]?.focus();
}

// --- Talking to the program

export async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("network");
  }
  if (response.ok) return response.json();
  throw refusal(response.status, await response.json().catch(() => null));
}

const refusal = (status, body) => new Error(words.errors[status] ? String(status) : body?.error ?? "");

export const post = (path, body) =>
  ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Send fields and files, and tell `progress` which part of them has gone out: `fetch` can't say that. */
export function upload(path, fields, files, progress) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => progress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status === 200) resolve(request.response);
      else reject(refusal(request.status, request.response));
    };
    request.onerror = () => reject(new Error("network"));
    request.responseType = "json";
    request.open("POST", path);
    request.send(form);
  });
}

export function complain(error) {
  const toast = $("toast");
  toast.textContent = words.errors[error.message] ?? words.errors.other;
  toast.hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { toast.hidden = true; }, 6000);
}

/** Run `work` now; calls that come meanwhile become one more run afterwards. */
export function coalesced(work) {
  let running = null;
  let again = false;
  return async function run() {
    if (running) { again = true; return running; }
    running = work().catch(() => {});
    await running;
    running = null;
    if (again) { again = false; return run(); }
  };
}
