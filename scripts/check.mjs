/** `npm run check`: every check of the project. All of them run, even after one fails; the table at the end says which. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const require = createRequire(import.meta.url);

/** The script behind a package's command, so that no shell and no `npx` is needed. */
function commandScript(packageName, command = packageName) {
  const manifest = packageManifest(packageName);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(dirname(manifest), typeof bin === "string" ? bin : bin[command]);
}

function packageManifest(packageName) {
  const local = join(root, "node_modules", packageName, "package.json");
  return existsSync(local) ? local : require.resolve(`${packageName}/package.json`);
}

const node = (script, ...options) =>
  spawnSync(process.execPath, [script, ...options], { cwd: root, stdio: "inherit" }).status === 0;
const rooms = ["grammar", "compiler", "runtime", "tools"].filter((room) => existsSync(join(root, room)));

/** Scripts named `scripts/generate-….mjs` write a generated file; with `--check` they only compare. */
function generatedFilesAreFresh() {
  const generators = readdirSync(join(root, "scripts")).filter((name) => /^generate-.*\.mjs$/.test(name));
  return generators.map((name) => node(join("scripts", name), "--check")).every(Boolean);
}

const parts = {
  format: () => node(commandScript("@biomejs/biome", "biome"), "format", "."),
  lint: () => node(commandScript("@biomejs/biome", "biome"), "lint", "--error-on-warnings", "."),
  types: () => node(commandScript("typescript", "tsc"), "-p", "tsconfig.json"),
  "import directions": () =>
    node(
      commandScript("dependency-cruiser", "depcruise"),
      "--config",
      "dependency-cruiser.config.mjs",
      "--output-type",
      "err",
      ...rooms,
    ),
  "unused code": () => node(commandScript("knip"), "--no-progress"),
  "generated files": generatedFilesAreFresh,
  tests: () => node(commandScript("vitest"), "run"),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`unknown part ${unknown.join(", ")}; there are: ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}

const results = [];
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n── ${name} ${"─".repeat(Math.max(0, 72 - name.length))}`);
  const start = performance.now();
  results.push({ name, passed: run(), seconds: (performance.now() - start) / 1000 });
}

console.log("");
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? "  ok  " : "FAILED"}  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s`);
}
process.exitCode = results.every((result) => result.passed) ? 0 : 1;
