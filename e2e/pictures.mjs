// Takes the pictures of README.md from a running demo: `node pictures.mjs ADDRESS`, with the address of the console, and
// its ticket, that the demo printed.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Window, launch } from "./console.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../docs/pictures");
const browser = await launch();
const console_ = new URL(process.argv[2]);
const ticket = console_.pathname + console_.search;
const window = await Window.open(browser, console_.origin, { ticket, viewport: { width: 1280, height: 800 } });
await window.page.goto("/console?lang=en", { waitUntil: "networkidle" });
await window.page.screenshot({ path: join(folder, "console.png") });
await window.page.goto("/console/shops/S000017?lang=en", { waitUntil: "networkidle" });
await window.page.setViewportSize({ width: 1280, height: 1500 });
await window.page.screenshot({ path: join(folder, "score.png") });
await window.page.setViewportSize({ width: 1280, height: 1080 });
await window.page.goto("/?lang=zh", { waitUntil: "networkidle" });
await window.page.screenshot({ path: join(folder, "mall.png") });
await window.close();
await browser.close();
