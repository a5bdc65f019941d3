// What was typed and not saved, kept in this tab while its person is away. It is
// encrypted with a key that only their own pages carry, so whoever sits here
// meanwhile cannot read it.
import { unsaved } from "./forms.js";

const LASTS = 12 * 3600 * 1000;
const NOT_TYPED = "[type=hidden], [type=password], [type=file], button, fieldset, output";
const { staff, draftsKey } = document.body.dataset;
const place = `draft:${staff}:${location.pathname}${location.search}`;
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const letters = (buffer) => Array.from(new Uint8Array(buffer), (n) => String.fromCharCode(n));
const text = (buffer) => btoa(letters(buffer).join(""));

function cipher(use) {
  const raw = bytes(draftsKey);
  return crypto.subtle.importKey("raw", raw, "AES-GCM", false, [use]);
}

function controls(form) {
  return [...form.elements].filter((each) => each.name && !each.matches(NOT_TYPED));
}

function stateOf(control) {
  if (control.matches("[type=checkbox], [type=radio]")) return control.checked;
  if (!control.matches("select")) return control.value;
  return [...control.options].map((option) => option.selected);
}

function put(control, state) {
  if (typeof state === "boolean") control.checked = state;
  else if (typeof state === "string") control.value = state;
  else [...control.options].forEach((option, number) => (option.selected = state[number]));
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Keep what was typed. False if something was and could not be kept. */
export async function stash() {
  const forms = unsaved().map((form) => ({
    action: form.action,
    version: form.elements.version?.value,
    typed: controls(form).map((each) => [each.name, stateOf(each)]),
  }));
  if (forms.length === 0) return true;
  try {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const words = new TextEncoder().encode(JSON.stringify(forms));
    const secret = await crypto.subtle.encrypt(
      { name: "AES-GCM", iv },
      await cipher("encrypt"),
      words,
    );
    const draft = { at: Date.now(), iv: text(iv), secret: text(secret) };
    sessionStorage.setItem(place, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

/** The page still has it, or it is saved. */
export function drop() {
  sessionStorage.removeItem(place);
}

function fill({ action, version, typed }) {
  const forms = [...document.querySelectorAll("form[data-keep]")];
  const form = forms.find((each) => each.action === action);
  if (!form) return;
  // What others changed since this was typed is told, not saved over.
  if (version && form.elements.version) form.elements.version.value = version;
  const left = controls(form);
  for (const [name, state] of typed) {
    const number = left.findIndex((each) => each.name === name);
    if (number < 0) continue;
    const [control] = left.splice(number, 1);
    if (JSON.stringify(stateOf(control)) !== JSON.stringify(state)) put(control, state);
  }
}

async function restore() {
  const draft = JSON.parse(sessionStorage.getItem(place) ?? "null");
  if (!draft) return;
  drop();
  if (Date.now() - draft.at > LASTS) return;
  try {
    const clear = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: bytes(draft.iv) },
      await cipher("decrypt"),
      bytes(draft.secret),
    );
    JSON.parse(new TextDecoder().decode(clear)).forEach(fill);
  } catch {
    return; // another password since then, or another key of the site: unreadable
  }
  const words = document.getElementById("toast-drafts");
  document.getElementById("toasts")?.append(words.content.cloneNode(true));
}

if (staff) restore();
