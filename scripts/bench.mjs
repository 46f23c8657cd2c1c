/**
 * `npm run bench [name…]`: runs the benchmarks `bench/**\/*.bench.ts` whose path begins with one of the names, and prints one table.
 * `--json` prints the rows as one document, `--markdown` as a table for `docs/benchmarks.md`, `--list` only the names.
 */
import { readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { register } from "tsx/esm/api";

const root = fileURLToPath(new URL("../bench", import.meta.url));
const options = process.argv.slice(2).filter((argument) => argument.startsWith("--"));
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const ending = ".bench.ts";
const names = readdirSync(root, { recursive: true })
  .filter((path) => path.endsWith(ending))
  .map((path) => relative(root, join(root, path)).replaceAll("\\", "/").slice(0, -ending.length))
  .sort();
const chosen = names.filter((name) => wanted.length === 0 || wanted.some((start) => isWithin(name, start)));
const unknown = [
  ...wanted.filter((start) => !names.some((name) => isWithin(name, start))),
  ...options.filter((option) => !["--json", "--markdown", "--list"].includes(option)),
];

if (unknown.length > 0) {
  console.error(
    `unknown: ${unknown.join(", ")}; the benchmarks are ${names.join(", ")}, the options --json, --markdown, --list`,
  );
  process.exitCode = 2;
} else if (options.includes("--list")) {
  console.log(names.join("\n"));
} else {
  await run();
}

function isWithin(name, start) {
  return name === start || name.startsWith(`${start}/`) || name.startsWith(`${start}-`);
}

async function run() {
  register();
  console.error(describeMachine());
  const { renderMarkdown, renderTable } = await import("../bench/render-table.ts");
  const { judge } = await import("../bench/measurement.ts");
  const rows = [];
  for (const name of chosen) {
    console.error(`── ${name}`);
    rows.push(...(await runOne(name)));
  }
  if (options.includes("--json")) {
    console.log(
      JSON.stringify(
        rows.map((row) => ({ ...row, verdict: judge(row) })),
        null,
        2,
      ),
    );
  } else {
    console.log(options.includes("--markdown") ? renderMarkdown(rows) : `\n${renderTable(rows)}`);
  }
  console.error(describeMachine());
  const missed = rows.filter((row) => judge(row) === "missed").length;
  console.error(`${missed === 0 ? "no target" : missed === 1 ? "1 target" : `${missed} targets`} missed`);
}

/** Printed before and after: a load above the number of cores means that wall times, and even their ratios, are not to be trusted. */
function describeMachine() {
  const cores = cpus();
  return `${cores.length} × ${cores[0]?.model ?? "unknown processor"}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`;
}

/** A benchmark that breaks is one row that says so: the others still run. */
async function runOne(name) {
  try {
    const found = Object.entries(await import(pathToFileURL(join(root, name + ending)).href));
    const [, benchmark] = found.find(([key]) => key.startsWith("bench")) ?? [];
    if (benchmark === undefined) throw new Error(`${name}${ending} exports no function named bench…`);
    return await benchmark((line) => console.error(`   ${line}`));
  } catch (error) {
    process.exitCode = 1;
    return [{ name, skipped: `it failed: ${error instanceof Error ? error.message.trim() : error}` }];
  }
}
