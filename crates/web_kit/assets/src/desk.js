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

// A picture opens in its full size, with those of its group beside it; without this it opens in a tab of its own.
root.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-zoom]");
  if (!link || event.ctrlKey || event.metaKey || typeof HTMLDialogElement === "undefined") return;
  event.preventDefault();
  const zh = root.documentElement.lang.startsWith("zh");
  const group = [...root.querySelectorAll("a[data-zoom]")];
  let at = group.indexOf(link);
  const dialog = root.createElement("dialog");
  dialog.className = "dk-zoom";
  const picture = root.createElement("img");
  const row = root.createElement("div");
  row.className = "dk-row";
  const button = (text, act) => {
    const made = root.createElement("button");
    made.type = "button";
    made.className = "btn";
    made.textContent = text;
    made.addEventListener("click", act);
    row.append(made);
    return made;
  };
  const turn = (by) => {
    at = (at + by + group.length) % group.length;
    picture.src = group[at].href;
    picture.alt = group[at].querySelector("img")?.alt ?? "";
    dialog.setAttribute("aria-label", picture.alt);
  };
  button("\u2190", () => turn(-1)).setAttribute("aria-label", zh ? "上一张" : "Previous");
  const close = button(zh ? "关闭" : "Close", () => dialog.close());
  button("\u2192", () => turn(1)).setAttribute("aria-label", zh ? "下一张" : "Next");
  dialog.append(picture, row);
  dialog.addEventListener("keydown", (key) => {
    if (key.key === "ArrowLeft") turn(-1);
    if (key.key === "ArrowRight") turn(1);
  });
  dialog.addEventListener("click", (click) => {
    if (click.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  root.body.append(dialog);
  turn(0);
  dialog.showModal();
  close.focus();
});
