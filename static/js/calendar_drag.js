// Draw a free time to book it, drag a visit, drag its edge: by mouse or pen at once. A
// finger scrolls; once it rests a moment it does the same, and lifted where it was it
// opens the visit's card.
import * as grid from "./calendar_sheet.js";
import { peek } from "./calendar_peek.js";
import { scrollOn } from "./calendar_rim.js";

const ENOUGH = 5; // pixels, before a press is a drag
const LONG_PRESS = 400; // milliseconds, before a finger holds what is under it
const STILL = 10; // pixels that a resting finger wanders
let act = null; // what is going on
let press = null; // a finger that may yet scroll
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
  if (event.button || !canGrab(event.target)) return;
  if (event.pointerType === "touch") rest(event);
  else grab(event);
}

function canGrab(target) {
  const card = target.closest(".visit-card");
  if (!target.closest("#diary .diary-column") || !grid.sheet().dataset.book) return false;
  return !card || grid.isMovable(card);
}

function grab(event) {
  const column = event.target.closest(".diary-column");
  const card = event.target.closest(".visit-card");
  const row = grid.rowAt(column, event.clientY);
  const { pointerId: pointer, clientX: x, clientY: y } = event;
  act = { pointer, column, from: row, x, y, isMoved: false };
  if (card) {
    const { first, size } = grid.rowsOf(card);
    const minutes = Number(card.dataset.minutes);
    const isEdge = event.target.closest(".visit-edge") !== null;
    act = { ...act, card, isEdge, first, size, minutes };
  } else {
    event.preventDefault();
    act.slot = slotAt(column, snap(row), 2 * grid.STEP);
    act.first = snap(row);
  }
  forget();
}

// A finger ----------------------------------------------------------------------------
function rest(event) {
  leave();
  if (!event.isPrimary) return cancel();
  press = { x: event.clientX, y: event.clientY, timer: setTimeout(() => hold(event), LONG_PRESS) };
}

function leave() {
  clearTimeout(press?.timer);
  press = null;
}

function hold(event) {
  leave();
  if (!event.target.isConnected) return;
  grab(event);
  act.isTouch = true;
  act.card?.classList.add("is-held");
  navigator.vibrate?.(15);
}

/** What a finger holds stays under it: nothing scrolls, no menu opens. */
function keep(event) {
  if (act?.isTouch && event.cancelable) event.preventDefault();
}

/** While the pointer rests near a rim, what it holds goes on as the sheet does. */
function goOn(going) {
  if (act !== going) return;
  const isSideways = !act.slot && !act.isEdge;
  const at = { x: act.at.clientX, y: act.at.clientY };
  if (scrollOn(act, at, { isSideways })) follow(act.at);
  requestAnimationFrame(() => goOn(going));
}

function onMove(event) {
  if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > STILL) leave();
  if (act && event.pointerId !== act.pointer) return;
  // It was let go where no page hears of it: outside the window, in another program.
  if (act && !act.isTouch && !event.buttons) cancel();
  if (!act) return hover(event);
  const far = Math.hypot(event.clientX - act.x, event.clientY - act.y);
  if (!act.isMoved && far < (act.isTouch ? STILL : ENOUGH)) return;
  if (!act.isMoved) document.dispatchEvent(new CustomEvent("diary:dragging"));
  act.isMoved = true;
  event.preventDefault();
  follow(event);
  const isFirst = !act.at;
  act.at = event;
  if (isFirst) goOn(act);
}

function follow(event) {
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
  act.slot.textContent = grid.stretch(act.first, act.size * grid.ROW).join(" – ");
}

function stretch(event) {
  const last = Math.max(grid.rowAt(act.column, event.clientY) + 1, act.first + 1);
  const changed = (last - act.first - act.size) * grid.ROW;
  act.newMinutes = Math.max(act.minutes + changed, grid.ROW);
  grid.lay(act.card, act.first, last - act.first);
  grid.aim(act.card, act.first, act.newMinutes, { column: act.column, home: act.column });
}

function drag(event) {
  // Past the last column it is still in that one.
  const column = columnAt(event.clientX) ?? act.toColumn ?? act.column;
  const row = grid.rowAt(column, event.clientY) - act.from + act.first;
  act.to = Math.min(Math.max(row, 0), grid.rowCount() - 1);
  act.toColumn = column;
  if (act.card.parentElement !== grid.cardsOf(column)) grid.cardsOf(column).append(act.card);
  grid.lay(act.card, act.to, act.size);
  grid.aim(act.card, act.to, act.minutes, { column, home: act.column });
}

function onUp(event) {
  leave();
  if (event.pointerId !== act?.pointer) return;
  const done = act;
  act = null;
  if (done.slot) {
    location.assign(grid.bookingAt(done.column, done.first, done.isMoved ? done.size : 0));
  } else if (done.isMoved) {
    event.preventDefault();
    swallowClick();
    finish(done);
  } else if (done.isTouch) {
    swallowClick();
    putBack(done);
    peek(done.card, { isPinned: true });
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
  if (done) grid.putBack(done.card, done.column);
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
  if (event.key === "Escape") cancel();
}

function cancel() {
  leave();
  if (!act) return;
  act.slot?.remove();
  if (act.card) putBack(act);
  act = null;
}

/** Each visit that can be moved gets an edge to drag. */
function prepare() {
  // Not on the window: pages scroll more smoothly where nothing listens.
  grid.sheet()?.addEventListener("touchmove", keep, { passive: false });
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
  addEventListener("pointercancel", cancel);
  addEventListener("contextmenu", keep);
  addEventListener("keydown", onKey, { capture: true });
  addEventListener("dragstart", (event) => {
    if (event.target.closest?.("#diary")) event.preventDefault();
  });
  document.addEventListener("diary:shown", () => {
    undone = null;
    prepare();
  });
  document.addEventListener("diary:back", () => {
    putBack(undone);
    undone = null;
  });
  prepare();
}
