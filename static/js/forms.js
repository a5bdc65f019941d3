// Forms go off once, and do not lose what was typed.
const AGAIN_AFTER = 10000;
const changed = new Set();

function rest(form) {
  delete form.dataset.busy;
  // Those that stand outside and name the form as theirs are of it, too.
  for (const button of form.elements) {
    if (!("pressed" in button.dataset)) continue;
    delete button.dataset.pressed;
    button.disabled = false;
  }
}

function press(form, button) {
  form.dataset.busy = "";
  // Later, so that the pressed button's own name still goes with the form.
  setTimeout(() => {
    const presses = [...form.elements].filter((one) => one.matches("button:not([type=button])"));
    const all = button ? [button] : presses;
    for (const each of all) {
      each.dataset.pressed = "";
      each.disabled = true;
    }
  });
  setTimeout(() => rest(form), AGAIN_AFTER);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if ("busy" in form.dataset) {
    event.preventDefault();
    return;
  }
  changed.delete(form);
  if (form.method === "post") press(form, event.submitter);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) changed.delete(form);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) rest(form);
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-busy]")) rest(form);
});

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "keep" in form.dataset) changed.add(form);
});

window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

/** Forms with something typed that no server has: also those it sent back. */
export function unsaved() {
  const kept = [...document.querySelectorAll("form[data-keep]")];
  return kept.filter((form) => changed.has(form) || form.querySelector("[aria-invalid=true]"));
}

/** Leave without asking: the page belongs to somebody else now. */
export function forgetChanges() {
  changed.clear();
}

// The summary of errors is read first; its links lead into the field itself.
const summary = document.querySelector(".error-summary");
summary?.focus();
summary?.addEventListener("click", (event) => {
  const place = event.target.closest("a")?.hash.slice(1);
  const field = place && document.getElementById(place);
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  (field.matches("fieldset") ? field.querySelector("input, select") : field)?.focus();
});
