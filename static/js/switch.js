// Who is here: pressing a face leads to the PIN. The arrow keys only choose.
const form = document.querySelector("form[data-switch]");

form?.addEventListener("click", (event) => {
  const isPress = event.detail > 0;
  if (isPress && event.target.closest(".face")) form.querySelector("[name=pin]").focus();
});
