// The day board keeps itself up to date: it asks every few seconds whether something
// changed, and takes the new board in only while nobody types, has a menu open, or is
// about to press something there. Until then it says that something new waits.
const ASK_EVERY = 10000;
const COUNT_EVERY = 15000;
const SETTLED = 1500; // milliseconds since the pointer last moved over the board
const FORGOTTEN = 15000; // a pointer that has not moved for so long was left there
const SCROLL_KEY = "wellhouse-board-scroll";
const PRESSED = "a, button, summary, input, select, textarea, label";

const stamp = document.querySelector("[data-board-stamp]");
let movedAt = 0;
let isAsking = false;
let failures = 0;
// The server's clock may run ahead of this one (in the demo): minutes go by it.
let offset = Date.parse(board().dataset.now) - Date.now();

function board() {
  return document.getElementById("board");
}

/** Whether a new board may take the place of this one without being in the way. */
function isCalm() {
  const focused = document.activeElement;
  const isTyping = board().contains(focused) && focused.matches("input, select, textarea");
  const isOpen = board().querySelector("details[open]");
  const isAimed = isPointing();
  return !isTyping && !isOpen && !isAimed && !document.querySelector("dialog[open]");
}

function isPointing() {
  const still = Date.now() - movedAt;
  const hovered = [...board().querySelectorAll(":hover")];
  return still < SETTLED || (still < FORGOTTEN && hovered.some((one) => one.matches(PRESSED)));
}

async function ask() {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    const answer = await fetch(board().dataset.poll, { headers: { "X-Background-Poll": "1" } });
    // Where the session is over the entrance answers: the page's own watch sees to it.
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    failures = 0;
    delete stamp.dataset.isOld;
    say(answer.status === 200 && !take(await answer.text()) ? stamp.dataset.newer : "");
  } catch {
    failures += 1;
    if (failures > 1) {
      say(stamp.dataset.away);
      stamp.dataset.isOld = "";
    }
  } finally {
    isAsking = false;
  }
}

/** Beside the lists; the same words are not read out twice. */
function say(words) {
  if (stamp.textContent !== words) stamp.textContent = words;
}

/** Put a new board in the place of this one; false while that would be in the way. */
function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("board");
  if (!fresh || !isCalm()) return false; // the next turn brings it
  const focused = board().contains(document.activeElement) ? document.activeElement.id : "";
  const [x, y] = [window.scrollX, window.scrollY];
  board().replaceWith(document.importNode(fresh, true));
  offset = Date.parse(board().dataset.now) - Date.now();
  window.scrollTo(x, y);
  if (focused) refocus(focused);
  return true;
}

/** Give the keyboard back its place; a line that went leaves it on the lists. */
function refocus(id) {
  const same = document.getElementById(id) ?? document.getElementById("show-all");
  same?.focus({ preventScroll: true });
}

function count() {
  for (const span of board().querySelectorAll("[data-minutes-since]")) {
    const passed = Date.now() + offset - Date.parse(span.dataset.minutesSince);
    span.textContent = String(Math.max(0, Math.floor(passed / 60000)));
  }
}

document.addEventListener("pointermove", (event) => {
  if (board().contains(event.target)) movedAt = Date.now();
}, { passive: true });

// A press answers with the whole page: it opens where it was left.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-board-act]")) {
    sessionStorage.setItem(SCROLL_KEY, `${location.pathname}${location.search} ${window.scrollY}`);
  }
});
const [page, y] = (sessionStorage.getItem(SCROLL_KEY) ?? "").split(" ");
sessionStorage.removeItem(SCROLL_KEY);
if (page === location.pathname + location.search) window.scrollTo(0, Number(y));

document.addEventListener("visibilitychange", ask);
setInterval(ask, ASK_EVERY);
setInterval(count, COUNT_EVERY);
