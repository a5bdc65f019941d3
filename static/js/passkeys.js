// Says on the page when a passkey did not work; the reason stays in the device.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-trouble]")) {
    words.hidden = false;
  }
});
