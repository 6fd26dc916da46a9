// Builds dist/app.js and dist/app.css, and a gzipped copy of each. The Rust side embeds the four files.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

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

for (const name of ["app.js", "app.css"]) {
  const bytes = readFileSync(join(dist, name));
  writeFileSync(join(dist, `${name}.gz`), gzipSync(bytes, { level: 9 }));
  console.log(`${name}: ${bytes.length} bytes`);
}
