// A shop lists a product, the platform lets it go live, somebody buys it, and the shop sees and ships the order.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
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

const PASSWORD = "correct horse battery";

/** A picture: a disc on a ground, as a PNG file. */
function png(side, ground, disc) {
  const crc = (bytes) => {
    let sum = ~0;
    for (const byte of bytes) {
      sum ^= byte;
      for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
    }
    return ~sum >>> 0;
  };
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(side * (side * 3 + 1));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side * 0.34) ** 2;
      rows.set(inside ? disc : ground, y * (side * 3 + 1) + 1 + x * 3);
    }
  }
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** Asks the API as whoever the window is, and answers with what it says. */
async function ask(window, method, path, data) {
  const response = await window.page.request.fetch(path, { method, data });
  const text = await response.text();
  assert.ok(response.ok(), `${method} ${path}: ${response.status()} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A window of somebody who has just signed up. */
async function somebody(phone, options) {
  const window = await Window.open(browser, server.address, options);
  await ask(window, "POST", "/api/store/account", { contact: phone, password: PASSWORD, name: "沈砚" });
  const own = await ask(window, "GET", "/api/store/account");
  return { window, member: own.member };
}

let phones = 0;
const phone = () => `139${String(10_000_000 + ++phones)}`;

/** The whole journey; `options` say on which device the shop works. */
async function journey(name, code, options) {
  const operator = await Window.open(browser, server.address, { ticket: server.ticket });
  const desk = operator.page;
  const { window: shopWindow, member } = await somebody(phone(), options);
  const shop = shopWindow.page;
  const look = (what) => shopWindow.look(`${name}${what}`);
  const around = (window, what) => (name ? window.look(`${name}${what}`) : window.lookAround(what));

  // The platform: a category with what it asks for, a brand, a shop.
  await desk.goto("/console/goods/categories");
  const add = desk.locator('form:has(button[value="add"])');
  await add.locator('[name="code"]').fill(code);
  await add.locator('[name="zh"]').fill(`杯壶 ${code}`);
  await add.locator('[name="en"]').fill(`Cups ${code}`);
  await add.locator("button").click();
  await desk.waitForURL(/done=added/);
  const attribute = desk.locator('form:has(button[value="attribute"])');
  await attribute.locator('[name="azh"]').fill("材质");
  await attribute.locator('[name="aen"]').fill("Material");
  await attribute.locator('[name="kind"]').selectOption("choice");
  await attribute.locator('[name="options"]').fill("clay 陶 Clay\nglass 玻璃 Glass");
  await attribute.locator('[name="required"]').check();
  await attribute.locator("button").click();
  await desk.waitForURL(/done=added/);
  await ask(operator, "POST", `/api/platform/categories/${code}/attributes`, { zh: "容量", en: "Volume", kind: "number", unit: "ml" });
  await desk.reload();
  await around(operator, "desk-categories");
  const made = await ask(operator, "POST", "/api/platform/shops", { name: "青屿器物旗舰店", kind: "flagship", industry: "home", owner: member });

  // The shop: nothing yet.
  await shop.goto("/merchant");
  await shop.waitForURL(new RegExp(`/merchant/${made.shop}$`));
  await look("merchant-empty");

  // A product: the category brings its attributes, axes their rows, a file its picture.
  await shop.getByRole("link", { name: "发布商品" }).first().click();
  await shop.waitForURL(/products\/new/);
  await shop.locator('[name="category"]').selectOption({ label: `杯壶 ${code}` });
  const material = shop.locator('label:has-text("材质") + select');
  await material.waitFor();
  await shop.locator('[name="title"]').fill("青瓷手冲壶 600 ml 手工拉坯");
  await material.selectOption("clay");
  await shop.locator('label:has-text("容量") + .dk-unit input').fill("600");
  await shop.locator('[name="about"]').fill("一把好用的壶，出水稳，手不烫。\n手工拉坯，每一把的釉色略有不同。");
  await shop.locator('[name="files"]').setInputFiles([
    { name: "a.png", mimeType: "image/png", buffer: png(420, [240, 238, 232], [116, 150, 146]) },
    { name: "b.png", mimeType: "image/png", buffer: png(420, [228, 233, 240], [60, 92, 140]) },
  ]);
  await shop.locator(".dk-gal img").nth(1).waitFor();
  await shop.locator('[name="axis.0.name"]').fill("颜色");
  await shop.locator('[name="axis.0.values"]').fill("云白、天青");
  await shop.locator('[name="axis.0.values"]').blur();
  await shop.locator('[name="row.1.price"]').waitFor();
  await shop.locator('[name="row.0.price"]').fill("168");
  await shop.locator('[data-fill="row.*.price"]').fill("188");
  await shop.locator('[data-fill="row.*.price"]').blur();
  assert.equal(await shop.locator('[name="row.1.price"]').inputValue(), "188", "what is empty is filled, what is not stays");
  assert.equal(await shop.locator('[name="row.0.price"]').inputValue(), "168");
  await shop.locator('[name="row.1.media"]').selectOption({ index: 2 });
  await shop.locator('[name="fee"]').fill("8");
  await shop.locator('[name="free_from"]').fill("99");
  await around(shopWindow, "merchant-editor");

  // What the catalog refuses stands beside its field, and what was typed stays.
  const title = shop.locator('[name="title"]');
  const good = await title.inputValue();
  await title.fill("");
  await shop.locator('button[value="submit"]').click();
  await shop.locator(".dk-no").waitFor();
  assert.equal(await shop.locator('[name="row.0.price"]').inputValue(), "168");
  shopWindow.wrong = shopWindow.wrong.filter((wrong) => !wrong.includes("422"));
  await look("merchant-editor-refused");
  await shop.locator('[name="title"]').fill(good);
  await shop.locator('button[value="submit"]').click();
  await shop.waitForURL(/done=sent/);
  await look("merchant-edit-waiting");

  // The platform: yes.
  await desk.goto("/console/goods");
  await around(operator, "desk-reviews");
  await desk.locator("table a.nm", { hasText: good }).first().click();
  await desk.waitForURL(/reviews\/edt_/);
  await around(operator, "desk-review");
  await desk.locator('button[value="approve"]').click();
  await desk.waitForURL(/done=approved/);

  // Stock.
  await shop.goto(`/merchant/${made.shop}/stock`);
  await shop.locator('form:has(button:text("新增仓库")) [name="name"]').fill("杭州一号仓");
  await shop.getByRole("button", { name: "新增仓库" }).click();
  await shop.waitForURL(/done=opened/);
  for (const [row, units] of [
    [0, "30"],
    [1, "3"],
  ]) {
    await shop.goto(`/merchant/${made.shop}/stock`);
    await shop.locator("table.dk-list").first().locator("tbody tr").nth(row).locator("a.btn").click();
    await shop.waitForURL(/stock\/sku_/);
    const receive = shop.locator('form:has(input[value="receive"])');
    await receive.locator('[name="quantity"]').fill(units);
    await receive.locator('[name="reference"]').fill("PO-1128");
    await receive.getByRole("button").click();
    await shop.waitForURL(/done=moved/);
  }
  await shop.locator('[name="low_at"]').fill("5");
  await shop.getByRole("button", { name: "保存预警线" }).click();
  await shop.waitForURL(/done=saved/);
  await around(shopWindow, "merchant-sku");
  await shop.goto(`/merchant/${made.shop}/stock`);
  await around(shopWindow, "merchant-stock");
  await shop.goto(`/merchant/${made.shop}/products`);
  await around(shopWindow, "merchant-products");
  await shop.locator("table a.nm").first().click();
  await shop.waitForURL(/products\/prd_/);
  await around(shopWindow, "merchant-product");
  const product = shop.url().match(/prd_\w+/)[0];

  // Coupons and settings.
  await shop.goto(`/merchant/${made.shop}/coupons`);
  for (const [field, value] of Object.entries({ title: "新店满减", over: "99", off: "10", total: "500", from: "2026-01-01", until: "2099-12-31" }))
    await shop.locator(`[name="${field}"]`).fill(value);
  await shop.getByRole("button", { name: "发布", exact: true }).click();
  await shop.waitForURL(/done=made/);
  await around(shopWindow, "merchant-coupons");
  await shop.goto(`/merchant/${made.shop}/settings`);
  await around(shopWindow, "merchant-settings");

  // Somebody buys two.
  const { window: buyer } = await somebody(phone());
  const address = await ask(buyer, "POST", "/api/store/account/addresses", { recipient: "王小明", phone: "13912345678", province: "浙江", city: "杭州", district: "西湖", street: "龙井路 1 号" });
  const page = await ask(shopWindow, "GET", `/api/merchant/shops/${made.shop}/products/${product}`);
  const orders = [];
  for (const sku of page.live.skus.map((sku) => sku.sku)) {
    const quote = await ask(buyer, "POST", "/api/store/quotes", { lines: [{ sku, quantity: 1 }], address: address.address });
    const bought = await ask(buyer, "POST", "/api/store/purchases", { quote: quote.quote });
    const paid = await buyer.page.request.post(`/api/store/purchases/${bought.purchase}/payments`, { data: { script: "ok" }, headers: { prefer: "wait=10" } });
    assert.ok(paid.ok(), await paid.text());
    orders.push(bought.orders[0].order);
  }
  await buyer.close();

  // The shop sees them, notes something on one, looks at its recipient, and ships both.
  await shop.goto(`/merchant/${made.shop}`);
  await around(shopWindow, "merchant-home");
  await shop.goto(`/merchant/${made.shop}/orders?status=paid`);
  await around(shopWindow, "merchant-orders");
  await shop.goto(`/merchant/${made.shop}/orders/${orders[0]}`);
  assert.ok(!(await shop.content()).includes("13912345678"), "a recipient is masked");
  await shop.getByRole("button", { name: "查看明文" }).click();
  await shop.getByText("13912345678").waitFor();
  await shop.goto(`/merchant/${made.shop}/orders/${orders[0]}`);
  await shop.locator('[name="text"]').fill("易碎，多包一层");
  await shop.getByRole("button", { name: "保存备注" }).click();
  await shop.waitForURL(/done=noted/);
  await around(shopWindow, "merchant-order");
  await shop.goto(`/merchant/${made.shop}/orders?status=paid`);
  if (shop.viewportSize().width > 760) await shop.locator("[data-all]").check();
  else for (const box of await shop.locator("input.dk-sel").all()) await box.check();
  assert.equal(await shop.locator("[data-picked]").innerText(), "2");
  await shop.getByRole("button", { name: "批量发货" }).click();
  await shop.waitForURL(/ship\?order=/);
  const numbers = shop.locator('input[name^="number."]');
  await numbers.nth(0).fill("73100000000001");
  await numbers.nth(1).fill("73100000000002");
  for (const carrier of await shop.locator('select[name^="carrier."]').all()) await carrier.selectOption("zto");
  await around(shopWindow, "merchant-ship");
  await shop.locator(".dk-bulk button").click();
  await shop.waitForURL(/done=shipped&n=2/);
  await shop.goto(`/merchant/${made.shop}/orders?status=shipped`);
  assert.ok((await shop.content()).includes("73100000000002"));
  await look("merchant-shipped");

  // The platform sees them too; money and stock agree.
  await desk.goto("/console/sales");
  await around(operator, "desk-sales");
  await desk.goto(`/console/sales/${orders[0]}`);
  await around(operator, "desk-sale");
  await desk.goto("/console/money");
  await desk.getByRole("button", { name: "立即核对" }).click();
  await desk.waitForURL(/done=checked/);
  assert.ok((await desk.locator("main").innerText()).includes("上次核对无差异"));
  await around(operator, "desk-money");
  for (const [what, path] of [
    ["desk-mall", "/console/mall"],
    ["desk-coupons", "/console/mall/coupons"],
    ["desk-brands", "/console/goods/brands"],
    ["desk-dead-letters", "/console/dead-letters"],
    ["desk-gates", `/console/shops/${made.shop}/gates`],
  ]) {
    await desk.goto(path);
    await around(operator, what);
  }
  await shopWindow.close();
  await operator.close();
}

test("a_shop_lists_a_product_and_sees_and_ships_its_orders", { timeout: 300_000 }, () => journey("", "kiln", { viewport: DESK }));

test("the_same_on_a_phone", { timeout: 300_000 }, () => journey("phone-", "kiln-phone", { viewport: PHONE, hasTouch: true, isMobile: true }));
