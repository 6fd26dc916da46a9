// What a page of the mall costs somebody who comes to it for the first time, on a phone: bytes, shifts, the largest paint.

/** A phone of today: 390 px wide, two dots to a pixel. */
const HANDSET = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

/** Before any script of the page: remembers what moved and when the largest thing was painted. */
function watch() {
  const seen = { shift: 0, moved: [], largest: 0 };
  globalThis.seen = seen;
  const name = (node) => (node?.nodeType === 1 ? `${node.localName}.${node.className}` : (node?.nodeName ?? "?"));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.hadRecentInput) continue;
      seen.shift += entry.value;
      seen.moved.push(...entry.sources.map((source) => name(source.node)));
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
}

/** Opens `path` on a phone with nothing in its cache, as whoever `state` says. Lazy pictures count if they were loaded, which
 * is what stands near the first screen. Null where there is no such page. */
export async function measure(browser, address, path, state, locale = "zh-CN") {
  const context = await browser.newContext({
    ...HANDSET,
    baseURL: address,
    storageState: state,
    locale,
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.addInitScript(watch);
    const wire = await context.newCDPSession(page);
    await wire.send("Network.enable");
    const loads = new Map();
    let bytes = 0;
    wire.on("Network.requestWillBeSent", ({ requestId, request }) => loads.set(requestId, { url: request.url, bytes: 0 }));
    wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      bytes += encodedDataLength;
      const load = loads.get(requestId);
      if (load) load.bytes = encodedDataLength;
    });
    const answer = await page.goto(path, { waitUntil: "load" });
    if (answer?.status() !== 200) return null;
    // A page that asks again and again is never idle: what it first needed is there then as well.
    await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {});
    const transferred = bytes;
    const largest = [...loads.values()].sort((a, b) => b.bytes - a.bytes).slice(0, 4);
    // What comes late, further down, moves nothing either.
    await page.evaluate(async () => {
      const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
      for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
        scrollTo(0, y);
        await frame();
      }
      await frame();
    });
    await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {});
    const seen = await page.evaluate(() => globalThis.seen);
    return {
      bytes: transferred,
      parts: largest.map((load) => `${Math.round(load.bytes / 1024)} KB ${new URL(load.url).pathname.slice(0, 40)}`),
      shift: seen.shift,
      moved: [...new Set(seen.moved)],
      largest: seen.largest,
      errors,
    };
  } finally {
    await context.close();
  }
}
