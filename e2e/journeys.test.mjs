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
    const window = await Window.open(browser, server.address, { ticket: server.ticket, ...options });
    await walk(window, window.page);
    await window.close();
  });
}

/** From the overview to a shop, its metric, one of its orders. */
async function downToAnOrder(window, page, name) {
  await page.goto("/console");
  await window.look(`${name}overview`);
  await page.locator('main a.nm[href^="/console/shops/"]').first().click();
  await page.waitForURL(/\/shops\/[^/?]+/);
  await window.look(`${name}shop`);
  // On a phone the page stands in parts, of which one is open.
  const metrics = page.locator(".part-names label", { hasText: "指标" });
  if (await metrics.isVisible()) await metrics.click();
  await page.locator('main a[href^="/console/shops/"][href*="/metrics/"]').locator("visible=true").first().click();
  await page.waitForURL(/\/shops\/[^/]+\/metrics\/\w+/);
  await window.look(`${name}shop-metric`);
  await page.locator('main a[href^="/console/orders/"]').first().click();
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
    ["overview", "/console"],
    ["shops", "/console/shops"],
    ["metrics", "/console/metrics"],
    ["metric", "/console/metrics/late_ship_rate"],
    ["policies", "/console/policies"],
    ["scorecards", "/console/scorecards"],
    ["scorecard", "/console/scorecards/sanhao@3"],
    ["scorecards-beside", "/console/scorecards/sanhao?left=1&right=3"],
    ["scorecards-compared", "/console/scorecards/sanhao/compare?left=1&right=3"],
    ["rehearsals", "/console/rehearsals"],
    ["search", "/console/search?q=S"],
  ]) {
    const response = await page.goto(path);
    assert.equal(response.status(), 200, path);
    await window.lookAround(name);
  }
});

journey("a_score_is_the_sum_it_draws_and_what_if_moves_it", async (window, page) => {
  await page.goto("/console/shops?sort=score&dir=up");
  await window.look("shops-by-score");
  // The market of these journeys is small: its largest shop has a score of the formula under the card for such markets.
  await page.goto("/console/shops?sort=orders_paid&dir=down");
  await page.locator('table.list a.nm[href^="/console/shops/"]').first().click();
  await page.waitForURL(/\/shops\/[^/?]+/);
  await page.goto(`${page.url()}&card=small-market`);
  await page.locator("#what-if-answer").waitFor();
  await window.lookAround("shop-score");
  // The rows of the sum add up to its total.
  const rows = await page.locator("table.sum tr").evaluateAll((list) =>
    list.map((row) => [row.className, Number.parseFloat(row.lastElementChild.textContent.replace("−", "-").replace("+", ""))]),
  );
  const total = rows.find(([name]) => name === "tot")?.[1];
  if (total !== undefined) {
    const sum = rows.filter(([name, n]) => name !== "tot" && !Number.isNaN(n)).reduce((all, [, n]) => all + n, 0);
    assert.ok(Math.abs(sum - total) < 0.001 || total === 0 || total === 100, `${sum} is drawn as ${total}`);
  }
  const now = await page.locator("#what-if-answer .wbig b").innerText();
  const rating = page.locator('input[name="product_rating.den"]');
  const orders = Number(await rating.inputValue());
  await rating.fill(String(orders + 500));
  await page.locator('input[name="product_rating.num"]').fill(String((orders + 500) * 5));
  await page.waitForFunction((now) => document.querySelector("#what-if-answer .wbig b")?.textContent !== now, now);
  const then = await page.locator("#what-if-answer .wbig b").innerText();
  assert.ok(Number(then) > Number(now), `${now} becomes ${then}`);
  await page.locator('input[name="product_rating.num"]').fill("1000000");
  await page.locator("#what-if-answer", { hasText: "这样不成立" }).waitFor();
});

