// The mall's one script. Every page works without it: it only saves a turn of the page, draws what the server already
// said (how long is left), moves the gallery by keys, and opens the choice of a product and its pictures over the page.
const root = document.documentElement;
const { lang } = root;
const zh = lang.startsWith("zh");

// The theme switches without a new page; the cookie is kept by the same address that works without scripts.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (form.matches("form.themes") && button) {
    event.preventDefault();
    if (button.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = button.value === "dark" ? "sanhao-dark" : "sanhao";
    for (const other of form.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
    fetch(form.action, { method: "POST", body: new URLSearchParams({ theme: button.value, back: "/favicon.svg" }) }).catch(() => {});
    return;
  }
  // A second press of the same button sends nothing: the first is on its way. (The key in the form would refuse it too.)
  if (form.matches("[data-cart]") || button?.matches(".tickbox")) {
    event.preventDefault();
    cartBy(form, button);
    return;
  }
  if ((button?.getAttribute("formmethod") ?? form.method) === "post") {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  }
});

// Quantities: minus and plus change the number; in the cart a change is sent at once.
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (!step) return;
  const input = step.closest(".qty").querySelector("input");
  const next = Number(input.value || 0) + Number(step.dataset.step);
  const bounded = Math.min(Number(input.max || 999), Math.max(Number(input.min || 1), next));
  event.preventDefault();
  if (bounded === Number(input.value)) return;
  input.value = bounded;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const box = event.target.closest("input[data-cart]");
  if (box) {
    cart(`/cart?${new URLSearchParams(new FormData(box.form))}`);
    return;
  }
  const field = event.target.closest("[data-go]");
  if (field?.form?.matches("[data-cart]")) {
    // Several presses of plus are one change.
    clearTimeout(pressed);
    pressed = setTimeout(() => field.form?.checkValidity() && field.form.requestSubmit(), 300);
    return;
  }
  if (field?.form && field.form.checkValidity()) field.form.requestSubmit(field.form.querySelector("button[data-default]") ?? undefined);
});

// The cart changes in place: the same forms and links, whose answer is put in.
let pressed;
let asked = 0;
async function cart(address, body) {
  const old = document.getElementById("cart");
  const mine = ++asked;
  old.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("cart");
    if (!answer.ok || !fresh) throw new Error(String(answer.status));
    if (mine !== asked) return;
    const all = (within) => [...within.querySelectorAll("a, button, input")];
    const at = all(old).indexOf(document.activeElement);
    old.replaceWith(fresh);
    for (const count of ["h1.title", ".hdr .ct", ".nav"]) {
      const [before, after] = [document, page].map((within) => within.querySelector(count));
      if (before && after) before.replaceWith(after);
    }
    history.replaceState(null, "", answer.url);
    watch(fresh);
    if (at >= 0) all(fresh)[Math.min(at, all(fresh).length - 1)]?.focus({ preventScroll: true });
    document.getElementById("live").textContent = fresh.querySelector(".bar .s")?.textContent ?? "";
  } catch {
    location.assign("/cart");
  }
}
function cartBy(form, button) {
  const fields = new URLSearchParams(new FormData(form, button));
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
  if (form.method === "post") cart(address, fields);
  else cart(`${address}?${fields}`);
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-cart]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  cart(link.href);
});

// On a phone the choice of a product stands in a sheet; the sheet closes by its button, by Escape, or by a press beside it.
const phone = matchMedia("(max-width: 899.98px)");
function sheet(within) {
  const dialog = within.querySelector("dialog.sheet");
  const choice = within.querySelector("#choice .opts");
  if (!dialog || !choice) return;
  const home = choice.parentElement;
  dialog.querySelector(".sh-in").append(choice);
  dialog.addEventListener("close", () => home.append(choice), { once: true });
  dialog.showModal();
}
document.addEventListener("click", (event) => {
  const press = event.target.closest("[data-choose]");
  if (press && phone.matches && !press.closest("dialog")) {
    event.preventDefault();
    sheet(document);
  }
  if (event.target.matches("dialog.sheet")) event.target.close();
});
phone.addEventListener("change", () => document.querySelector("dialog.sheet[open]")?.close());

