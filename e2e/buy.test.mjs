// A shopper: looks around, buys from two shops in one checkout, pays, follows the order; on a phone and at a desk, by
// keyboard, and without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, Window, launch, serve } from "./console.mjs";

let server, browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

// The demo's consumer; `demo-market` prints it.
const CONSUMER = { contact: "13800000001", password: "sanhao-demo-618" };

/** A window of the demo's consumer. */
async function shopper(options) {
  const window = await Window.open(browser, server.address, options);
  const answer = await window.page.request.post("/api/store/account/sessions", { data: CONSUMER });
  assert.ok(answer.ok(), await answer.text());
  return window;
}

/** Products of two shops that can be bought now, by the API. */
async function twoShops(page) {
  const list = await (await page.request.get("/api/store/products?limit=60")).json();
  const found = new Map();
  for (const card of list.items) {
    if (found.has(card.shop)) continue;
    const product = await (await page.request.get(`/api/store/products/${card.product}`)).json();
    const variant = product.variants.find((variant) => variant.left === null || variant.left > 5);
    if (variant) found.set(card.shop, { ...card, sku: variant.sku });
    if (found.size === 2) break;
  }
  assert.equal(found.size, 2);
  return [...found.values()];
}

async function emptyCart(page) {
  const cart = await (await page.request.get("/api/store/cart")).json();
  for (const line of cart.lines) await page.request.delete(`/api/store/cart/lines/${line.sku}`);
}

/** Presses a button of a product's bar; on a phone with scripts it opens the sheet, which has the same button. */
async function choose(page, button) {
  await page.locator(`.bar ${button}`).click();
  const sheet = page.locator("dialog.sheet[open]");
  const opened = await Promise.race([
    sheet.waitFor({ timeout: 10_000 }).then(() => true),
    page.waitForURL(/say=added|\/checkout/, { timeout: 10_000 }).then(() => false),
  ]);
  if (opened) await sheet.locator(`.sh-go ${button}`).click();
}

/** Puts two shops' goods into the cart through their pages, and goes to the checkout. */
async function fill(window) {
  const { page } = window;
  await emptyCart(page);
  for (const card of await twoShops(page)) {
    await page.goto(`/product/${card.product}?sku=${card.sku}&via=${card.via}`);
    await choose(page, ".b2");
    await page.waitForURL(/say=added/);
  }
  await page.goto("/cart");
  assert.equal(await page.locator(".shn").count(), 2, "two shops");
}

/** From two shops' goods to the page where one chooses how to pay. */
async function place(window) {
  const { page } = window;
  await fill(window);
  await page.locator(".bar .b1").click();
  await page.waitForURL(/\/checkout/);
  await page.locator(".bar button.b1").click();
  await page.waitForURL(/\/pay\/pur_/);
}