journey("a_shop_reads_its_own_score_by_a_link_and_nothing_else", async (window, page) => {
  await page.goto("/console/shops?sort=score&dir=up");
  await page.locator('table.list a.nm[href^="/console/shops/"]').first().click();
  const name = await page.locator("h1").innerText();
  await page.getByRole("button", { name: "商家链接" }).click();
  const address = await page.locator("input.wideline").inputValue();
  await page.goto(address);
  await page.waitForURL(/\/merchant\/score$/);
  assert.ok((await page.locator(".crumb").innerText()).includes(name));
  await window.lookAround("merchant");
  await page.locator('main a[href^="/merchant/score/metrics/"]').first().click();
  await page.waitForURL(/\/merchant\/score\/metrics\//);
  await window.look("merchant-metric");
  await page.goto("/merchant/score/card");
  await window.look("merchant-scorecard");
  for (const path of ["/console", "/console/shops", "/api/platform/scores"]) assert.equal((await page.request.get(path)).status(), 403, path);
  await page.goto("/merchant/score");
  await page.getByRole("button", { name: "退出" }).click();
  await page.waitForURL(/\/merchant\/score\/leave$/);
  assert.equal((await page.request.get("/console")).status(), 200);
  assert.equal((await page.request.get("/merchant/score")).status(), 401);
});

journey("a_draft_is_checked_as_one_types_rehearsed_and_compared", async (window, page) => {
  await page.goto("/console/policies");
  await page.locator('form[action="/console/drafts"]:has(input[value^="late-ship-cap@"]) button').first().click();
  await page.waitForURL(/\/drafts\/\w+/);
  await window.lookAround("draft-clauses");
  await page.locator('label[for="view-toml"]').click();
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
  await page.locator("#clauses .msg", { hasText: "案例" }).first().waitFor();
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
  await page.goto("/console");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  await page.getByRole("button", { name: "EN", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.goto("/console/policies");
  assert.equal(await page.locator("h1").innerText(), "Policies");
  await page.getByRole("button", { name: "Dark" }).click();
  await page.waitForFunction(() => document.documentElement.dataset.theme === "sanhao-dark");
  await page.goto("/console", { waitUntil: "networkidle" });
  assert.equal(await page.locator("html").getAttribute("data-theme"), "sanhao-dark");
  await window.look("overview-english");
  await page.getByRole("button", { name: "中文", exact: true }).click();
  await page.waitForFunction(() => document.documentElement.lang === "zh-CN");
});

journey("everything_is_reached_by_keyboard", async (window, page) => {
  await page.goto("/console");
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
  await page.goto("/console");
  await reach(() => document.activeElement.getAttribute("href") === "/console/shops");
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  assert.ok(outline, "what has the focus shows it");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/shops");
  await reach(() => /^\/console\/shops\/[^?]/.test(document.activeElement.getAttribute("href") ?? ""));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/shops\/shp_/);
});

journey(
  "without_scripts_charts_are_tables_and_drafts_can_be_saved",
  async (window, page) => {
    await page.goto("/console");
    assert.ok((await page.locator("main table").count()) > 0, "tables stand beside charts");
    await page.goto("/console/policies");
    await page.locator('form[action="/console/drafts"]:has(input[value^="late-ship-cap@"]) button').first().click();
    await page.waitForURL(/\/drafts\/\w+/);
    await page.locator('button[name="do"][value="save"]').click();
    await page.waitForURL(/\?saved/);
  },
  { javaScriptEnabled: false },
);

journey("an_address_that_leads_nowhere_is_a_page_that_helps", async (window, page) => {
  for (const path of ["/nowhere", "/console/shops/shp_nobody", "/console/orders/ord_none"]) {
    const response = await page.goto(path);
    assert.ok([400, 404, 422].includes(response.status()), `${path}: ${response.status()}`);
    assert.equal(await page.locator("h1").count(), 1);
    assert.ok((await page.locator('main a[href="/"], main a[href="/console"]').count()) > 0, `${path}: a way back`);
  }
  // The browser itself reports such an answer on its console.
  window.wrong = window.wrong.filter((wrong) => !wrong.includes("Failed to load resource"));
});
