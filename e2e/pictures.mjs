// Takes the pictures of README.md from a running demo: `node pictures.mjs [ADDRESS]`.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Window, launch } from "./console.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../docs/pictures");
const browser = await launch();
const window = await Window.open(browser, process.argv[2] ?? "http://127.0.0.1:8618", { viewport: { width: 1280, height: 800 } });
await window.page.goto("/console?lang=en", { waitUntil: "networkidle" });
await window.page.screenshot({ path: join(folder, "console.png") });
await window.page.goto("/console/shops/S000017?lang=en", { waitUntil: "networkidle" });
await window.page.setViewportSize({ width: 1280, height: 1500 });
await window.page.screenshot({ path: join(folder, "score.png") });
await window.close();
await browser.close();
