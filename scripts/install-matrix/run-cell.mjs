// One cell of the matrix: a fresh clone on a scratch machine, installed, then the README's main job.
import { spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createMachine } from "./machine.mjs";

const mainJob = ["llnet", "train", "examples/digits.llnet", "--data", "digits"];

/**
 * Returns what happened: `{ name, engine, install, train, accuracy, line, problem }`, seconds for the two in the middle;
 * `problem` is null where all was as the cell expects. `context` is `{ root, scratch, tools }`.
 */
export async function runCell(cell, context) {
  const facts = { name: cell.name, engine: "", install: 0, train: 0, accuracy: "", line: "", problem: null };
  let machine;
  try {
    machine = createMachine(context.scratch, {
      node: context.tools.node(cell.node ?? 20),
      npm: context.tools.npm(cell.npm ?? 11),
      programs: cell.programs?.(context) ?? {},
      environment: cell.environment?.(context) ?? {},
    });
  } catch (error) {
    return { ...facts, problem: `skipped: ${error.message}` };
  }
  try {
    await cell.prepare?.(machine, context);
    return { ...facts, ...(await install(cell, machine, context)) };
  } catch (error) {
    return { ...facts, problem: error.message };
  } finally {
    if (process.env.LLNET_KEEP_MACHINES) console.error(machine.place);
    else rmSync(machine.place, { recursive: true, force: true });
  }
}

async function install(cell, machine, context) {
  const clones = cell.clones ?? 1;
  for (let number = 0; number < clones; number++) {
    const cloned = spawnSync("git", ["clone", "-q", context.root, join(machine.place, `llnet${number}`)]);
    if (cloned.status !== 0) throw new Error("git clone failed");
  }
  const clone = join(machine.place, "llnet0");
  const words = ["npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", ...(cell.words ?? [])];
  const began = Date.now();
  const installs = await Promise.all(
    Array.from({ length: clones }, (_, number) =>
      start(machine, join(machine.place, `llnet${number}`), words, cell, number === 0 ? cell.during : undefined),
    ),
  );
  const seconds = since(began);
  const output = installs.map(({ text }) => text).join("\n");
  const line = lastSetupLine(output);
  const failed = installs.find(({ status }) => status !== 0);
  if (failed !== undefined && cell.killed !== true)
    return { install: seconds, line, problem: `npm ci ended with ${failed.status}: ${failed.text.slice(-400)}` };
  const spoiled =
    (await cell.spoil?.(machine, () =>
      start(machine, clone, ["node", "tools/cli/llnet.cjs", ...mainJob.slice(1)], cell),
    )) ?? null;
  if (spoiled !== null) return { install: seconds, line, problem: spoiled };
  const trained = await train(cell, machine, clone);
  const facts = { install: seconds, line, ...trained };
  if (trained.problem !== null) return facts;
  if (cell.expect !== undefined && !cell.expect.test(output))
    return { ...facts, problem: `the install did not say ${cell.expect}: ${line}` };
  const isPortable = trained.engine.startsWith("WebAssembly");
  if (isPortable !== (cell.engine === "portable")) return { ...facts, problem: `trained on ${trained.engine}` };
  const reason = `${output}\n${trained.reason}`;
  if (isPortable && !reason.includes("npx llnet engine install")) return { ...facts, problem: "no retry command" };
  const retried = cell.retry === true ? await retry(machine, clone) : null;
  const left = cell.verify?.(machine) ?? null;
  return { ...facts, problem: retried ?? left };
}

async function train(cell, machine, clone) {
  const began = Date.now();
  const { status, text } = await start(machine, clone, ["npx", ...mainJob], cell);
  const seconds = since(began);
  const engine = /^engine: (.*?), (.*)$/m.exec(text);
  const accuracy = /test accuracy ([\d.]+) %/.exec(text)?.[1];
  const facts = { train: seconds, engine: engine?.[1] ?? "?", reason: engine?.[2] ?? "", accuracy: accuracy ?? "" };
  if (status !== 0) return { ...facts, problem: `training ended with ${status}: ${text.slice(-400)}` };
  return { ...facts, problem: Number(accuracy) > 95 ? null : `trained to ${accuracy} %` };
}

async function retry(machine, clone) {
  const { status, text } = await start(machine, clone, ["npx", "llnet", "engine", "install"], {});
  return status === 0 && /cpu engine (ready|already there)/.test(text)
    ? null
    : `the retry ended with ${status}: ${text.slice(-300)}`;
}

/** Runs a program on the machine with the cell's mounts, and lets `during` disturb it; its output comes back as one text. */
function start(machine, clone, [file, ...words], cell, during) {
  const inner = [file, ...words];
  const mounts = cell.mount?.(machine) ?? null;
  const command =
    mounts === null ? inner : ["unshare", "--mount", "sh", "-c", `${mounts} && exec "$@"`, "sh", ...inner];
  return new Promise((resolve) => {
    const child = spawn("nice", command, {
      cwd: clone,
      env: machine.environment,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
    }
    const timer = setTimeout(() => endGroup(child), 600_000);
    during?.(machine, () => endGroup(child));
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, text });
    });
  });
}

function endGroup(child) {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function lastSetupLine(output) {
  const lines = output.split("\n").filter((line) => /^llnet: (?!built|another|testing|.*…$)/.test(line));
  return lines.at(-1)?.replace(/^llnet: /, "") ?? "";
}

function since(began) {
  return (Date.now() - began) / 1000;
}
