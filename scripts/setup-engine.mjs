// Makes the native engine ready after `npm install`: TensorFlow's libraries and an addon compiled against them, kept in a
// cache that all clones share. It never fails an install: it always ends with status 0, asks nothing, limits every step
// in time, and says in one line what it found or what is missing. `--force` builds again. With `cuda` or `webgpu` as its
// argument it sets that engine up instead.
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildCudaEngine, buildEngine } from "./engine/build-engine.mjs";
import { checkAddon } from "./engine/check-addon.mjs";
import { recipeHash } from "./engine/compile.mjs";
import { cacheFolders, lastSetupFile } from "./engine/locations.mjs";
import { withLock } from "./engine/lock.mjs";
import { findRecords } from "./engine/records.mjs";
import { say, step } from "./engine/report.mjs";
import { endRunningCommands } from "./engine/run-command.mjs";
import { installWebgpu } from "./engine/webgpu.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const started = Date.now();
const kind = process.argv.slice(2).find((word) => word === "cuda" || word === "webgpu") ?? "native";
const force = process.argv.includes("--force");
const retry = `npx llnet engine install${kind === "native" ? "" : ` ${kind}`}`;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endRunningCommands();
    process.exit(130);
  });
}
try {
  say(await (kind === "native" ? setUpEngine() : setUpExtra()));
} catch (error) {
  // Our own mistake, or a disk that is full: still no reason to fail somebody's install.
  say(`no ${kind} engine: ${error.message.split("\n")[0]}; try again with \`${retry}\``);
}
process.exit(0);

async function setUpEngine() {
  const wish = process.env.LLNET_ENGINE;
  if (wish === "none" || wish === "portable") return `skipped (LLNET_ENGINE=${wish})`;
  const caches = cacheFolders(process.env, home(), root);
  const recipe = recipeHash(root);
  if (!force) {
    const working = await findWorking(caches, recipe);
    if (working) return describe(working, "already there");
  }
  const cache = caches.find(isWritable);
  if (!cache)
    return `no native engine: neither ${caches.join(" nor ")} can be written; set LLNET_CACHE and run \`${retry}\``;
  const locked = await withLock(cache, { patience: 900_000, onWait: tellOnce() }, async () => {
    const other = force ? null : await findWorking([cache], recipe);
    if (other) return { record: other };
    removeLeftovers(cache);
    const built = await buildEngine({ root, cache, recipe });
    noteSetup(cache, built);
    return built;
  });
  if (!locked.held) return `no native engine: another install has been at work for long; try again with \`${retry}\``;
  const { record, reasons } = locked.value;
  if (record) return describe(record, "ready");
  return `no native engine: ${reasons.map(({ reason }) => reason).join("; ")}; try again with \`${retry}\``;
}

/** An engine that is only set up when somebody asks for it by name. */
async function setUpExtra() {
  const caches = cacheFolders(process.env, home(), root);
  const cache = caches.find(isWritable);
  if (!cache)
    return `no ${kind} engine: neither ${caches.join(" nor ")} can be written; set LLNET_CACHE and run \`${retry}\``;
  const recipe = recipeHash(root);
  const locked = await withLock(cache, { patience: 900_000, onWait: tellOnce() }, async () => {
    removeLeftovers(cache);
    return kind === "cuda" ? setUpCuda(cache, recipe) : setUpWebgpu(cache);
  });
  return locked.held
    ? locked.value
    : `no ${kind} engine: another install has been at work for long; try again with \`${retry}\``;
}

async function setUpCuda(cache, recipe) {
  const present = force ? null : await findWorking([cache], `${recipe}-cuda`);
  if (present) return describe(present, "already there");
  const { record, reasons } = await buildCudaEngine({ root, cache, recipe });
  if (record) return describe(record, "ready");
  return `no cuda engine: ${reasons.map(({ reason }) => reason).join("; ")}; try again with \`${retry}\``;
}

async function setUpWebgpu(cache) {
  const { ready, driver, reason } = await installWebgpu(cache, { force });
  if (!ready) return `no webgpu engine: ${reason}; try again with \`${retry}\``;
  if (driver === null) return `webgpu engine installed, but ${reason}; \`npx llnet doctor\` looks again`;
  return `webgpu engine ready: Dawn on ${driver}, ${seconds()} s`;
}

function tellOnce() {
  let told = false;
  return () => {
    if (!told) say("another install is building the engine; waiting for it…");
    told = true;
  };
}

async function findWorking(caches, recipe) {
  for (const record of caches.flatMap((cache) => findRecords(cache, recipe))) {
    const check = await step("testing the engine", () => checkAddon(record.addon, root));
    if (check.tensorflow) return record;
  }
  return null;
}

// Only called while the lock is held: whatever has a temporary name belongs to an install that was cut short.
function removeLeftovers(cache) {
  for (const name of readdirSync(cache)) {
    if (/^(binding|libtensorflow|package)\.tmp-/.test(name))
      rmSync(join(cache, name), { recursive: true, force: true });
  }
}

// For `llnet doctor`: why the better ways did not work out, kept beside the engines.
function noteSetup(cache, { record, reasons }) {
  const note = { when: new Date().toISOString(), ready: record !== null, node: process.version, reasons };
  try {
    writeFileSync(join(cache, lastSetupFile), `${JSON.stringify(note, null, 2)}\n`);
  } catch {
    // The note is a convenience.
  }
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    rmSync(mkdtempSync(join(folder, "package.tmp-")), { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function home() {
  try {
    return homedir();
  } catch {
    return null;
  }
}

function describe(record, how) {
  return `${record.kind} engine ${how}: TensorFlow ${record.tensorflow}, ${seconds()} s`;
}

function seconds() {
  return ((Date.now() - started) / 1000).toFixed(1);
}
