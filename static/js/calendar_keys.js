// By keyboard: arrows go from visit to visit and through the free times between them;
// a visit picked up with Space goes along.
import * as grid from "./calendar_sheet.js";
import { peek } from "./calendar_peek.js";

const SLOT = 2 * grid.STEP; // rows of the free time that the keyboard stands on
let held = null;

const current = () => document.activeElement?.closest("#diary :is(.visit-card, .slot)");

/** One stop for the Tab key: the visit that is next, or the first. */
function settleTabs() {
  const links = [...document.querySelectorAll("#diary .visit-link")];
  for (const link of links) link.tabIndex = -1;
  const first = links[0] ?? null;
  if (first) first.tabIndex = 0;
  else if (grid.sheet()) grid.sheet().tabIndex = 0;
}

function focusOn(place) {
  for (const link of document.querySelectorAll("#diary .visit-link")) link.tabIndex = -1;
  const link = place.querySelector("a") ?? place;
  link.tabIndex = 0;
  link.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function dropSlot(except) {
  for (const slot of document.querySelectorAll("#diary .slot.is-key")) {
    if (slot !== except) slot.remove();
  }
}

/** Stand on a row of a column: on the visit that lies there, else on the free time. */
function goTo(column, row) {
  const at = Math.min(Math.max(row, 0), grid.rowCount() - 1);
  const cards = [...column.querySelectorAll(".visit-card")];
  const card = cards.find((one) => {
    const { first, size } = grid.rowsOf(one);
    return first <= at && at < first + size;
  });
  dropSlot();
  if (card) return focusOn(card);
  if (!grid.sheet().dataset.book) return;
  focusOn(slotAt(column, at, cards));
}

function slotAt(column, row, cards) {
  const later = cards.map((one) => grid.rowsOf(one).first).filter((first) => first > row);
  const size = Math.min(SLOT, grid.rowCount() - row, ...later.map((first) => first - row));
  const slot = document.createElement("li");
  const link = document.createElement("a");
  slot.className = "slot is-key";
  link.href = grid.bookingAt(column, row);
  link.textContent = `${grid.clock(row)} `;
  const words = document.createElement("span");
  words.className = "visually-hidden";
  words.textContent = `${document.getElementById("diary-words").dataset.book}: ${grid.nameOf(column)}`;
  link.append(words);
  slot.append(link);
  grid.cardsOf(column).append(slot);
  grid.lay(slot, row, Math.max(size, 1));
  return slot;
}

function walk(place, key) {
  const all = grid.columns();
  const column = place.closest(".diary-column");
  const here = all.indexOf(column);
  const { first, size } = grid.rowsOf(place);
  const after = "visit" in place.dataset ? first + size : snapUp(first + 1);
  if (key === "ArrowDown") goTo(column, after);
  else if (key === "ArrowUp") goTo(column, snapDown(first - 1));
  else if (key === "Home") goTo(column, 0);
  else if (key === "End") goTo(column, grid.rowCount() - grid.STEP);
  else {
    const next = all[here + (key === "ArrowRight" ? 1 : -1)];
    if (next) goTo(next, first);
  }
}

const snapDown = (row) => Math.floor(row / grid.STEP) * grid.STEP;
const snapUp = (row) => Math.ceil(row / grid.STEP) * grid.STEP;

// A visit in the hand -----------------------------------------------------------------
function words(name, values) {
  let text = document.getElementById("diary-words").dataset[name];
  for (const [key, value] of Object.entries(values ?? {})) text = text.replace(`{${key}}`, value);
  return text;
}

function pickUp(card) {
  const column = card.closest(".diary-column");
  const { first, size } = grid.rowsOf(card);
  const minutes = Number(card.dataset.minutes);
  held = { card, column, first, size, minutes, home: column, was: { first, minutes } };
  grid.aim(card, first, minutes, held);
  grid.say(words("held"));
}

function carry(key, isFine) {
  const all = grid.columns();
  const step = isFine ? 1 : grid.STEP;
  if (key === "ArrowUp") held.first = Math.max(held.first - step, 0);
  if (key === "ArrowDown") held.first = Math.min(held.first + step, grid.rowCount() - 1);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    const next = all[all.indexOf(held.column) + (key === "ArrowRight" ? 1 : -1)];
    if (next) held.column = next;
  }
  showHeld();
}

function lengthen(by) {
  const minutes = held.minutes + by * grid.ROW;
  if (minutes < grid.ROW) return;
  held.minutes = minutes;
  held.size = Math.max(held.size + by, 1);
  showHeld();
}

function showHeld() {
  const cards = grid.cardsOf(held.column);
  if (held.card.parentElement !== cards) cards.append(held.card);
  grid.lay(held.card, held.first, held.size);
  grid.aim(held.card, held.first, held.minutes, held);
  focusOn(held.card);
  const [from, until] = grid.stretch(held.first, held.minutes);
  grid.say(words("at", { from, until, who: grid.nameOf(held.column) }));
}

function letGo() {
  const { card, column, first, minutes, home, was } = held;
  const isSame = column === home && first === was.first && minutes === was.minutes;
  if (isSame) return putBack();
  card.classList.remove("is-held");
  const dropped = held;
  held = null;
  undone = dropped;
  grid.place(card, column, first, minutes);
}

let undone = null;

function putBack() {
  const { card } = held;
  forget();
  focusOn(card);
}

/** Who goes on with something else has let go: the visit is where it was, and says so. */
function forget() {
  const { card, home } = held;
  held = null;
  grid.putBack(card, home);
  grid.say(words("back"));
}

/** A press while a visit is in the hand only lets go of it: it draws and drags nothing. */
function onPress(event) {
  if (!held) return;
  if (event.target.closest?.("#diary")) event.stopPropagation();
  forget();
}

function onFocus(event) {
  if (held && !held.card.contains(event.target)) forget();
  const slot = event.target.closest?.(".slot");
  if (!event.target.closest?.("#diary")) dropSlot(slot);
}

/** The server was not reached. */
function onBack() {
  if (!undone) return;
  grid.putBack(undone.card, undone.home);
  focusOn(undone.card);
  undone = null;
}

function onHeldKey(event) {
  const acts = {
    Enter: letGo,
    " ": letGo,
    Escape: putBack,
    "+": () => lengthen(1),
    "=": () => lengthen(1),
    "-": () => lengthen(-1),
  };
  if (event.key === "Tab") return putBack(); // and the focus goes on from there
  if (event.key.startsWith("Arrow")) carry(event.key, event.shiftKey);
  else if (acts[event.key]) acts[event.key]();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const WALKS = new Set(["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"]);

function onKey(event) {
  if (!event.target.closest?.("#diary") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (held) return onHeldKey(event);
  const place = current();
  if (!place) return onEmpty(event);
  if (WALKS.has(event.key)) walk(place, event.key);
  else if (event.key === " " && "movable" in place.dataset) pickUp(place);
  else if (event.key === "i" && place.dataset.visit) peek(place, { isPinned: true });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** On a sheet without a visit the first arrow begins at its top. */
function onEmpty(event) {
  if (event.target !== grid.sheet() || !WALKS.has(event.key)) return;
  event.preventDefault();
  goTo(grid.columns()[0], 0);
}

export function begin() {
  document.addEventListener("keydown", onKey, { capture: true });
  document.addEventListener("pointerdown", onPress, { capture: true });
  document.addEventListener("focusin", onFocus);
  document.addEventListener("diary:shown", () => {
    undone = null;
    settleTabs();
  });
  document.addEventListener("diary:back", onBack);
  settleTabs();
}