// A picture opens large: swipe is the browser's, keys and buttons turn it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-full]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const links = [...link.parentElement.querySelectorAll("a[data-full]")];
  const dialog = link.closest(".gal").querySelector("dialog.full");
  const reel = dialog.querySelector(".big-reel");
  if (!reel.children.length) {
    for (const one of links) {
      const picture = new Image();
      picture.loading = "lazy";
      picture.alt = one.querySelector("img").alt;
      picture.src = one.href;
      reel.append(picture);
    }
    const count = dialog.querySelector(".cnt");
    const at = () => Math.round(reel.scrollLeft / Math.max(1, reel.clientWidth));
    const turn = (by) => reel.scrollTo({ left: (at() + by) * reel.clientWidth });
    const follow = () => count && (count.textContent = `${at() + 1} / ${links.length}`);
    reel.addEventListener("scroll", follow, { passive: true });
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      turn(by);
    });
    dialog.addEventListener("click", (event) => {
      const step = event.target.closest("[data-turn]");
      if (step) turn(Number(step.dataset.turn));
    });
  }
  dialog.showModal();
  reel.scrollTo({ left: links.indexOf(link) * reel.clientWidth, behavior: "instant" });
  reel.dispatchEvent(new Event("scroll"));
  reel.focus();
});

// The plain address of a product goes to whom the reader likes, or onto the clipboard.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-share]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const it = { title: link.dataset.share, url: link.href };
  try {
    if (navigator.share) {
      await navigator.share(it);
      return;
    }
    await navigator.clipboard.writeText(it.url);
    const words = link.querySelector("span");
    const was = words.textContent;
    words.textContent = link.dataset.done;
    document.getElementById("live").textContent = link.dataset.done;
    setTimeout(() => (words.textContent = was), 2000);
  } catch (why) {
    if (why.name !== "AbortError") location.href = link.href;
  }
});

// What is left until a moment. The server owns time: it says how much was left when it wrote the page.
const two = (n) => String(n).padStart(2, "0");
function left(millis) {
  const s = Math.max(0, Math.floor(millis / 1000));
  const [d, h, m] = [Math.floor(s / 86400), Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  if (d >= 2) return zh ? `${d} 天 ${Math.floor((s % 86400) / 3600)} 小时` : `${d} d ${Math.floor((s % 86400) / 3600)} h`;
  return `${h}:${two(m)}:${two(s % 60)}`;
}
let clocks = [];
function watch(within) {
  const began = Date.now();
  clocks = clocks.filter((clock) => clock.at.isConnected);
  for (const at of within.querySelectorAll("[data-left]")) clocks.push({ at, until: began + Number(at.dataset.left) });
}
function tick() {
  for (const clock of clocks) {
    const rest = clock.until - Date.now();
    const text = left(rest);
    if (clock.at.textContent !== text) clock.at.textContent = text;
    if (rest <= 0 && !clock.over) {
      clock.over = true;
      const live = document.getElementById("live");
      if (live && clock.at.dataset.end) live.textContent = clock.at.dataset.end;
    }
  }
}
setInterval(tick, 1000);

// The gallery: swipe is the browser's; keys and buttons move it, the count follows.
function galleries(within) {
  for (const gallery of within.querySelectorAll(".gal")) {
    const reel = gallery.querySelector(".reel");
    const count = gallery.querySelector(".cnt");
    const thumbs = [...gallery.parentElement.querySelectorAll(".th a")];
    const all = reel.children.length;
    let at = 0;
    const show = (to) => {
      const next = Math.min(all - 1, Math.max(0, to));
      reel.scrollTo({ left: next * reel.clientWidth });
    };
    const follow = () => {
      at = Math.round(reel.scrollLeft / Math.max(1, reel.clientWidth));
      if (count) count.textContent = `${at + 1} / ${all}`;
      thumbs.forEach((thumb, i) => (i === at ? thumb.setAttribute("aria-current", "true") : thumb.removeAttribute("aria-current")));
    };
    reel.addEventListener("scroll", follow, { passive: true });
    reel.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1, Home: -all, End: all }[event.key];
      if (!by) return;
      event.preventDefault();
      show(at + by);
    });
    gallery.addEventListener("click", (event) => {
      const step = event.target.closest("[data-turn]");
      if (step && !step.closest("dialog")) show(at + Number(step.dataset.turn));
    });
    thumbs.forEach((thumb, i) =>
      thumb.addEventListener("click", (event) => {
        event.preventDefault();
        show(i);
      }),
    );
  }
}

