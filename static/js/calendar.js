// The calendar's page: what is chosen, where the sheet stands, the line of now.
import { begin as beginDragging } from "./calendar_drag.js";
import { begin as beginKeys } from "./calendar_keys.js";
import { begin as beginPeeking } from "./calendar_peek.js";
import { sheet } from "./calendar_sheet.js";

const MINUTE = 60000;

/** The bar's form acts as soon as something is chosen in it. */
function listenToFilter() {
  const form = document.querySelector("[data-diary-filter]");
  form?.addEventListener("change", (event) => {
    if (event.target.name !== "who" && event.target.checkValidity()) form.requestSubmit();
  });
}

/** The same part of the sheet is in view after a press brought the page anew. */
function keepScroll() {
  const key = "wellhouse-diary-at";
  const diary = sheet();
  if (!diary) return;
  const kept = JSON.parse(sessionStorage.getItem(key) ?? "null");
  if (kept?.address === location.href) diary.scrollTo(kept.left, kept.top);
  else showNow(diary);
  addEventListener("pagehide", () => {
    const now = sheet();
    const place = { address: location.href, left: now?.scrollLeft, top: now?.scrollTop };
    sessionStorage.setItem(key, JSON.stringify(place));
  });
}

/** The hour before now, at the top. */
function showNow(diary) {
  const line = diary.querySelector(".diary-now span");
  if (line) diary.scrollTop = Math.max(0, line.offsetTop - diary.clientHeight / 3);
}

/** The line moves on with the minutes that pass while the page stays open. */
function moveNow() {
  let shown = Date.now();
  const step = () => {
    for (const line of document.querySelectorAll(".diary-now span")) {
      line.dataset.row ??= getComputedStyle(line).gridRowStart;
      const passed = Math.floor((Date.now() - shown) / MINUTE / 5);
      line.style.gridRowStart = Number(line.dataset.row) + passed;
    }
  };
  setInterval(step, MINUTE);
  // A sheet that comes anew has the line where it is then.
  document.addEventListener("diary:shown", () => {
    shown = Date.now();
  });
}

listenToFilter();
keepScroll();
moveNow();
beginDragging();
beginKeys();
beginPeeking();
