// The pages of shops and of the platform's desk. Everything works without it: it saves presses and shows what was chosen.

const root = document;
root.documentElement.classList.add("js");

/** How many are picked, beside the button that acts on them. */
function count(form) {
  const picked = form.querySelectorAll("input.dk-sel:checked").length;
  for (const place of form.querySelectorAll("[data-picked]")) place.textContent = String(picked);
  for (const all of form.querySelectorAll("[data-all]")) {
    const boxes = form.querySelectorAll("input.dk-sel");
    all.checked = picked > 0 && picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
  }
}

root.addEventListener("change", (event) => {
  const field = event.target;
  const form = field.form;
  if (field.matches("[data-all]") && form) {
    for (const box of form.querySelectorAll("input.dk-sel")) box.checked = field.checked;
    count(form);
  } else if (field.matches("input.dk-sel") && form) {
    count(form);
  } else if (field.matches("[data-fill]") && form) {
    // One value for all rows of the matrix that have none.
    const [prefix, suffix] = field.dataset.fill.split("*");
    for (const other of form.elements) {
      if (other.name?.startsWith(prefix) && other.name.endsWith(suffix) && !other.value) other.value = field.value;
    }
    field.value = "";
  }
});

// What cannot be taken back is asked for once more.
root.addEventListener("submit", (event) => {
  const said = event.submitter?.dataset.sure ?? event.target.dataset.sure;
  if (said && !confirm(said)) event.preventDefault();
});

// A form that was sent is not sent again by a second press; the server would answer it once anyway.
root.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || !submitter || form.hasAttribute("hx-post")) return;
  setTimeout(() => submitter.setAttribute("aria-disabled", "true"), 0);
  setTimeout(() => submitter.removeAttribute("aria-disabled"), 4000);
});

for (const form of root.querySelectorAll("form")) if (form.querySelector("input.dk-sel")) count(form);

// Where a form was refused, the reader goes on at the first line that needs a change.
root.querySelector('main [aria-invalid="true"]')?.focus();

// What is shown once can be copied with one press.
for (const button of root.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  });
}
