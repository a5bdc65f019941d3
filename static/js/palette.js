// People search: type, choose with the arrows, open with Enter.
import { post } from "./csrf.js";

const WAIT = 140;
const dialog = document.getElementById("palette");

if (dialog) {
  const form = dialog.querySelector("[data-palette]");
  const input = form.querySelector("input[name=q]");
  const results = dialog.querySelector("[data-palette-results]");
  const status = dialog.querySelector("[data-palette-status]");
  const hint = results.innerHTML;
  let asking = null;
  let timer = 0;

  const options = () => [...results.querySelectorAll("[role=option]")];
  const chosen = () => results.querySelector("[aria-selected=true]");

  const choose = (option) => {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
  };

  // Without a script this is a plain list of links; here it is a list box.
  const dress = () => {
    const links = [...results.querySelectorAll("a[href]")];
    for (const list of results.querySelectorAll("ul")) {
      list.id = "palette-list";
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", input.getAttribute("aria-label"));
      for (const item of list.children) item.setAttribute("role", "presentation");
    }
    links.forEach((link, number) => {
      link.id = `palette-option-${number}`;
      link.setAttribute("role", "option");
      link.tabIndex = -1;
    });
    input.setAttribute("aria-expanded", String(links.length > 0));
    input.setAttribute("aria-controls", links.length ? "palette-list" : results.id);
    choose(links[0]);
    return links.length;
  };

  const say = (count) => {
    const { none, one, many } = status.dataset;
    status.textContent = count === 0 ? none : count === 1 ? one : `${count} ${many}`;
  };

  const clear = () => {
    asking?.abort();
    clearTimeout(timer);
    input.value = "";
    results.innerHTML = hint;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
    choose(null);
  };

  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const headers = { "HX-Request": "true", "HX-Target": results.id };
      const answer = await post(form.action, new FormData(form), headers, { signal });
      if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const people = page.querySelector("[data-people]") ?? page.body;
      results.replaceChildren(...people.childNodes);
      say(dress());
    } catch (trouble) {
      if (trouble.name === "AbortError") return;
      results.innerHTML = hint;
      status.textContent = "";
      form.submit();
    }
    if (asking?.signal === signal) asking = null;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) {
      asking?.abort();
      results.innerHTML = hint;
      choose(null);
      return;
    }
    timer = setTimeout(ask, WAIT);
  });

  input.addEventListener("keydown", (event) => {
    const all = options();
    const here = all.indexOf(chosen());
    const last = all.length - 1;
    const next = { ArrowDown: Math.min(here + 1, last), ArrowUp: Math.max(here - 1, 0) };
    if (event.key in next && all.length) {
      event.preventDefault();
      choose(all[next[event.key]]);
    }
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    // Enter that is quicker than the answer waits for it, and then opens
    // nothing but the only one found: a guess would open the wrong chart.
    const isSettled = asking === null && chosen() !== null;
    if (!isSettled && input.value.trim().length > 1) await ask();
    if (isSettled || options().length === 1) chosen()?.click();
  });

  dialog.addEventListener("wellhouse:opening", clear);
  dialog.addEventListener("close", clear);
}
