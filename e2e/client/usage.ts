// What a programmer writes against the API, with the types that openapi-typescript makes of the document. It is type-checked
// and never run: if the document says something else than what is asked and answered here, it does not compile.

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Purchase = components["schemas"]["PurchaseView"];

const client = createClient<paths>({ baseUrl: "http://127.0.0.1:8618" });

/** Signs in, buys the first thing of a search, pays for it and answers with what was bought. */
export async function buy(contact: string, password: string, words: string): Promise<Purchase> {
  const session = await client.POST("/api/store/account/sessions", { body: { contact, password } });
  if (session.error) throw new Error(`${session.error.code}: ${session.error.detail}`);
  const headers = { Authorization: `Bearer ${session.data.token}`, "Idempotency-Key": "one" };

  // What is asked after the question mark may be left out.
  const found = await client.GET("/api/store/products", { params: { query: { q: words } } });
  const product = found.data?.items[0];
  if (!product) throw new Error("nothing was found");
  const shown = await client.GET("/api/store/products/{product}", { params: { path: { product: product.product } } });
  const sku: string | undefined = shown.data?.variants[0]?.sku;
  if (!sku) throw new Error("it cannot be bought");

  const quote = await client.POST("/api/store/quotes", { body: { lines: [{ sku, quantity: 1 }] }, headers });
  if (quote.error) throw new Error(quote.error.detail);
  const placed = await client.POST("/api/store/purchases", { body: { quote: quote.data.quote }, headers });
  if (placed.error) throw new Error(placed.error.detail);
  const minor: number = placed.data.total.minor;
  if (minor < 0) throw new Error("an amount is not negative");
  await client.POST("/api/store/purchases/{purchase}/payments", {
    params: { path: { purchase: placed.data.purchase } },
    body: { provider: "sandbox", script: "ok" },
    headers,
  });
  return placed.data;
}

/** All purchases of whoever signed in, page by page. */
export async function purchases(token: string): Promise<Purchase[]> {
  const headers = { Authorization: `Bearer ${token}` };
  const all: Purchase[] = [];
  for (let after: string | undefined; ; ) {
    const page = await client.GET("/api/store/purchases", { params: { query: after ? { after } : {} }, headers });
    if (page.error) throw new Error(page.error.detail);
    all.push(...page.data.items);
    if (!page.data.next) return all;
    after = page.data.next;
  }
}

/** Ships what waits in a shop. */
export async function ship(token: string, shop: string, number: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}` };
  const path = { shop };
  const waiting = await client.GET("/api/merchant/shops/{shop}/orders", {
    params: { path, query: { status: "paid" } },
    headers,
  });
  for (const { order } of waiting.data?.items ?? []) {
    await client.POST("/api/merchant/shops/{shop}/orders/{order}/ship", {
      params: { path: { shop, order } },
      body: { carrier: "sf", number },
      headers,
    });
  }
}

type OrderStatus = components["schemas"]["OrderStatus"];

/** Whether an order goes on. Every status is named: one that is added does not compile here until it is. */
export function goesOn(status: OrderStatus): boolean {
  switch (status) {
    case "unpaid":
    case "paid":
    case "shipped":
      return true;
    case "received":
    case "cancelled":
    case "closed":
    case "refunded":
      return false;
  }
}

/** Invites somebody into a shop, as what there is to be. */
export async function invite(token: string, shop: string, to: string, role: components["schemas"]["Role"]): Promise<void> {
  const invited = await client.POST("/api/merchant/shops/{shop}/invitations", {
    params: { path: { shop } },
    body: { to, role },
    headers: { Authorization: `Bearer ${token}` },
  });
  if (invited.error) throw new Error(invited.error.detail);
  // @ts-expect-error: a role that there is not is refused by the compiler.
  const boss: components["schemas"]["Role"] = "boss";
  void boss;
}
