// A cover hides everything on the page: for a blanked screen and after sign-out.
const root = document.documentElement;
const covering = new Set();
let title = "";

export function cover(dialog, words) {
  if (covering.size === 0) title = document.title;
  covering.add(dialog);
  root.dataset.covered = "";
  document.title = `${words} · Wellhouse`;
  if (!dialog.open) dialog.showModal();
}

export function uncover(dialog) {
  covering.delete(dialog);
  if (dialog.open) dialog.close();
  if (covering.size > 0) return;
  delete root.dataset.covered;
  if (title) document.title = title;
}

export const isCovered = () => covering.size > 0;

// Escape closes a dialog whatever it says; a cover comes back at once.
for (const dialog of document.querySelectorAll("dialog.cover")) {
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => {
    if (covering.has(dialog)) dialog.showModal();
  });
}
