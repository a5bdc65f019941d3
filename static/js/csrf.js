/** The page's CSRF token, as its htmx requests send it. */
export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
}

/** Put a new token into every form of the page, so that none of them fails. */
export function refresh(fresh) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    field.value = fresh;
  }
}

export function post(url, body, headers = {}, options = {}) {
  return fetch(url, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token(), ...headers },
    ...options,
  });
}
