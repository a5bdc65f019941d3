// What others may see of this screen: theme, counter mode, the blank screen.
import { forget, keep } from "./cookies.js";
import { cover, uncover } from "./cover.js";

const root = document.documentElement;
const blankScreen = document.getElementById("blank-screen");

export function blank() {
  if (blankScreen) cover(blankScreen, blankScreen.querySelector("h2").textContent);
}

blankScreen?.addEventListener("keydown", (event) => {
  event.preventDefault();
  event.stopPropagation();
  uncover(blankScreen);
});
blankScreen?.addEventListener("click", (event) => {
  if (event.target.closest("[data-unblank]")) uncover(blankScreen);
});

function showTheme() {
  const theme = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

function chooseTheme(theme) {
  if (theme === "system") {
    delete root.dataset.theme;
    forget("wellhouse_theme");
  } else {
    root.dataset.theme = theme;
    keep("wellhouse_theme", theme, { lasting: true });
  }
  showTheme();
}

const isAtCounter = () => root.dataset.counter === "on";

function showCounter() {
  for (const button of document.querySelectorAll("[data-counter-toggle]")) {
    button.setAttribute("aria-pressed", String(isAtCounter()));
  }
}

function toggleCounter() {
  if (isAtCounter()) {
    delete root.dataset.counter;
    forget("wellhouse_counter");
  } else {
    root.dataset.counter = "on";
    keep("wellhouse_counter", "on");
  }
  showCounter();
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) chooseTheme(choice.dataset.themeChoice);
  if (event.target.closest("[data-counter-toggle]")) toggleCounter();
  if (event.target.closest("[data-blank]")) blank();
  const printer = event.target.closest("[data-print]");
  if (printer) print(printer.dataset.print);
});

/** Prints carry initials; `data-print="full"` on a button asks for full names. */
function print(names) {
  document.getElementById("print-choice")?.close();
  if (names) document.body.dataset.printNames = names;
  window.print();
  delete document.body.dataset.printNames;
}

// Whichever way printing was asked for, the paper says when.
window.addEventListener("beforeprint", () => {
  const form = new Intl.DateTimeFormat(root.lang, { dateStyle: "full", timeStyle: "short" });
  for (const place of document.querySelectorAll("[data-print-time]")) {
    place.textContent = form.format(new Date());
  }
});

showTheme();
showCounter();
