// Dialogs and menus. A link that opens a dialog still leads to its own page
// without a script, or with a modified click.
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  // A menu closes behind its dialog: the focus comes back to what opened the menu.
  document.activeElement?.closest("details.menu")?.querySelector("summary").focus();
  closeMenus();
  dialog.dispatchEvent(new CustomEvent("wellhouse:opening"));
  dialog.showModal();
  return true;
}

export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function isPlainClick(event) {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener && isPlainClick(event) && openDialog(opener.dataset.openDialog)) {
    event.preventDefault();
  }
  const closer = event.target.closest("[data-close-dialog]");
  if (closer) closer.closest("dialog")?.close();
  const isBackdrop = event.target instanceof HTMLDialogElement;
  if (isBackdrop && event.target.matches(".dialog, .palette")) {
    if (!event.target.hasAttribute("data-stays")) event.target.close();
  }
  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(menu, event.key === "ArrowDown" ? 1 : -1);
  }
});

document.addEventListener("focusin", (event) => {
  closeMenus(event.target.closest("details.menu"));
});

function step(menu, by) {
  const items = [...menu.querySelectorAll(".menu-list :is(a, button)")];
  const visible = items.filter((item) => item.checkVisibility());
  const here = visible.indexOf(document.activeElement);
  visible.at((here + by + (here < 0 && by < 0 ? 1 : 0)) % visible.length)?.focus();
}
