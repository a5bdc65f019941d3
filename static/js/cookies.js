const YEAR = 31536000;

/** Keep a choice of this browser; without `days` it ends with the session. */
export function keep(name, value, { lasting = false } = {}) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = lasting ? `; Max-Age=${YEAR}` : "";
  document.cookie = `${name}=${value}; Path=/; SameSite=Lax${age}${secure}`;
}

export function forget(name) {
  document.cookie = `${name}=; Path=/; SameSite=Lax; Max-Age=0`;
}
