// Keys. Single keys can be switched off for a person (WCAG 2.1.4); Ctrl-K stays.
import { isCovered } from "./cover.js";
import { isDialogOpen, openDialog } from "./dialogs.js";
import { blank } from "./screen.js";

const SECOND_KEY_WITHIN = 1500;
const isOff = document.body.dataset.shortcuts === "off";
let first = "";
let timer = 0;

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

function press(keys) {
  const all = document.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`);
  const place = [...all].find((each) => each.checkVisibility());
  place?.click();
  return place !== undefined;
}

/** Move the focus along the lines of a list. */
function walk(by) {
  const lines = [...document.querySelectorAll("#content :is(.row-link, .line-link)")];
  const here = lines.findIndex((line) => line === document.activeElement);
  const next = lines[here < 0 ? (by > 0 ? 0 : lines.length - 1) : here + by];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const ACTS = {
  "/": () => openDialog("palette"),
  "?": () => openDialog("keyboard-help"),
  b: () => blank(),
  w: () => document.querySelector("form[data-leave]")?.requestSubmit(),
  j: () => walk(1),
  k: () => walk(-1),
};

function wait(key) {
  first = key;
  clearTimeout(timer);
  timer = setTimeout(() => (first = ""), SECOND_KEY_WITHIN);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isCovered()) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (openDialog("palette")) event.preventDefault();
    return;
  }
  if (isOff || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || isDialogOpen() || event.key.length > 1) return;
  const before = first;
  first = "";
  if (before && press(`${before} ${event.key}`)) event.preventDefault();
  else if (!before && ACTS[event.key]) {
    event.preventDefault();
    ACTS[event.key]();
  } else if (!before && press(event.key)) event.preventDefault();
  else if (document.querySelector(`[data-shortcut^="${CSS.escape(event.key)} "]`)) {
    wait(event.key);
  }
});

function row(place) {
  const line = document.createElement("div");
  const term = document.createElement("dt");
  const keys = document.createElement("dd");
  const words = place.getAttribute("aria-label") ?? place.querySelector(".rail-label")?.textContent;
  term.textContent = (words ?? place.textContent).trim();
  for (const key of place.dataset.shortcut.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    keys.append(cap, " ");
  }
  line.append(term, keys);
  return line;
}

const help = document.getElementById("keyboard-help");
help?.addEventListener("wellhouse:opening", () => {
  const places = [...document.querySelectorAll("[data-shortcut]")];
  const seen = places.filter((place) => place.checkVisibility());
  help.querySelector("[data-shortcut-list]").replaceChildren(...seen.map(row));
  help.querySelector("[data-shortcuts-off]").hidden = !isOff;
});
