#!/usr/bin/env node
/**
 * The launcher: runs `dist/llnet.cjs` from a code cache, which holds compiled functions of a real run and saves a third
 * of the start-up time. In a clone it rebuilds the bundle when a source is newer. Plain CommonJS without dependencies.
 */
"use strict";
const { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const root = join(__dirname, "..", "..");
const bundle = join(root, "dist", "llnet.cjs");

if (tooOld()) {
  process.stderr.write(`llnet needs Node 20.11 or newer, this is ${process.versions.node}\n`);
  process.exitCode = 4;
} else if (isFresh() || rebuild()) {
  run();
} else {
  process.stderr.write("llnet: the command line is not built; run `npm ci`, or `npm run build` to see what is wrong\n");
  process.exitCode = 4;
}

function tooOld() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major < 20 || (major === 20 && minor < 11);
}

/**
 * True where the bundle is there and, in a clone, none of the sources it was made of is newer. The build leaves a list of
 * them: a new source counts as soon as an old one imports it, and folders need not be read, which is what takes time.
 */
function isFresh() {
  const built = statSync(bundle, { throwIfNoEntry: false });
  if (built === undefined) return false;
  if (!existsSync(join(root, "tools", "cli", "entry.ts"))) return true;
  const sources = read(`${bundle}.sources`);
  if (sources === undefined) return false;
  return sources
    .toString()
    .split("\n")
    .every((source) => (statSync(join(root, source), { throwIfNoEntry: false })?.mtimeMs ?? Infinity) <= built.mtimeMs);
}

function rebuild() {
  if (!existsSync(join(root, "scripts", "build.mjs")) || !existsSync(join(root, "node_modules", "esbuild")))
    return false;
  const { spawnSync } = require("node:child_process");
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts", "build.mjs"), "--cli"], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) process.stderr.write(stderr ?? "");
  return status === 0 && existsSync(bundle);
}

function run() {
  const source = readFileSync(bundle, "utf8");
  const { size, mtimeMs } = statSync(bundle);
  const cache = `${bundle}.cache-${process.version}-${process.arch}-${size}-${Math.round(mtimeMs)}`;
  const cachedData = read(cache);
  const wrapped = `(function(exports,require,module,__filename,__dirname){${source.replace(/^#!.*/, "")}\n})`;
  const script = new Script(wrapped, { filename: bundle, cachedData });
  // Written after the run, so that it holds the functions the run has compiled.
  if (cachedData === undefined || script.cachedDataRejected || process.env.LLNET_WRITE_CODE_CACHE) {
    process.once("exit", () => write(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function write(path, data) {
  const temporary = `${path}.${process.pid}`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch {
    // A read-only installation or a full disk: the next start is only a little slower.
    rmSync(temporary, { force: true });
  }
}
