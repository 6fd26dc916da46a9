// Builds the console's app.js and app.css, the mall's store.js and store.css, and a gzipped copy of each, into dist. The
// Rust side embeds them.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

await build({
  entryPoints: [join(here, "src/app.js")],
  outfile: join(dist, "app.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  legalComments: "none",
  banner: { js: "/* Sanhao, Apache-2.0; with Apache ECharts (Apache-2.0), zrender (BSD-3-Clause), htmx (0BSD) */" },
});

execFileSync(
  process.execPath,
  [join(here, "node_modules/@tailwindcss/cli/dist/index.mjs"), "--input", join(here, "src/app.css"), "--output", join(dist, "app.css"), "--minify"],
  { cwd: here, stdio: ["ignore", "ignore", "inherit"] },
);

await build({
  entryPoints: [join(here, "src/store.js")],
  outfile: join(dist, "store.js"),
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  banner: { js: "/* Sanhao, Apache-2.0 */" },
});

// The mall needs the tokens' variables and none of daisyUI: its "@plugin" blocks are left out.
const tokens = readFileSync(join(here, "src/tokens.css"), "utf8").replace(/^@plugin [^{]*\{[^}]*\}/gm, "");
const store = tokens + readFileSync(join(here, "src/store.css"), "utf8");
writeFileSync(join(dist, "store.css"), (await transform(store, { loader: "css", minify: true, target: ["chrome120", "firefox121", "safari17"] })).code);

for (const name of ["app.js", "app.css", "store.js", "store.css"]) {
  const bytes = readFileSync(join(dist, name));
  writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  console.log(`${name}: ${bytes.length} bytes`);
}
