// What asks a device for a passkey waits until the library listens to it: a press
// before that would be lost.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.disabled = false;
  }
});

// Says on the page when a passkey did not work; the reason stays in the device.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const words of document.querySelectorAll("[data-passkey-trouble]")) {
    words.hidden = false;
  }
});
