// The sheet of the calendar in rows of five minutes: reading it, and changing it.
import { post } from "./csrf.js";

export const ROW = 5;
export const STEP = 3; // rows: a quarter of an hour
export const sheet = () => document.getElementById("diary");
export const columns = () => [...document.querySelectorAll(".diary-column")];
export const cardsOf = (column) => column.querySelector(".diary-cards");
const rowsOfHour = 60 / ROW;

/** Whether this person may move a visit that is still ahead. */
export const isMovable = (card) => "movable" in card.dataset && sheet().dataset.place !== "";

/** How many rows the sheet has. */
export function rowCount() {
  const { first, last } = sheet().dataset;
  return (Number(last) - Number(first)) / ROW;
}

/** From which row to which something lies. */
export function rowsOf(element) {
  const style = getComputedStyle(element);
  const first = Number(style.gridRowStart) - 1;
  return { first, size: Number(style.gridRowEnd.replace("span", "")) };
}

/** Lay something on other rows; without any, back where the server put it. */
export function lay(element, first, size) {
  element.style.gridRow = first === undefined ? "" : `${first + 1} / span ${size}`;
}

/** The row of the sheet under a point of the screen. */
export function rowAt(column, y) {
  const box = cardsOf(column).getBoundingClientRect();
  const row = Math.floor(((y - box.top) / box.height) * rowCount());
  return Math.min(Math.max(row, 0), rowCount() - 1);
}

/** What the clock on the wall shows at a row: minutes of the day, the second time or not. */
export function wallOf(row) {
  const hours = document.querySelectorAll(".diary-hours li");
  const hour = hours[Math.min(Math.floor(row / rowsOfHour), hours.length - 1)];
  const within = (row - Math.floor(row / rowsOfHour) * rowsOfHour) * ROW;
  return { wall: Number(hour.dataset.wall) + within, again: hour.dataset.again === "1" };
}

export function clock(row) {
  const known = row < rowCount() ? row : rowCount() - 1;
  const at = new Date(2000, 0, 1, 0, wallOf(known).wall + (row - known) * ROW);
  return at.toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
}

/** From when until when something is that begins on a row and takes some minutes. */
export function stretch(row, minutes) {
  return [clock(row), clock(row + minutes / ROW)];
}

/**
 * A card in the hand says where it would go: from when until when, and the column where
 * that is another. It says so until the server's sheet takes its place.
 */
export function aim(card, row, minutes, { column, home }) {
  const where = document.createElement("span");
  if (column !== home) where.textContent = ` ${nameOf(column)}`;
  const said = card.querySelector(".visit-aim") ?? document.createElement("strong");
  said.className = "visit-aim";
  said.replaceChildren(stretch(row, minutes).join(" – "), where);
  if (!said.isConnected) card.querySelector(".visit-link").prepend(said);
  card.classList.add("is-held");
}

/** Out of the hand, and back where the server put it. */
export function putBack(card, home) {
  card.classList.remove("is-held");
  card.querySelector(".visit-aim")?.remove();
  cardsOf(home).append(card);
  lay(card);
}

/** The address of a booking in a column, from one row on, perhaps so many rows long. */
export function bookingAt(column, row, size) {
  const { book, location: place, back } = sheet().dataset;
  const { wall } = wallOf(row);
  const two = (number) => String(number).padStart(2, "0");
  const said = new URLSearchParams({
    location: place,
    at: `${column.dataset.day}T${two(Math.floor(wall / 60))}:${two(wall % 60)}`,
  });
  if (column.dataset.clinician) said.set("clinician", column.dataset.clinician);
  if (column.dataset.room) said.set("room", column.dataset.room);
  if (size) said.set("minutes", size * ROW);
  said.set("next", back);
  return `${book}?${said}`;
}

export function say(words) {
  document.getElementById("diary-says").textContent = words;
}

/** What a column is called: its head says it. */
export const nameOf = (column) => column.getAttribute("aria-label");

/**
 * Tell the server where a visit was put; the page then shows what it says, with its
 * toast: the visit in its new place, or where it was and why.
 */
export async function place(card, column, row, minutes) {
  const { wall, again } = wallOf(row);
  const told = new FormData();
  const { clinician, room, day } = column.dataset;
  const next = location.pathname + location.search;
  const { visit, version: edition } = card.dataset;
  const values = { visit, edition, on: day, wall, minutes, clinician, room, next };
  for (const [name, value] of Object.entries(values)) told.set(name, value ?? "");
  if (again) told.set("again", "on");
  card.classList.add("is-waiting");
  try {
    const answer = await post(sheet().dataset.place, told);
    if (!answer.ok) throw new Error(answer.statusText);
    show(await answer.text(), visit);
  } catch {
    document.dispatchEvent(new CustomEvent("htmx:sendError"));
    card.classList.remove("is-waiting");
    document.dispatchEvent(new CustomEvent("diary:back", { detail: card }));
  }
}

/** Put the new sheet where the old one was: scrolled as it was, the focus on the visit. */
function show(text, visit) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const fresh = page.getElementById("diary-part");
  if (!fresh) return location.reload();
  const { scrollLeft, scrollTop } = sheet();
  document.getElementById("diary-part").replaceWith(document.adoptNode(fresh));
  sheet()?.scrollTo(scrollLeft, scrollTop);
  const head = page.querySelector(".page-subheading");
  document.querySelector(".page-subheading").replaceWith(document.adoptNode(head));
  const toasts = page.querySelectorAll("#toasts > [data-toast]");
  for (const old of document.querySelectorAll("#toasts > .toast-error")) old.remove();
  document.getElementById("toasts").append(...[...toasts].map((one) => document.adoptNode(one)));
  document.dispatchEvent(new CustomEvent("diary:shown"));
  document.querySelector(`[data-visit="${visit}"] .visit-link`)?.focus({ preventScroll: true });
}
