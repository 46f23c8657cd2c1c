#!/usr/bin/env node
/**
 * The launcher: runs `dist/llnet.cjs` from a code cache, which holds compiled functions of a real run and saves a third
 * of the start-up time; every command has its own, so that none reads what only others need. In a clone it rebuilds the
 * bundle when a source is newer. Plain CommonJS without dependencies.
 */
"use strict";
const { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { dirname, join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

const root = join(__dirname, "..", "..");
const bundle = join(root, "dist", "llnet.cjs");
const briefCommands = new Set("check compile diff explain fmt graph help isolation lint new summary".split(" "));
const lengthyOptions = new Set(["--all-variants", "--watch"]);

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
  const words = process.argv.slice(2);
  const asksForHelp = words.some((word) => word === "--help" || word === "-h");
  const [first = ""] = words;
  const command = !asksForHelp && /^[a-z]+$/.test(first) ? first : "help";
  if (briefCommands.has(command) && !words.some((word) => lengthyOptions.has(word))) optimizeLate();
  runBundle("llnet.cjs", command);
}

/**
 * A command that ends within a second hardly profits from optimized code, but making it takes half of its processor time:
 * functions have to be some thirty times hotter than usual first. Node 24 compiles cheaply by itself.
 */
function optimizeLate() {
  const flag = { 20: "--interrupt-budget=2000000", 22: "--invocation-count-for-turbofan=30000" };
  const [major] = process.versions.node.split(".");
  if (flag[major] !== undefined) setFlagsFromString(flag[major]);
}

/** Runs a bundle of `dist/` from the code cache of a command and returns what it exports. */
function runBundle(name, command) {
  const path = join(root, "dist", name);
  const source = readFileSync(path, "utf8");
  const { size, mtimeMs } = statSync(path);
  const cache = `${path}.cache-${process.version}-${process.arch}-${size}-${Math.round(mtimeMs)}-${command}`;
  const cachedData = read(cache);
  const wrapped = `(function(exports,require,module,__filename,__dirname){${source.replace(/^#!.*/, "")}\n})`;
  const script = new Script(wrapped, { filename: path, cachedData });
  // Written after the run, so that it holds the functions the run has compiled. A command that does not exist keeps none.
  if (cachedData === undefined || script.cachedDataRejected || process.env.LLNET_WRITE_CODE_CACHE) {
    process.once("exit", (code) => code !== 2 && write(cache, script.createCachedData()));
  }
  const module = { exports: {} };
  const requirePackage = createRequire(path);
  const requireCached = (id) => {
    const isBundled = id === "ts-morph" && existsSync(join(root, "dist", "ts-morph.cjs"));
    return isBundled ? runBundle("ts-morph.cjs", command) : requirePackage(id);
  };
  const require = Object.assign(requireCached, requirePackage);
  script.runInThisContext()(module.exports, require, module, path, dirname(path));
  return module.exports;
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
