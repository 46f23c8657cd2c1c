import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Metafile } from "esbuild";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every module that is run as soon as `entry` is, without those a command loads when it needs them. */
async function loadedAtStart(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    outdir: "dist",
    splitting: true,
    packages: "external",
    logLevel: "silent",
  });
  const reached = new Set<string>([entry]);
  const follow = ({ inputs }: Metafile, file: string): void => {
    for (const { path, kind } of inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import" || reached.has(path)) continue;
      reached.add(path);
      follow({ inputs } as Metafile, path);
    }
  };
  follow(metafile, entry);
  return [...reached];
}

test("llnet --help starts neither the compiler nor the runtime, and of all packages only commander", async () => {
  const loaded = await loadedAtStart("tools/cli/entry.ts");
  expect(loaded.filter((path) => !/^(tools\/cli\/|node:)/.test(path))).toEqual(["commander"]);
  // These take milliseconds to load.
  expect(loaded.filter((path) => /^node:(crypto|zlib|http|worker_threads)$/.test(path))).toEqual([]);
  const ofCommands = loaded.filter((path) => path.startsWith("tools/cli/commands/"));
  expect(ofCommands.filter((path) => !path.endsWith(".command.ts"))).toEqual([]);
});

test("checking a file starts neither ts-morph nor TypeScript nor any engine", async () => {
  const loaded = await loadedAtStart("compiler/index.ts");
  expect(loaded).toContain("chevrotain");
  expect(
    loaded.filter((path) => /ts-morph|typescript$|@tensorflow|runtime\/(engine|execute|train|data)\//.test(path)),
  ).toEqual([]);
});

/** An installation that holds the launcher and, as its bundle, a few lines. */
function installation(bundle: string): {
  directory: string;
  run: (...argv: string[]) => { code: number | null; out: string; error: string };
} {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "tools/cli"), { recursive: true });
  mkdirSync(join(directory, "dist"));
  copyFileSync(join(root, "tools/cli/llnet.cjs"), join(directory, "tools/cli/llnet.cjs"));
  writeFileSync(join(directory, "dist/llnet.cjs"), bundle);
  return {
    directory,
    run: (...argv) => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(directory, "tools/cli/llnet.cjs"), ...argv],
        { encoding: "utf8" },
      );
      return { code: status, out: stdout, error: stderr };
    },
  };
}

const bundle =
  'console.log(process.argv.slice(2).join("+"), require("node:path").basename(__filename)); process.exitCode = 3;';

function caches(directory: string): string[] {
  return readdirSync(join(directory, "dist")).filter((name) => name.includes(".cache-"));
}

test("the launcher passes arguments and exit code on and keeps a code cache", () => {
  const { directory, run } = installation(bundle);
  for (const _ of ["first", "from the cache"]) {
    expect(run("check", "a")).toEqual({ code: 3, out: "check+a llnet.cjs\n", error: "" });
    expect(caches(directory)).toHaveLength(1);
  }
});

test("every command has a code cache of its own, help shares one, and a command that does not exist keeps none", () => {
  const { directory, run } = installation('process.exitCode = process.argv[2] === "chekc" ? 2 : 0;');
  for (const words of [["check"], ["fmt"], ["chekc"], [], ["--help"], ["check", "--help"], ["../x"]]) run(...words);
  expect(caches(directory).map((name) => name.replace(/.*-/, ""))).toEqual(["check", "fmt", "help"]);
});

test("ts-morph is run from its bundle and a code cache where the build has made one, else as installed", () => {
  const asking =
    'let said; try { said = require("ts-morph").said; } catch (error) { said = error.code; } console.log(said);';
  const { directory, run } = installation(asking);
  expect(run("compile").out).toBe("MODULE_NOT_FOUND\n");
  writeFileSync(join(directory, "dist/ts-morph.cjs"), 'exports.said = "bundled";');
  for (const _ of ["first", "from the cache"]) expect(run("compile")).toEqual({ code: 0, out: "bundled\n", error: "" });
  expect(caches(directory).filter((name) => name.startsWith("ts-morph.cjs"))).toHaveLength(1);
});

test("a damaged code cache is replaced", () => {
  const { directory, run } = installation(bundle);
  run("x");
  const [name] = caches(directory) as [string];
  const path = join(directory, "dist", name);
  const good = readFileSync(path).length;
  writeFileSync(path, "not a cache");
  expect(run("x")).toEqual({ code: 3, out: "x llnet.cjs\n", error: "" });
  expect(readFileSync(path).length).toBe(good);
});

test("an installation that cannot be written to works without a code cache", () => {
  const { directory, run } = installation(bundle);
  chmodSync(join(directory, "dist"), 0o500);
  onTestFinished(() => chmodSync(join(directory, "dist"), 0o700));
  expect(run("x")).toMatchObject({ code: 3, out: "x llnet.cjs\n", error: "" });
});

test("a clone that is not built says in one line what to run", () => {
  const { directory, run } = installation(bundle);
  const source = join(directory, "tools/cli/entry.ts");
  writeFileSync(source, "");
  const later = new Date(Date.now() + 5000);
  utimesSync(source, later, later);
  const { code, out, error } = run("check");
  expect({ code, out }).toEqual({ code: 4, out: "" });
  expect(error).toMatch(/^llnet: .*`npm ci`.*\n$/);
});

test("a change of what runs on another thread alone makes the launcher build again", () => {
  const clone = temporaryDirectory();
  for (const folder of ["grammar", "compiler", "runtime", "scripts", "std", "tools"]) {
    cpSync(join(root, folder), join(clone, folder), { recursive: true });
  }
  mkdirSync(join(clone, "dist"));
  copyFileSync(join(root, "package.json"), join(clone, "package.json"));
  symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  // No command here needs it, and it takes seconds to bundle.
  writeFileSync(join(clone, "dist/ts-morph.cjs"), "");
  const version = () => spawnSync(process.execPath, [join(clone, "tools/cli/llnet.cjs"), "--version"]).status;
  const contents = (name: string) => readFileSync(join(clone, "dist", name), "utf8");
  expect(version()).toBe(0);
  for (const worker of ["runtime/data/batch-worker", "compiler/ablate/variant-worker"]) {
    const source = join(clone, `${worker}.ts`);
    writeFileSync(source, `${readFileSync(source, "utf8")}\nglobalThis.name = "the worker's new line";\n`);
    const later = new Date(Date.now() + 1000);
    utimesSync(source, later, later);
    expect(contents(`${worker}.cjs`)).not.toContain("the worker's new line");
    expect(version()).toBe(0);
    expect(contents(`${worker}.cjs`)).toContain("the worker's new line");
  }
});
