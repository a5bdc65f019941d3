"use strict";
const at = (id) => document.getElementById(id);
const box = JSON.parse(at("sealed").textContent);
const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

/* As practice.sheet_files does it. */
const plain = (typed) => typed.toUpperCase().replace(/[^0-9A-Z]/g, "")
  .replace(/O/g, "0").replace(/[IL]/g, "1");

async function unseal(passphrase) {
  const text = new TextEncoder();
  const base = await crypto.subtle.importKey(
    "raw", text.encode(plain(passphrase)), "PBKDF2", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    {name: "PBKDF2", hash: "SHA-256", salt: bytes(box.salt), iterations: box.rounds},
    base, {name: "AES-GCM", length: 256}, false, ["decrypt"]);
  const clear = await crypto.subtle.decrypt(
    {name: "AES-GCM", iv: bytes(box.nonce), additionalData: text.encode(box.format)},
    key, bytes(box.sealed));
  return JSON.parse(new TextDecoder().decode(clear));
}

/* Only ever as text: what people typed is never read as markup. */
function add(parent, name, words, kind) {
  const node = parent.appendChild(document.createElement(name));
  if (words) node.textContent = words;
  if (kind) node.className = kind;
  return node;
}

function table(parent, columns, rows, kind) {
  const whole = add(parent, "table", "", kind);
  const head = add(add(whole, "thead"), "tr");
  for (const word of columns) add(head, "th", word).scope = "col";
  const body = add(whole, "tbody");
  for (const cells of rows) {
    const row = add(body, "tr");
    for (const cell of cells) add(row, "td", cell);
  }
}

function show(sheet) {
  const page = at("sheet");
  page.replaceChildren();
  const head = add(page, "header");
  add(head, "h1", sheet.title);
  for (const line of sheet.head) add(head, "p", line);
  for (const part of sheet.parts) {
    const section = add(page, "section");
    add(section, "h2", part.title);
    if (part.note) add(section, "p", part.note, "note");
    if (part.rows.length) table(section, part.columns, part.rows);
    else add(section, "p", part.empty);
  }
  const lines = add(page, "section", "", "lines");
  add(lines, "h2", sheet.lines.title);
  add(lines, "p", sheet.lines.note, "note");
  const blank = Array.from({length: sheet.lines.count}, (_, n) =>
    sheet.lines.columns.map((_word, column) => (column ? "" : String(n + 1))));
  table(lines, sheet.lines.columns, blank, "blank");
  at("door").hidden = true;
  at("tools").hidden = false;
  page.focus();
}

function shut() {
  at("sheet").replaceChildren();
  at("tools").hidden = true;
  at("door").hidden = false;
  at("passphrase").value = "";
  at("passphrase").focus();
}

at("door").addEventListener("submit", async (event) => {
  event.preventDefault();
  at("said").textContent = "Opening…";
  try {
    const sheet = await unseal(at("passphrase").value);
    at("said").textContent = "";
    show(sheet);
  } catch (fault) {
    at("said").textContent = globalThis.crypto?.subtle
      ? "That is not the passphrase of this sheet. It may have been changed: look which day the envelope says."
      : "This browser cannot open it. Try Chrome, Edge or Firefox.";
    at("passphrase").select();
  }
});
at("print").addEventListener("click", () => print());
at("shut").addEventListener("click", shut);
