// A few journeys through the console in a real Chromium. `cargo xtask test --browser` runs them; pictures are in shots/.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, Window, launch, serve } from "./console.mjs";

let server, browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.stop();
});

/** One journey: a window, and its end. */
function journey(name, walk, options) {
  test(name, { timeout: 180_000 }, async () => {
    const window = await Window.open(browser, server.address, options);
    await walk(window, window.page);
    await window.close();
  });
}

/** From the overview to a shop, its metric, one of its orders. */
async function downToAnOrder(window, page, name) {
  await page.goto("/");
  await window.look(`${name}overview`);
  await page.locator('main a.nm[href^="/shops/"]').first().click();
  await page.waitForURL(/\/shops\/[^/?]+/);
  await window.look(`${name}shop`);
  await page.locator('main a[href^="/shops/"][href*="/metrics/"]').first().click();
  await page.waitForURL(/\/shops\/[^/]+\/metrics\/\w+/);
  await window.look(`${name}shop-metric`);
  await page.locator('main a[href^="/orders/"]').first().click();
  await page.waitForURL(/\/orders\/ord_/);
  assert.ok((await page.locator("main").innerText()).includes(page.url().match(/ord_\w+/)[0]), "the order names itself");
  await window.look(`${name}order`);
}

journey("an_operator_follows_a_number_down_to_an_order", async (window, page) => {
  await downToAnOrder(window, page, "");
});

journey("the_same_way_works_on_a_phone", async (window, page) => downToAnOrder(window, page, ""), {
  viewport: PHONE,
  hasTouch: true,
  isMobile: true,
});

journey("every_page_is_readable_at_both_widths_in_both_themes", async (window, page) => {
  for (const [name, path] of [
    ["overview", "/"],
    ["shops", "/shops"],
    ["metrics", "/metrics"],
    ["metric", "/metrics/late_ship_rate"],
    ["policies", "/policies"],
    ["rehearsals", "/rehearsals"],
    ["search", "/search?q=S"],
  ]) {
    const response = await page.goto(path);
    assert.equal(response.status(), 200, path);
    await window.lookAround(name);
  }
});

journey("a_draft_is_checked_as_one_types_rehearsed_and_compared", async (window, page) => {
  await page.goto("/policies");
  await page.locator('form[action="/drafts"] button').first().click();
  await page.waitForURL(/\/drafts\/\w+/);
  const text = page.locator("#text");
  const good = await text.inputValue();
  assert.match(good, /late_ship_rate/);
  await window.lookAround("draft");

  await text.fill(good.replace('"late_ship_rate >=', '"late_shop_rate >='));
  const repair = page.locator('#clauses button[name="repair"]').first();
  await repair.waitFor();
  await window.look("draft-with-an-error");
  await repair.click();
  await page.waitForFunction((good) => document.getElementById("text").value.trim() === good.trim(), good);

  // Half the rule is changed: a case of the policy no longer holds, and the editor says so.
  await text.fill(good.replace("0.20", "0.10"));
  await page.locator("#clauses .msg", { hasText: "case" }).first().waitFor();
  // Action and cases together are another rule, which can be rehearsed.
  await text.fill(good.replaceAll(/\bdays = 7/g, "days = 14"));
  await page.locator("#clauses .msg").first().waitFor({ state: "detached" });
  await page.locator('button[name="do"][value="rehearse"]').click();
  await page.waitForURL(/\/rehearsals\/\w+/);
  await page.locator('a[href$="/episodes.csv"]').waitFor({ timeout: 120_000 });
  await window.lookAround("rehearsal");

  const csv = await page.request.get(await page.locator('a[href$="/episodes.csv"]').getAttribute("href"));
  assert.equal(csv.status(), 200);
  assert.match(await csv.text(), /shop/);
});

journey("language_and_theme_stay_as_chosen", async (window, page) => {
  await page.goto("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.getByRole("button", { name: "EN", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.goto("/policies");
  assert.equal(await page.locator("h1").innerText(), "Policies");
  await page.getByRole("button", { name: "Dark" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "sanhao-dark");
  await page.goto("/", { waitUntil: "networkidle" });
  assert.equal(await page.locator("html").getAttribute("data-theme"), "sanhao-dark");
  await window.look("overview-english");
  await page.getByRole("button", { name: "中文", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
});

journey("everything_is_reached_by_keyboard", async (window, page) => {
  await page.goto("/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");

  const reach = async (found) => {
    for (let presses = 0; presses < 200; presses++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate(found)) return;
    }
    assert.fail(`200 presses of Tab did not reach ${found}`);
  };
  await page.goto("/");
  await reach(() => document.activeElement.getAttribute("href") === "/shops");
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  assert.ok(outline, "what has the focus shows it");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/shops");
  await reach(() => /^\/shops\/[^?]/.test(document.activeElement.getAttribute("href") ?? ""));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/shops\/shp_/);
});

journey(
  "without_scripts_charts_are_tables_and_drafts_can_be_saved",
  async (window, page) => {
    await page.goto("/");
    assert.ok((await page.locator("main table").count()) > 0, "tables stand beside charts");
    await page.goto("/policies");
    await page.locator('form[action="/drafts"] button').first().click();
    await page.waitForURL(/\/drafts\/\w+/);
    await page.locator('button[name="do"][value="save"]').click();
    await page.waitForURL(/\?saved/);
  },
  { javaScriptEnabled: false },
);

journey("an_address_that_leads_nowhere_is_a_page_that_helps", async (window, page) => {
  for (const path of ["/nowhere", "/shops/shp_nobody", "/orders/ord_none"]) {
    const response = await page.goto(path);
    assert.ok([400, 404, 422].includes(response.status()), `${path}: ${response.status()}`);
    assert.equal(await page.locator("h1").count(), 1);
    assert.ok((await page.locator('main a[href="/"]').count()) > 0, `${path}: a way back`);
  }
  // The browser itself reports such an answer on its console.
  window.wrong = window.wrong.filter((wrong) => !wrong.includes("Failed to load resource"));
});
