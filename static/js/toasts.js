// Toasts leave by themselves, not while somebody points at them or is in them.
const area = document.getElementById("toasts");

function start(toast) {
  const seconds = Number(toast.dataset.seconds);
  if (!seconds) return;
  let left = seconds * 1000;
  let since = 0;
  let timer = 0;
  const run = () => {
    since = Date.now();
    timer = setTimeout(() => leave(toast), left);
    delete toast.dataset.paused;
  };
  const pause = () => {
    clearTimeout(timer);
    left = Math.max(1000, left - (Date.now() - since));
    toast.dataset.paused = "";
  };
  toast.dataset.timed = seconds;
  toast.addEventListener("pointerenter", pause);
  toast.addEventListener("pointerleave", run);
  toast.addEventListener("focusin", pause);
  toast.addEventListener("focusout", run);
  run();
}

function leave(toast) {
  if (toast.contains(document.activeElement)) document.getElementById("content")?.focus();
  toast.remove();
}

if (area) {
  area.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-toast-close]");
    if (closer) leave(closer.closest("[data-toast]"));
  });
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (node instanceof HTMLElement && "toast" in node.dataset) start(node);
      }
    }
  }).observe(area, { childList: true });
  // A live region is read out when something comes into it, so what the page
  // arrived with comes in once more.
  const arrived = [...area.children];
  area.replaceChildren();
  setTimeout(() => area.append(...arrived), 80);
}
