/** Addons that abort while they are loaded, in caches of their own, and processes that load them. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { markLoading } from "../../runtime/engine/loading-marks.ts";
import { projectRoot, webgpuFolderName } from "../../runtime/engine/locations.ts";
import { createScratchFolder } from "./scratch-clone.ts";

const root = projectRoot();
const real = findEngine();

export const deadPid = 2 ** 22 + 1;
/** A program of `run` and `start` that writes the engine it takes. */
export const chooseAndTell = "console.log(JSON.stringify(chooseEngine()))";

export function choose(cache: string) {
  const { stdout, stderr } = run(chooseAndTell, cache);
  return { choice: JSON.parse(stdout) as { engine: string; title: string; why: string }, stderr };
}

function childOf(program: string, cache: string) {
  const imports = ["load-engine", "choose-engine", "describe-engines", "load-webgpu"].map(
    (file) => `require(${JSON.stringify(join(root, "runtime", "engine", `${file}.ts`))})`,
  );
  const source = `const { loadEngine, chooseEngine, describeEngines, loadWebgpu } = Object.assign({}, ${imports.join(", ")});\n${program}`;
  const { LLNET_THREADS: _threads, LLNET_ENGINE: _engine, NODE_OPTIONS: _options, ...inherited } = process.env;
  const env = { ...inherited, NODE_ENV: "production", LLNET_CACHE: cache };
  return { words: ["--import", "tsx", "-e", source], options: { cwd: root, env } };
}

/** Runs a program with the loader's functions in a process of its own. */
export function run(program: string, cache: string) {
  const { words, options } = childOf(program, cache);
  return spawnSync(process.execPath, words, { ...options, encoding: "utf8" });
}

/** The same beside others. */
export function start(program: string, cache: string) {
  const { words, options } = childOf(program, cache);
  return new Promise<{ status: number | null; signal: string | null; stdout: string }>((resolve) => {
    const child = spawn(process.execPath, words, { ...options, stdio: ["ignore", "pipe", "ignore"] });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("close", (status, signal) => resolve({ status, signal, stdout }));
  });
}

/** A cache with engines that abort while they are loaded, or the engine of this machine. */
export function createCache(engines: { readonly cpu?: "aborting" | "real"; readonly cuda?: "aborting" }): string {
  const cache = join(createScratchFolder(), "cache");
  mkdirSync(cache);
  for (const kind of ["cpu", "cuda"] as const) if (engines[kind] === "aborting") writeAborting(cache, kind);
  if (engines.cpu === "real" && real.found) {
    const own = dirname(real.addon);
    const folder = join(cache, "binding-4.22.0-tf2.21.0-linux-x64-0000real");
    mkdirSync(folder);
    for (const name of readdirSync(own)) symlinkSync(join(own, name), join(folder, name));
    const record = JSON.parse(readFileSync(join(own, "record.json"), "utf8")) as { library: string };
    const libraries = join(own, record.library);
    symlinkSync(libraries, join(cache, record.library.split("/").at(-1) ?? ""));
  }
  return cache;
}

export function bindingFolder(cache: string, kind: "cpu" | "cuda"): string {
  return join(cache, `binding-4.22.0-tf2.21.0-${process.platform}-${process.arch}-0000${kind}`);
}

export function addonName(kind: string): string {
  return `${kind}_binding.node`;
}

function writeAborting(cache: string, kind: "cpu" | "cuda"): void {
  const folder = bindingFolder(cache, kind);
  mkdirSync(folder);
  const addon = addonName(kind);
  compileAborting(join(folder, addon));
  compile(join(root, "runtime", "engine", "stderr-guard.cc"), join(folder, "guard.node"));
  const sizes = { [addon]: statSync(join(folder, addon)).size };
  const record = {
    format: 1,
    kind,
    tensorflow: "2.21.0",
    tfjs: "4.22.0",
    library: ".",
    addon,
    guard: "guard.node",
    sizes,
  };
  writeFileSync(join(folder, "record.json"), JSON.stringify(record));
}

export function writeWebgpu(cache: string): void {
  const folder = join(cache, webgpuFolderName(process.platform, process.arch));
  mkdirSync(folder);
  compileAborting(join(folder, "dawn.node"));
  writeFileSync(join(folder, "kernels.js"), "");
  const sizes = { "dawn.node": statSync(join(folder, "dawn.node")).size, "kernels.js": 0 };
  writeFileSync(join(folder, "record.json"), JSON.stringify({ addon: "dawn.node", kernels: "kernels.js", sizes }));
}

function compileAborting(output: string): void {
  const source = `${output}.cc`;
  writeFileSync(
    source,
    '#include <cstdio>\n#include <cstdlib>\n__attribute__((constructor)) void die() { fputs("F0000 no driver\\n", stderr); abort(); }\n',
  );
  compile(source, output);
}

function compile(source: string, output: string): void {
  const headers = join(root, "node_modules", "node-api-headers", "include");
  const words = ["-std=c++17", "-fPIC", "-shared", "-DNAPI_VERSION=8", "-I", headers, source, "-o", output];
  const { status, stderr } = spawnSync("g++", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

export function findIn(cache: string): { readonly addon: string } {
  const [name] = readdirSync(cache).filter((each) => each.startsWith("binding-"));
  return { addon: join(cache, name ?? "", "tfjs_binding.node") };
}

/** The name that a process which is gone would have left for this addon. */
export function nameOfDeadMark(addon: string): string {
  const unmark = markLoading(addon);
  const [name = ""] = readdirSync(dirname(addon)).filter((each) => each.startsWith("loading~"));
  unmark();
  return name.replace(`~${process.pid}~`, `~${deadPid}~`);
}

/** The marks as one file of CommonJS, for a user who may not read this project. */
export function bundleMarks(folder: string): string {
  const bundle = join(folder, "marks.cjs");
  const esbuild = join(root, "node_modules", "esbuild", "bin", "esbuild");
  const source = join(root, "runtime", "engine", "loading-marks.ts");
  const words = [source, "--bundle", "--platform=node", "--format=cjs", `--outfile=${bundle}`];
  const { status, stderr } = spawnSync(esbuild, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return bundle;
}
