// Runs before the page is drawn: says that scripts work, and puts the chosen
// theme on pages the server could not (the one for a server error).
(() => {
  const root = document.documentElement;
  root.dataset.script = "";
  const chosen = /(?:^|; )wellhouse_theme=(light|dark)/.exec(document.cookie);
  if (chosen && !root.dataset.theme) root.dataset.theme = chosen[1];
})();
