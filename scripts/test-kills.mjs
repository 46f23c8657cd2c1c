/**
 * `npm run test:kills [-- --kills 50 --seed 1]`: kills runners and trials with -9 at random moments, two runners on one study at
 * once, until there were that many kills; then lets the study end and compares it with one that nobody disturbed. Nothing may be
 * lost, run twice, or broken. Minutes; not part of `npm test`.
 */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: { kills: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
});
const wanted = Number(options.kills);
const random = createRandom(Number(options.seed));
const llnet = fileURLToPath(new URL("../tools/cli/llnet.cjs", import.meta.url));
const example = fileURLToPath(new URL("../examples/digits.llnet", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "llnet-kills-"));
const study = join(folder, "study.llnet");
copyFileSync(example, join(folder, "digits.llnet"));
writeFileSync(
  study,
  `import { digits } from "./digits.llnet"

ablate cuts of digits {
  vary split: into 1, into 2, into 3
  vary train.epochs: 8, 12
  repeat seed: 1..2
}
`,
);

console.log("undisturbed run, for comparison");
const calm = join(folder, "calm");
finish(calm);
const wild = join(folder, "wild");
let kills = 0;
let ofRunners = 0;
const runners = new Set();
while (kills < wanted) {
  while (runners.size < 2) startRunner();
  await pause(150 + random() * 2500);
  const trials = workingTrials(wild);
  const killsRunner = random() < 0.4 || trials.length === 0;
  const victim = killsRunner ? pick([...runners])?.pid : pick(trials);
  if (victim === undefined) continue;
  try {
    process.kill(victim, "SIGKILL");
    kills += 1;
    if (killsRunner) ofRunners += 1;
  } catch {
    // It ended by itself just now.
  }
  if (kills % 10 === 0) console.log(`${kills} kills: ${doneCount(wild)} of ${doneCount(calm)} trials done`);
  // Everything done and still kills to make: from the start, with another folder's worth of trials.
  if (doneCount(wild) === doneCount(calm) && kills < wanted) {
    await allEnded();
    verify();
    rmSync(wild, { recursive: true, force: true });
  }
}
await allEnded();
// Twice: trials that a kill made fail are run again, and then there is nothing left to do.
finish(wild);
verify();
const before = readJournals(wild);
finish(wild);
check(JSON.stringify(readJournals(wild)) === JSON.stringify(before), "a finished study was run again");
rmSync(folder, { recursive: true, force: true });
console.log(
  `${kills} kills (${ofRunners} of runners, ${kills - ofRunners} of trials): nothing lost, nothing run twice, no broken file`,
);

function startRunner() {
  const child = spawn(process.execPath, runWords(wild), { stdio: "ignore" });
  runners.add(child);
  child.on("exit", () => runners.delete(child));
}

function runWords(runs) {
  return [llnet, "ablate", "run", study, "--data", "digits", "--jobs", "2", "--retry-failed", "--runs", runs];
}

function finish(runs) {
  const { status, stderr } = spawnSync(process.execPath, runWords(runs), { encoding: "utf8" });
  check(status === 0, `the study ended with ${status}: ${stderr.slice(-500)}`);
}

/** Waits for runners and for trials whose runner is gone, which end by themselves with a checkpoint. */
async function allEnded() {
  for (const runner of runners) runner.kill("SIGKILL");
  while (runners.size > 0 || workingTrials(wild).length > 0) await pause(100);
}

function verify() {
  const [expected, found] = [resultsOf(calm), resultsOf(wild)];
  for (const [id, numbers] of found)
    check(expected.get(id) === numbers, `trial ${id} has other numbers than undisturbed`);
  if (kills >= wanted) check(found.size === expected.size, `${found.size} of ${expected.size} results`);
  for (const [id, entries] of readJournals(wild)) {
    const ends = entries.filter(({ kind, outcome }) => kind === "ended" && outcome === "finished");
    check(ends.length <= 1, `trial ${id} finished ${ends.length} times`);
  }
}

/** Every number of every trial that is no time. */
function resultsOf(runs) {
  const found = new Map();
  for (const id of trialNames(runs)) {
    const path = join(runs, "trials", id, "result.json");
    if (!existsSync(path)) continue;
    const { document } = JSON.parse(readFileSync(path, "utf8"));
    const numbers = document.epochs.map(({ losses, train, test: { seconds: _, ...test } }) => [losses, train, test]);
    found.set(id, JSON.stringify(numbers));
  }
  return found;
}

function readJournals(runs) {
  return trialNames(runs).map((id) => {
    const path = join(runs, "trials", id, "journal.jsonl");
    const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
    return [id, lines.flatMap((line) => parsed(line))];
  });
}

function doneCount(runs) {
  return resultsOf(runs).size;
}

/** Processes that hold a trial. */
function workingTrials(runs) {
  return trialNames(runs).flatMap((id) => {
    const claims = join(runs, "trials", id, "claims");
    const numbers = existsSync(claims) ? readdirSync(claims).filter((name) => /^\d+$/.test(name)) : [];
    const latest = numbers.map(Number).sort((a, b) => b - a)[0];
    if (latest === undefined) return [];
    return readClaim(join(claims, String(latest))).filter((pid) => isRunning(pid));
  });
}

function readClaim(path) {
  try {
    return [JSON.parse(readFileSync(path, "utf8")).process];
  } catch {
    return [];
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function trialNames(runs) {
  return existsSync(join(runs, "trials")) ? readdirSync(join(runs, "trials")) : [];
}

function parsed(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

function check(isTrue, message) {
  if (isTrue) return;
  console.error(`failed: ${message}\nthe folder is kept: ${folder}`);
  process.exit(1);
}

function pick(list) {
  return list[Math.floor(random() * list.length)];
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** Mulberry32: the same kills for the same seed, as far as the machine allows. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
