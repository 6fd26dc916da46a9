// The console's one script. Pages work without it, except that charts are then tables.
import htmx from "htmx.org";
import { drawAll, redrawAll } from "./chart.js";
import "./bar.js";
import "./desk.js";

window.htmx = htmx;
const root = document.documentElement;

// The theme switches without a new page; the cookie is kept by the same address that works without scripts.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("form.themes") || !button) return;
  event.preventDefault();
  const choice = button.value;
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice === "dark" ? "sanhao-dark" : "sanhao";
  for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
  const body = new URLSearchParams({ theme: choice, back: "/favicon.svg" });
  fetch(form.action, { method: "POST", body }).catch(() => {});
  redrawAll();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);

// "/" goes to the search box, unless the reader is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const search = document.getElementById("search");
  if (!search || search.offsetParent === null) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A choice in a form that only looks takes effect at once.
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-go]");
  if (field && field.form && field.checkValidity() && field.value) field.form.requestSubmit();
});

// A part of a page comes in the language of the page, also where the address chose it.
document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["sanhao-lang"] = root.lang;
});

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.target));