for (const [device, viewport] of [
  ["phone", PHONE],
  ["desk", DESK],
]) {
  test(`two_shops_are_bought_in_one_checkout_on_a_${device}`, async () => {
    const window = await shopper({ viewport });
    const { page } = window;
    await page.goto("/");
    await window.look("mall-home");
    await page.locator(".cats a").first().click();
    await page.locator("a.card").first().waitFor();
    await window.look("mall-category");
    await page.locator("a.card").first().click();
    await page.waitForURL(/\/product\//);
    await window.look("mall-product");
    await fill(window);
    await window.look("mall-cart");
    await page.locator(".bar .b1").click();
    await page.waitForURL(/\/checkout/);
    assert.equal(await page.locator(".clock").count(), 2, "a promise for each shop");
    await window.look("mall-checkout");
    const total = await page.locator(".bar .s b").innerText();
    await page.locator(".bar button.b1").click();
    await page.waitForURL(/\/pay\/pur_/);
    assert.ok((await page.locator(".result .price").innerText()).includes(total.replace("¥", "")), "what was shown is what is paid");
    await window.look("mall-pay");
    await page.locator(".bar .b1").click();
    await page.waitForURL(/\/cashier\//);
    await window.look("mall-cashier");
    await page.locator('button[value="delay:2"], button[value="delay:5"]').first().click();
    await page.waitForURL(/\/result/);
    await page.locator(".result.wait, .result.good").first().waitFor();
    await page.locator(".result.good").waitFor({ timeout: 30_000 });
    await window.look("mall-paid");
    await page.goto("/orders?status=paid");
    assert.ok((await page.locator("article.ord").count()) >= 2);
    await window.look("mall-orders");
    await page.locator('article.ord a.btn[href^="/orders/"]').first().click();
    await page.waitForURL(/\/orders\/ord_/);
    await window.look("mall-order");
    // Not wanted any more: before it ships all the money goes back.
    await page.locator('a[href*="?ask=cancel"]').first().click();
    await page.locator('#ask form[action$="/cancel"] button').click();
    await page.waitForURL(/say=refunded/);
    assert.match(await page.locator(".vd .h").innerText(), /退款/);
    await window.close();
  });
}

test("a_bank_transfer_is_recorded_by_the_platform_and_the_buyers_page_follows", async () => {
  const window = await shopper({ viewport: PHONE });
  const { page } = window;
  await place(window);
  await page.locator('input[name="provider"][value="transfer"]').check();
  await page.locator(".bar .b1").click();
  await page.waitForURL(/\/pay\/transfer\/pay_/);
  await window.lookAround("mall-transfer");
  const reference = (await page.locator(".refno").first().innerText()).replaceAll(/\s/g, "");

  const desk = await Window.open(browser, server.address, { ticket: server.ticket });
  await desk.page.goto("/console/money/transfers");
  // The desk knows what is awaited: one press fills the form in.
  await desk.page.locator(`a[href*="reference=${reference}"]`).first().click();
  await desk.lookAround("console-transfers");
  assert.equal(await desk.page.locator('#record input[name="reference"]').inputValue(), reference);
  await desk.page.locator('#record input[name="line"]').fill("20260618-0001");
  await desk.page.locator('#record button[value="record"]').click();
  await desk.page.waitForURL(/done=paid/);
  await desk.close();

  await page.locator(".result.good").waitFor({ timeout: 30_000 });
  await window.look("mall-transfer-paid");
  await window.close();
});

test("without_scripts_one_buys_and_the_waiting_page_follows_by_itself", async () => {
  const window = await shopper({ viewport: PHONE, javaScriptEnabled: false });
  const { page } = window;
  await place(window);
  await page.locator(".bar .b1").click();
  await page.waitForURL(/\/cashier\//);
  await page.locator('button[value="ok"]').click();
  await page.locator(".result.good").waitFor({ timeout: 30_000 });
  await window.close();
});

test("a_double_press_places_once", async () => {
  const window = await shopper({ viewport: DESK, javaScriptEnabled: false });
  const { page } = window;
  await fill(window);
  await page.locator(".bar .b1").click();
  await page.waitForURL(/\/checkout/);
  const form = await page.locator('form[action="/checkout"][method="post"]').evaluate((form) => Object.fromEntries(new FormData(form))).catch(() => null);
  const fields = form ?? Object.fromEntries(await Promise.all((await page.locator('form[action="/checkout"][method="post"] input').all()).map(async (input) => [await input.getAttribute("name"), await input.getAttribute("value")])));
  const before = (await (await page.request.get("/api/store/purchases?limit=100")).json()).items.length;
  const press = () => page.request.post("/checkout", { form: fields, maxRedirects: 0 });
  const [one, other] = [await press(), await press()];
  assert.equal(one.headers().location, other.headers().location, "the same purchase");
  const after = (await (await page.request.get("/api/store/purchases?limit=100")).json()).items.length;
  assert.equal(after, before + 1);
  await window.close();
});

test("every_page_of_the_mall_stands_in_both_languages_and_themes", async () => {
  const window = await shopper({ locale: "en-GB" });
  const { page } = window;
  const [card] = await twoShops(page);
  for (const [name, path] of [
    ["home", "/"],
    ["search", "/search?q=%E6%9D%AF"],
    ["search-none", "/search?q=zzz"],
    ["product", `/product/${card.product}`],
    ["shop", `/shop/${card.shop}`],
    ["shop-score", `/shop/${card.shop}/score`],
    ["coupons", "/coupons"],
    ["my-coupons", "/coupons/mine"],
    ["orders", "/orders"],
    ["wishes", "/wishes"],
    ["footprints", "/footprints"],
    ["following", "/following"],
    ["open-a-shop", "/open-a-shop"],
    ["address", "/account/addresses/new"],
    ["rules", "/rules"],
    ["rule", "/rules/ship-fraud"],
  ]) {
    await page.goto(path);
    await window.lookAround(`mall-en-${name}`);
  }
  await window.close();
});

for (const [device, options] of [
  ["phone", { viewport: PHONE }],
  ["desk", { viewport: DESK }],
  ["phone_without_scripts", { viewport: PHONE, javaScriptEnabled: false }],
]) {
  test(`buying_now_buys_the_shown_quantity_and_leaves_the_cart_alone_on_a_${device}`, async () => {
    const window = await shopper(options);
    const { page } = window;
    await emptyCart(page);
    const [card] = await twoShops(page);
    await page.request.post("/api/store/cart/lines", { data: { sku: card.sku, quantity: 1 } });
    await page.goto(`/product/${card.product}?sku=${card.sku}&via=${card.via}`);
    if (device === "phone") {
      await page.locator(".chosen").press("Enter");
      const sheet = page.locator("dialog.sheet[open]");
      await sheet.locator('.qty button[data-step="1"]').press("Enter");
      assert.equal(await sheet.locator('input[name="quantity"]').inputValue(), "2");
      await window.look("mall-sheet");
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "detached" });
      assert.equal(await page.locator('#choice input[name="quantity"]').inputValue(), "2", "what was chosen stays");
      await choose(page, ".b1");
    } else {
      await page.locator('input[name="quantity"]').fill("2");
      await page.locator(".bar .b1").click();
    }
    await page.waitForURL(/\/checkout\?.*now=1/);
    assert.match(await page.locator(".item .r").innerText(), /× 2/);
    await page.locator(".bar button.b1").click();
    await page.waitForURL(/\/pay\/pur_/);
    const cart = await (await page.request.get("/api/store/cart")).json();
    assert.deepEqual(cart.lines.map((line) => line.quantity), [1]);
    await window.close();
  });
}

test("the_cart_changes_in_place_and_a_picture_opens_large", async () => {
  const window = await shopper({ viewport: PHONE });
  const { page } = window;
  await fill(window);
  const marked = () => page.evaluate(() => (window.same ??= Math.random()));
  const before = await marked();
  await page.locator('.line .qty button[data-step="1"]').first().click();
  await page.waitForFunction(() => document.querySelector('.line input[name="quantity"]').defaultValue === "2");
  await page.locator(".tickbox").first().click();
  await page.locator('.tickbox[aria-checked="false"]').first().waitFor();
  assert.equal(await marked(), before, "the page is the same one");
  await window.look("mall-cart-some");
  const [card] = await twoShops(page);
  await page.goto(`/product/${card.product}`);
  await page.locator(".gal .reel a").first().click();
  await page.locator("dialog.full[open] img").first().waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog.full[open]").waitFor({ state: "detached" });
  await window.close();
});

test("the_gallery_and_the_quantity_are_moved_by_keys", async () => {
  const window = await shopper({ viewport: DESK });
  const { page } = window;
  const [card] = await twoShops(page);
  await page.goto(`/product/${card.product}`);
  const reel = page.locator(".gal .reel");
  await reel.focus();
  if ((await reel.locator("> div").count()) > 1) {
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => document.querySelector(".gal .cnt").textContent.startsWith("2"));
  }
  await page.locator('.qty button[data-step="1"]').click();
  assert.equal(await page.locator('.qty input[name="quantity"]').inputValue(), "2");
  await window.close();
});
