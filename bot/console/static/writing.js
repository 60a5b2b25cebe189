// Writing and sending: the text box, files that are picked, dropped or pasted, and how far an upload has come.

import { $, phone, words, size, make, post, upload, complain } from "./basics.js";

const UPLOAD_LIMIT = 25 * 1024 * 1024;

let page = { whose: () => null, said: () => [], sent: async () => {} };
let picked = [];
let pending = null; // what is being sent, with its id: trying again sends the same update
let recalled = -1; // how far back in what one has said the text box is

/** Begin: `page` tells who one is and what one has said so far, and hears when something was sent. */
export function write(given) {
  page = given;
  showReady();
}

/** Somebody else writes now. */
export function forget() {
  pending = null;
  recalled = -1;
  pick([]);
}

export async function deliver(what) {
  const files = what.files ?? [];
  const key = JSON.stringify([page.whose(), what.text ?? "", what.press ?? null, files.map((file) => [file.name, file.size])]);
  if (pending?.key !== key) pending = { key, id: crypto.randomUUID() };
  const fields = { as: page.whose(), id: pending.id, text: what.text ?? "" };
  try {
    if (files.length) await upload("/api/upload", fields, files, showProgress);
    else await post("/api/send", what.press ? { ...fields, press: what.press } : fields);
    pending = null;
  } catch (error) {
    complain(error);
    return false;
  } finally {
    showProgress(null);
  }
  await page.sent();
  return true;
}

/** A suggestion that ends with a space waits for the rest; any other is sent at once. */
export function suggest(hint) {
  if (!hint.endsWith(" ")) return deliver({ text: hint });
  $("text").value = hint;
  $("text").focus();
  showReady();
  return undefined;
}

/** How much has gone out, of 1; `null` when it is over. */
function showProgress(part) {
  $("uploading").hidden = part === null;
  $("progress").value = part ?? 0;
  $("percent").textContent = part === null ? "" : `${Math.round(100 * part)}%`;
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
    recalled = -1;
  }
  showReady();
});

$("text").addEventListener("keydown", (event) => {
  // A Vietnamese input method may still be composing: those keys are its own.
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    $("write").requestSubmit();
  } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    recall(event);
  }
});
$("text").addEventListener("input", () => { recalled = -1; showReady(); });

/** In an empty box the arrows bring back what one has said, the latest first, to send it again or mend it. */
function recall(event) {
  if ($("text").value && recalled < 0) return;
  const said = page.said().reverse();
  recalled = Math.min(Math.max(recalled + (event.key === "ArrowUp" ? 1 : -1), -1), said.length - 1);
  event.preventDefault();
  $("text").value = said[recalled] ?? "";
  $("text").setSelectionRange($("text").value.length, $("text").value.length);
  showReady();
}

export function pick(files) {
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

const add = (files) => { pick([...picked, ...files]); $("text").focus(); };

/** A picture from the clipboard is called "image.png" by every browser: the moment tells two of them apart. */
function pasted(file) {
  if (file.name !== "image.png") return file;
  const moment = new Date().toLocaleTimeString("sv-SE").replaceAll(":", "");
  return new File([file], `${words.pasted}-${moment}.png`, { type: file.type });
}

$("attach").onclick = () => $("files").click();
$("files").onchange = () => { add($("files").files); $("files").value = ""; };
document.addEventListener("paste", (event) => {
  const files = [...event.clipboardData.files];
  if (!files.length) return;
  event.preventDefault();
  add(files.map(pasted));
});
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => { event.preventDefault(); phone.classList.add("dropping"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) phone.classList.remove("dropping"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  phone.classList.remove("dropping");
  if (event.dataTransfer.files.length) add(event.dataTransfer.files);
});
