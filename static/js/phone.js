// A phone of the demo keeps itself up to date: it asks every two seconds whether
// something is new, and takes in what is, but for a part in which somebody is at work.
// What is being typed stands outside of these parts.
const ASK_EVERY = 2000;

const room = document.getElementById("phone-room");
const said = document.querySelector("[data-phone-said]");
let stamp = room.dataset.stamp;
let isAsking = false;
let failures = 0;

async function ask() {
  if (isAsking || document.hidden) return;
  isAsking = true;
  try {
    const address = `${room.dataset.poll}&seen=${encodeURIComponent(stamp)}`;
    const answer = await fetch(address, { headers: { "X-Background-Poll": "1" } });
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    failures = 0;
    if (answer.status === 200) take(await answer.text());
  } catch {
    failures += 1;
    if (failures > 1) say(said.dataset.away);
  } finally {
    isAsking = false;
  }
}

/** Take in every part that nobody is at work in; the rest comes with the next turn. */
function take(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  let isWhole = true;
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.getElementById(part.id);
    if (!newer) continue;
    if (isInUse(part)) isWhole = false;
    else part.replaceChildren(...document.importNode(newer, true).childNodes);
  }
  if (isWhole) stamp = fresh.getElementById("phone-room").dataset.stamp;
  say(newest());
}

function isInUse(part) {
  const focused = document.activeElement;
  return part !== focused && part.contains(focused);
}

/** The words of the last text, where the practice wrote it. */
function newest() {
  const last = [...document.querySelectorAll("#phone-screen .said")].at(-1);
  if (!last?.matches(".said-out, .said-reply")) return "";
  return last.querySelector(".said-words").textContent;
}

/** Read out once. */
function say(words) {
  if (said.textContent !== words) said.textContent = words;
}

document.addEventListener("visibilitychange", ask);
setInterval(ask, ASK_EVERY);
