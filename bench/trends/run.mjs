/**
 * Trend runs: how methods compare on real images with equal budgets, three seeds each.
 *
 *     node bench/trends/run.mjs [--epochs 20] [--seeds 1,2,3] [--only k16,swin] [--data cifar10:DIR]
 *     node bench/trends/run.mjs table [--epochs 20]
 *     node bench/trends/run.mjs --only k8-greedy --seeds 1 --max-steps 2       (a try; nothing is recorded)
 *
 * Each run is a `llnet train --json` of its own, one after the other. What is finished is a line of `results.jsonl` and is skipped
 * the next time; what was interrupted continues from its last checkpoint.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cells } from "./cells.mjs";
import { renderTable } from "./table.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const results = fileURLToPath(new URL("results.jsonl", import.meta.url));

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string", default: "20" },
    seeds: { type: "string", default: "1,2,3" },
    only: { type: "string", default: "" },
    data: { type: "string", default: "cifar10:../shared/data/cifar-10-lossless-small" },
    "max-steps": { type: "string" },
  },
});
const epochs = Number(options.epochs);
/** Without the directories above it, which differ from machine to machine. */
const dataName = options.data.replace(/^([^:]*):.*\//, "$1:");
const [verb = "run"] = positionals;

if (verb === "table") {
  console.log(
    renderTable(
      readResults().filter(({ data }) => data === dataName),
      cells,
      epochs,
    ),
  );
} else if (verb === "run") {
  await runAll();
} else {
  console.error(`unknown: ${verb}; there are run (which may be left out) and table`);
  process.exitCode = 2;
}

async function runAll() {
  const wanted = options.only.split(",").filter((start) => start !== "");
  const chosen = cells.filter(({ name }) => wanted.length === 0 || wanted.some((start) => isWithin(name, start)));
  if (chosen.length === 0) {
    console.error(`no cell begins with ${wanted.join(" or ")}; there are ${cells.map(({ name }) => name).join(", ")}`);
    process.exitCode = 2;
    return;
  }
  // Seed by seed, so that an early stop leaves every cell with something.
  for (const seed of options.seeds.split(",").map(Number)) {
    for (const cell of chosen) {
      if (options["max-steps"] === undefined && readResults().some((row) => isOf(row, cell, seed))) continue;
      console.error(`── ${cell.name}, seed ${seed}, ${epochs} epochs`);
      const { status, output } = await train(cell, seed);
      if (status !== 0) {
        console.error(`   ended with ${status}; the others go on`);
        process.exitCode = 1;
        continue;
      }
      record(cell, seed, JSON.parse(output));
    }
  }
}

function isWithin(name, start) {
  return name === start || name.startsWith(`${start}-`);
}

function isOf(row, cell, seed) {
  return row.cell === cell.name && row.seed === seed && row.epochs === epochs && row.data === dataName;
}

/** Runs one training to its end and gives what it printed; its progress goes to our error output. */
function train(cell, seed) {
  const isTry = options["max-steps"] !== undefined;
  const directory = `runs/trends/${isTry ? "try-" : ""}${cell.name}-epochs-${epochs}-seed-${seed}`;
  if (isTry) rmSync(`${root}/${directory}`, { recursive: true, force: true });
  const isStarted = existsSync(`${root}/${directory}/checkpoint`);
  if (!isStarted) rmSync(`${root}/${directory}`, { recursive: true, force: true });
  const fresh = [`bench/trends/${cell.file}`, "--model", cell.model, "--data", options.data, "--out", directory];
  fresh.push("--epochs", String(epochs), "--seed", String(seed));
  for (const [path, value] of Object.entries(cell.set)) fresh.push("--set", `${path}=${value}`);
  const all = ["tools/cli/llnet.cjs", "train", ...(isStarted ? ["--resume", directory] : fresh), "--json"];
  if (isTry) all.push("--max-steps", options["max-steps"]);
  const child = spawn(process.execPath, all, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, output })));
}

function record(cell, seed, document) {
  const last = document.epochs.at(-1);
  const row = {
    cell: cell.name,
    seed,
    epochs,
    data: dataName,
    model: cell.model,
    set: cell.set,
    outcome: document.outcome,
    accuracy: last?.test.accuracy ?? null,
    accuracies: last?.test.accuracies ?? null,
    samples: last?.test.samples ?? null,
    curve: document.epochs.map(({ test }) => test.accuracy),
    seconds: document.epochs.reduce((sum, epoch) => sum + epoch.seconds, 0),
    plannedBytes: document.memory.planned,
    engine: document.engine,
    node: process.version,
  };
  if (document.outcome === "finished") appendFileSync(results, `${JSON.stringify(row)}\n`);
  else console.error(`   not recorded (${document.outcome}): ${JSON.stringify(row)}`);
}

function readResults() {
  if (!existsSync(results)) return [];
  return readFileSync(results, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
