// Automatic log-off, and leaving the screen to another person. Working on the
// page keeps the session; two minutes before the end it asks; at the end it
// covers the page, keeps what was typed, and lifts the cover when the same
// person is back. For another person the page is loaded anew.
import { cover, uncover } from "./cover.js";
import { post, refresh } from "./csrf.js";
import { drop, stash } from "./drafts.js";
import { forgetChanges } from "./forms.js";

const WARN_SECONDS = 120;
const SAY_SO_EVERY = 60000; // milliseconds between two words to the server
const ASK_EVERY = 3000;
const LETTING_GO = 10000; // milliseconds that a server may need until somebody has left

const { staff, statusUrl, extendUrl, idleSeconds } = document.body.dataset;
const limit = Number(idleSeconds) * 1000;
const warning = document.getElementById("idle-warning");
const signedOut = document.getElementById("signed-out");
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("wellhouse") : null;
let heardAt = Date.now(); // when the server last heard of the person
let isOut = false;
let isGoing = false;
let leftAt = 0; // when another tab said that the person leaves

function heard() {
  heardAt = Date.now();
  if (warning.open) warning.close();
}

async function extend() {
  heard();
  try {
    const answer = await post(extendUrl, new FormData());
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    settle(await answer.json());
    tabs?.postMessage({ heard: staff });
  } catch {
    ask();
  }
}

/** Ask, without counting as use, whether this session still stands. */
async function ask() {
  try {
    const answer = await fetch(statusUrl, { headers: { "X-Background-Poll": "1" } });
    const state = await answer.json();
    settle(state);
  } catch {
    // No answer is no reason to show anything: an open page stays, a cover stays.
  }
}

async function settle(state) {
  if (!state.signed_in) {
    leave();
  } else if (String(state.staff) !== staff) {
    if (isGoing) return; // asking again would begin a slow page again, for ever
    isGoing = true;
    await stash();
    forgetChanges();
    location.reload();
  } else {
    refresh(state.csrf);
    heardAt = Date.now() - limit + state.seconds_left * 1000;
    // What the server says before it has let them go is old.
    if (isOut && Date.now() - leftAt > LETTING_GO) comeBack();
  }
}

function leave() {
  if (isOut) return;
  isOut = true;
  stash();
  if (warning.open) warning.close();
  cover(signedOut, signedOut.querySelector("h2").textContent);
}

function comeBack() {
  isOut = false;
  drop();
  uncover(signedOut);
}

/** Go on to a page of the entrance; what was typed waits for its person. */
async function goAway(go) {
  if (await stash()) forgetChanges();
  tabs?.postMessage({ left: staff });
  go();
}

function showLeft(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  warning.querySelector("[data-idle-left]").textContent = text;
}

function tick() {
  if (isOut) return;
  const left = heardAt + limit - Date.now();
  if (left <= 0) {
    leave();
    ask();
  } else if (left <= WARN_SECONDS * 1000) {
    if (!warning.open) warning.showModal();
    showLeft(left);
  } else if (warning.open) {
    warning.close();
  }
}

function used() {
  const isQuiet = isOut || warning.open;
  if (!isQuiet && Date.now() - heardAt > SAY_SO_EVERY) extend();
}

if (staff && limit > 0 && statusUrl && extendUrl && warning && signedOut) {
  for (const kind of ["pointerdown", "keydown", "wheel", "input"]) {
    document.addEventListener(kind, used, { passive: true, capture: true });
  }
  document.addEventListener("htmx:afterRequest", (event) => {
    const sent = event.detail.requestConfig?.headers ?? {};
    if (!sent["X-Background-Poll"] && event.detail.successful) heard();
  });
  // A request that lands on the sign-in page must not be swapped into this one.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const landed = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (landed === document.body.dataset.loginUrl) {
      event.detail.shouldSwap = false;
      leave();
    }
  });
  tabs?.addEventListener("message", (event) => {
    if (event.data.heard === staff && !isOut) heard();
    else if (event.data.left === staff) {
      leftAt = Date.now();
      leave();
    } else { // somebody came back, or came instead
      leftAt = 0;
      ask();
    }
  });
  tabs?.postMessage({ heard: staff });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-sign-out")) tabs?.postMessage({ left: staff });
    if (!form.hasAttribute("data-leave")) return;
    event.preventDefault();
    goAway(() => form.submit());
  });
  signedOut.querySelector("[data-come-back]").addEventListener("click", (event) => {
    event.preventDefault();
    goAway(() => location.assign(event.target.closest("a").href));
  });
  warning.addEventListener("cancel", () => extend());
  warning.querySelector("[data-idle-stay]").addEventListener("click", extend);
  document.addEventListener("visibilitychange", () => {
    tick();
    if (!document.hidden && Date.now() - heardAt > SAY_SO_EVERY) ask();
  });
  window.addEventListener("focus", () => isOut && ask());
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  setInterval(tick, 1000);
  setInterval(() => isOut && ask(), ASK_EVERY);
}
