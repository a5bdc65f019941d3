// Near the rim of the sheet something that is held makes it scroll, and the page where
// the sheet ends: for a finger, which cannot scroll meanwhile, as for a mouse.
import { sheet } from "./calendar_sheet.js";

const RIM = 44; // pixels
const PACE = 7; // pixels a frame

/** Scroll as a pointer wants that was at one point and is at another; whether it did. */
export function scrollOn(from, at, { isSideways }) {
  const diary = sheet();
  const box = diary.getBoundingClientRect();
  const top = Math.max(box.top, 0) + diary.querySelector(".diary-head").offsetHeight;
  const left = box.left + diary.querySelector(".diary-hours").offsetWidth;
  const down = wayOn(at.y, from.y, top, Math.min(box.bottom, innerHeight));
  const across = isSideways ? wayOn(at.x, from.x, left, Math.min(box.right, innerWidth)) : 0;
  const isBeyond = down < 0 ? box.top < 0 : box.bottom > innerHeight;
  const went = scroll(diary, "scrollLeft", across);
  if (scroll(diary, "scrollTop", down)) return true;
  return scroll(document.scrollingElement, "scrollTop", isBeyond ? down : 0) || went;
}

/** Only towards a rim: what was taken up beside it stays until it is drawn there. */
function wayOn(at, from, first, last) {
  if (at < first + RIM && at < from) return -PACE;
  return at > last - RIM && at > from ? PACE : 0;
}

function scroll(what, way, by) {
  const stood = what[way];
  if (by) what[way] += by;
  return what[way] !== stood;
}
