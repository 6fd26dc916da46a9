// What every journey needs: a server on a synthetic market, a browser, and what must hold on each page.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { measure } from "./paint.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = join(dirname(fileURLToPath(import.meta.url)), "shots");

const needed = (name) => process.env[name] ?? assert.fail(`${name} is not set: run \`cargo xtask test --browser\``);

/** What a page of the mall may weigh on a phone that has nothing of it, in bytes. */
const HEAVIEST = 200 * 1024;
/** How far a page may shift by itself in all. */
const SHIFT = 0.01;

/** The addresses that were weighed: once is enough. */
const weighed = new Set();

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** A market in a temporary folder and a server on it; `stop` ends both. */
export async function serve() {
  const program = needed("SANHAO_PROGRAM");
  const data = mkdtempSync(join(tmpdir(), "sanhao-e2e-"));
  const made = spawnSync(program, ["--data", data, "demo-market", "--shops", "60", "--orders", "8000"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const server = spawn(program, ["--data", data, "serve", "--listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
  const stop = () => {
    server.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  };
  process.once("exit", stop);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));
  const said = [];
  for await (const line of createInterface({ input: server.stderr })) {
    said.push(line);
    const ticket = line.match(/(http:\/\/[\d.]+:\d+)(\/console\?ticket=\w+)/);
    if (ticket) {
      server.stderr.resume();
      return { address: ticket[1], ticket: ticket[2], data, stop };
    }
  }
  return assert.fail(`the server did not start:\n${said.join("\n")}`);
}

/** A browser; root's Chromium has no sandbox to run in. */
export const launch = () =>
  chromium.launch({
    executablePath: needed("SANHAO_CHROMIUM"),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });

/** A window onto the console or the mall. Whatever goes wrong in it is kept, and `look` and `close` refuse it. With the
 * `ticket` that the server printed it is the operator's. */
export class Window {
  static async open(browser, address, { ticket, ...options } = {}) {
    const context = await browser.newContext({
      viewport: DESK,
      locale: "zh-CN",
      timezoneId: "Asia/Shanghai",
      reducedMotion: "reduce",
      ...options,
      baseURL: address,
    });
    context.setDefaultTimeout(15_000);
    const window = new Window();
    window.context = context;
    window.page = await context.newPage();
    window.wrong = [];
    window.page.on("pageerror", (error) => window.wrong.push(`script: ${error.message}`));
    window.page.on("console", (message) => {
      if (message.type() === "error") window.wrong.push(`console: ${message.text()}`);
    });
    window.page.on("request", (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith("data:")) window.wrong.push(`foreign: ${request.url()}`);
    });
    window.page.on("response", (response) => {
      if (response.status() >= 500) window.wrong.push(`${response.status()}: ${response.url()}`);
    });
    if (ticket) await window.page.goto(ticket);
    return window;
  }

  /** A picture under `name`, and what holds on every page of the console. */
  async look(name) {
    const { page } = this;
    mkdirSync(SHOTS, { recursive: true });
    const { width } = page.viewportSize();
    const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches || document.documentElement.dataset.theme === "sanhao-dark");
    await page.screenshot({ path: join(SHOTS, `${name}-${width}-${dark ? "dark" : "light"}.png`), fullPage: true });

    assert.deepEqual(this.wrong, [], `${name}: nothing goes wrong`);
    assert.equal(await page.locator("h1").count(), 1, `${name}: one h1`);
    assert.match(await page.locator("html").getAttribute("lang"), /^(zh-CN|en)$/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name}: ${wide} px of page in ${width} px`);

    // The pages' content policy forbids foreign scripts; what the debugger evaluates is not bound by it.
    await page.evaluate(AXE);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
    const barriers = found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`);
    assert.deepEqual(barriers, [], `${name} at ${width} px: no barriers`);
    await this.weigh(name);
  }

  /** What holds on every page of the mall for somebody who comes to it first, on a phone. */
  async weigh(name) {
    const { pathname, search, origin } = new URL(this.page.url());
    const path = pathname + search;
    if (/^\/(console|merchant)/.test(pathname) || weighed.has(path)) return;
    weighed.add(path);
    const seen = await measure(this.context.browser(), origin, path, await this.context.storageState());
    if (!seen) return;
    assert.deepEqual(seen.errors, [], `${name}: nothing goes wrong on a phone`);
    assert.ok(seen.bytes <= HEAVIEST, `${name}: ${Math.round(seen.bytes / 1024)} KB on a phone: ${seen.parts.join(", ")}`);
    assert.ok(seen.shift < SHIFT, `${name}: shifts by ${seen.shift.toFixed(3)}: ${seen.moved.join(", ")}`);
  }

  /** Both widths and both themes of the page that is open. */
  async lookAround(name) {
    for (const viewport of [DESK, PHONE]) {
      for (const colorScheme of ["light", "dark"]) {
        await this.page.setViewportSize(viewport);
        await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await this.look(name);
      }
    }
    await this.page.setViewportSize(DESK);
    await this.page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  }

  async close() {
    await this.context.close();
    assert.deepEqual(this.wrong, []);
  }
}
