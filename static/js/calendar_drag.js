// By mouse or pen: draw a free time to book it, drag a visit, drag its edge. A finger
// scrolls; it opens a visit's card by a long press and moves it from there.
import * as grid from "./calendar_sheet.js";

const ENOUGH = 5; // pixels, before a press is a drag
let act = null; // what is going on
let hint = null; // the free time under the mouse

function columnAt(x) {
  return grid.columns().find((column) => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x < box.right;
  });
}

function slotAt(column, first, size) {
  const slot = document.createElement("li");
  slot.className = "slot";
  slot.textContent = grid.clock(first);
  grid.cardsOf(column).append(slot);
  grid.lay(slot, first, size);
  return slot;
}

const snap = (row) => Math.floor(row / grid.STEP) * grid.STEP;

function forget() {
  hint?.remove();
  hint = null;
}

function onDown(event) {
  const diary = event.target.closest("#diary");
  if (!diary || event.button || event.pointerType === "touch" || !diary.dataset.book) return;
  const column = event.target.closest(".diary-column");
  const card = event.target.closest(".visit-card");
  if (!column || (card && !("movable" in card.dataset))) return;
  const row = grid.rowAt(column, event.clientY);
  act = { column, from: row, x: event.clientX, y: event.clientY, isMoved: false };
  if (card) {
    const { first, size } = grid.rowsOf(card);
    const minutes = Number(card.dataset.minutes);
    const isEdge = event.target.closest(".visit-edge") !== null;
    act = { ...act, card, isEdge, first, size, minutes, home: grid.cardsOf(column) };
  } else {
    event.preventDefault();
    act.slot = slotAt(column, snap(row), 2 * grid.STEP);
    act.first = snap(row);
  }
  forget();
}

function onMove(event) {
  if (!act) return hover(event);
  const far = Math.hypot(event.clientX - act.x, event.clientY - act.y);
  if (!act.isMoved && far < ENOUGH) return;
  if (!act.isMoved) document.dispatchEvent(new CustomEvent("diary:dragging"));
  act.isMoved = true;
  event.preventDefault();
  if (act.slot) draw(event);
  else if (act.isEdge) stretch(event);
  else drag(event);
}

function hover(event) {
  forget();
  const column = event.target.closest?.(".diary-column");
  if (event.pointerType === "touch" || !column || !grid.sheet().dataset.book) return;
  if (event.target.closest(".visit-card, .slot")) return;
  hint = slotAt(column, snap(grid.rowAt(column, event.clientY)), grid.STEP);
}

function draw(event) {
  const row = Math.max(grid.rowAt(act.column, event.clientY), act.first);
  act.size = Math.max(snap(row) + grid.STEP - act.first, grid.STEP);
  grid.lay(act.slot, act.first, act.size);
  act.slot.textContent = `${grid.clock(act.first)} – ${grid.clock(act.first + act.size)}`;
}

function stretch(event) {
  const last = Math.max(grid.rowAt(act.column, event.clientY) + 1, act.first + 1);
  const changed = (last - act.first - act.size) * grid.ROW;
  act.newMinutes = Math.max(act.minutes + changed, grid.ROW);
  act.card.classList.add("is-held");
  grid.lay(act.card, act.first, last - act.first);
}

function drag(event) {
  const column = columnAt(event.clientX) ?? act.column;
  const row = grid.rowAt(column, event.clientY) - act.from + act.first;
  act.to = Math.min(Math.max(row, 0), grid.rowCount() - 1);
  act.toColumn = column;
  act.card.classList.add("is-held");
  if (act.card.parentElement !== grid.cardsOf(column)) grid.cardsOf(column).append(act.card);
  grid.lay(act.card, act.to, act.size);
}

function onUp(event) {
  if (!act) return;
  const done = act;
  act = null;
  if (done.slot) {
    location.assign(grid.bookingAt(done.column, done.first, done.isMoved ? done.size : 0));
  } else if (done.isMoved) {
    event.preventDefault();
    swallowClick();
    finish(done);
  }
}

function finish(done) {
  const { card, isEdge } = done;
  card.classList.remove("is-held");
  const column = isEdge ? done.column : done.toColumn;
  const row = isEdge ? done.first : done.to;
  const minutes = isEdge ? done.newMinutes : done.minutes;
  const isSame = column === done.column && row === done.first && minutes === done.minutes;
  if (isSame) putBack(done);
  else {
    undone = done;
    grid.place(card, column, row, minutes);
  }
}

let undone = null;

function putBack(done) {
  if (!done) return;
  done.card.classList.remove("is-held");
  done.home.append(done.card);
  grid.lay(done.card);
}

/** The click that ends a drag is none. */
function swallowClick() {
  const stop = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }), 50);
}

function onKey(event) {
  if (event.key !== "Escape" || !act) return;
  act.slot?.remove();
  if (act.card) putBack(act);
  act = null;
}

/** Each visit that can be moved gets an edge to drag. */
function addEdges() {
  for (const card of document.querySelectorAll("#diary[data-place]:not([data-place='']) [data-movable]")) {
    const edge = document.createElement("span");
    edge.className = "visit-edge";
    card.append(edge);
  }
}

export function begin() {
  addEventListener("pointerdown", onDown);
  addEventListener("pointermove", onMove);
  addEventListener("pointerup", onUp);
  addEventListener("keydown", onKey, { capture: true });
  addEventListener("dragstart", (event) => {
    if (event.target.closest?.("#diary")) event.preventDefault();
  });
  document.addEventListener("diary:shown", addEdges);
  document.addEventListener("diary:back", () => putBack(undone));
  addEdges();
}
