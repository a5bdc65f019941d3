// The card over a visit: by pointing at it, by a long press, or with the letter I. What
// a finger can drag it holds first (calendar_drag.js).
import { isMovable, sheet } from "./calendar_sheet.js";

const SOON = 450;
const LONG_PRESS = 550;
let timer = 0;
let shown = null; // the visit whose card is open
let isPinned = false;

const box = () => document.getElementById("diary-peek");

export async function peek(card, { isPinned: pin = false } = {}) {
  clearTimeout(timer);
  const address = card.querySelector("[data-peek]")?.dataset.peek;
  if (!address || card.classList.contains("is-held")) return;
  if (shown === card && !pin) return;
  const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || !card.isConnected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const part = page.querySelector(".peek");
  if (!part) return;
  box().replaceChildren(document.adoptNode(part));
  if (!box().matches(":popover-open")) box().showPopover();
  shown = card;
  isPinned = pin;
  stand(card);
  if (pin) box().querySelector("a, button").focus();
}

/** Beside the visit, inside the window. */
function stand(card) {
  const at = card.getBoundingClientRect();
  const size = box().getBoundingClientRect();
  const right = at.right + 8 + size.width <= innerWidth ? at.right + 8 : at.left - size.width - 8;
  box().style.left = `${Math.min(Math.max(right, 8), innerWidth - size.width - 8)}px`;
  box().style.top = `${Math.min(Math.max(at.top, 8), innerHeight - size.height - 8)}px`;
}

export function close() {
  clearTimeout(timer);
  if (!box()?.matches(":popover-open")) return;
  const hadFocus = box().contains(document.activeElement);
  box().hidePopover();
  if (hadFocus) shown?.querySelector("a")?.focus({ preventScroll: true });
  shown = null;
  isPinned = false;
}

function soon(act, wait = SOON) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

function onOver(event) {
  if (event.pointerType === "touch" || event.buttons) return;
  const card = event.target.closest?.("#diary .visit-card[data-visit]");
  if (card) soon(() => peek(card));
  else if (event.target.closest?.("#diary-peek")) clearTimeout(timer);
  else if (shown && !isPinned) soon(close, 300);
  else clearTimeout(timer);
}

function onTouch(event) {
  const card = event.target.closest?.("#diary .visit-card[data-visit]");
  if (event.pointerType === "touch" && card) {
    if (!isMovable(card)) soon(() => peek(card, { isPinned: true }), LONG_PRESS);
  } else if (!event.target.closest?.("#diary-peek")) close();
}

export function begin() {
  if (!sheet()) return;
  addEventListener("pointerover", onOver);
  addEventListener("pointerdown", onTouch);
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, (event) => event.pointerType === "touch" && clearTimeout(timer));
  }
  addEventListener("contextmenu", (event) => {
    if (shown && event.target.closest?.(".visit-card")) event.preventDefault();
  });
  addEventListener("scroll", (event) => event.target === sheet() && close(), { capture: true });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    event.stopPropagation();
    close();
  }, { capture: true });
  document.addEventListener("diary:dragging", close);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-peek-close]")) close();
  });
}
