// A part of the page that could not be fetched says so; nothing else happens.
const area = document.getElementById("toasts");
const words = document.getElementById("toast-trouble");

function tell() {
  if (area && words) area.append(words.content.cloneNode(true));
}

document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:timeout", tell);
document.addEventListener("htmx:responseError", tell);