watch(document);
tick();
galleries(document);

// Another variant is the same page at another address: only what differs is put in, and the reader stays where it was.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const chosen = [...document.querySelectorAll("a[data-swap]")].indexOf(link);
  const inSheet = Boolean(link.closest("dialog"));
  const units = document.querySelector(".pdp .qty input")?.value;
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [old, fresh] = [document, page].map((within) => within.querySelector(link.dataset.swap));
    old.replaceWith(fresh);
    history.replaceState(null, "", link.href.split("#")[0]);
    watch(fresh);
    tick();
    galleries(fresh);
    const quantity = fresh.querySelector(".qty input");
    if (quantity && units) quantity.value = Math.min(Number(quantity.max), Number(units));
    if (inSheet) sheet(fresh);
    fresh.querySelectorAll("a[data-swap]")[chosen]?.focus({ preventScroll: true });
  } catch {
    location.href = link.href;
  }
});

// More of a list comes below what is there; the link leads to the same without scripts.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const list = document.querySelector(link.dataset.more);
  const place = link.parentElement;
  link.setAttribute("aria-disabled", "true");
  const wait = [];
  if (list.matches(".grid")) {
    const card = document.createElement("div");
    card.className = "card sk";
    card.innerHTML = '<span class="pic"></span><span class="cb"><i></i><i></i></span>';
    for (let i = 0; i < 6; i++) wait.push(list.appendChild(card.cloneNode(true)));
  }
  try {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = [...page.querySelector(link.dataset.more).children];
    wait.forEach((card) => card.remove());
    list.append(...fresh);
    const next = page.querySelector("a[data-more]");
    if (next) link.replaceWith(next);
    else place.remove();
    (fresh[0]?.matches("a") ? fresh[0] : fresh[0]?.querySelector("a"))?.focus({ preventScroll: true });
  } catch {
    location.href = link.href;
  }
});

// Cities follow their province, and districts their city, as the list says; it is fetched once somebody chooses.
for (const regions of document.querySelectorAll("[data-regions]")) {
  const [province, city, district] = ["province", "city", "district"].map((name) => regions.querySelector(`[data-region="${name}"]`));
  let list;
  const fill = (select, names) => {
    const none = select.options[0];
    select.replaceChildren(none, ...names.map((name) => new Option(name, name)));
    select.value = names.length === 1 ? names[0] : "";
  };
  regions.addEventListener("change", async (event) => {
    list ??= fetch(regions.dataset.regions).then((answer) => answer.json());
    const cities = (await list).find(([name]) => name === province.value)?.[1] ?? [];
    if (event.target === province) fill(city, cities.map(([name]) => name));
    if (event.target !== district) fill(district, cities.find(([name]) => name === city.value)?.[1] ?? []);
  });
}

// What is to be typed elsewhere is copied by a press, and the press says so. Without scripts there is no button.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const was = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const range = document.createRange();
      range.selectNodeContents(button.previousElementSibling);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return;
    }
    button.textContent = button.dataset.done;
    button.classList.add("on");
    document.getElementById("live").textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = was;
      button.classList.remove("on");
    }, 2000);
  });
}

// Payment: ask until the answer is there, then turn the page once. Without scripts the page asks by itself.
const waiting = document.querySelector("[data-wait]");
if (waiting) {
  const ask = async () => {
    try {
      const answer = await fetch(waiting.dataset.wait, { headers: { prefer: "wait=20", accept: "application/json" } });
      const state = answer.ok ? await answer.json() : {};
      if (state.status && state.status !== waiting.dataset.status) {
        location.reload();
        return;
      }
    } catch {
      /* the net is away: ask again */
    }
    setTimeout(ask, 1500);
  };
  ask();
}

// Where a form was refused, the reader goes on at the first line that needs a change.
document.querySelector('main [aria-invalid="true"]')?.focus();
