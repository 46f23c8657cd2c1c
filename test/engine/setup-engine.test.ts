import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import type { ScratchClone } from "./scratch-clone.ts";
import { createScratchClone, writeProgram } from "./scratch-clone.ts";

const real = findEngine();
// Tests of a whole install borrow the addons and the libraries that this machine's own install made.
const canBorrow = real.found && real.source === "pip";
const fakeCompiler = [`[ "$1" = --version ] && echo "fake 1.0" && exit 0`, "exit 1"];

test("LLNET_ENGINE=none skips everything in one line", () => {
  const result = createScratchClone().run({ LLNET_ENGINE: "none" });
  expect(result).toMatchObject({ status: 0, stderr: "", stdout: "llnet: skipped (LLNET_ENGINE=none)\n" });
});

test("without a compiler the install succeeds and one line says what is missing and how to try again", () => {
  const result = createScratchClone().run();
  expect(result).toMatchObject({ status: 0, stderr: "" });
  expect(result.stdout).toBe(
    "llnet: no native engine: no C++ compiler found (g++ or clang++); the makers' download host does not answer (127.0.0.1:9); try again with `npx llnet engine install`\n",
  );
});

test("a compiler named by $CXX that does not start is named", () => {
  const result = createScratchClone().run({ CXX: "/nowhere/g++-99 -v" });
  expect(result.status).toBe(0);
  expect(result.stdout).toContain("the compiler `/nowhere/g++-99 -v` ($CXX) does not start");
});

test("without Python the install succeeds and says that Python and pip are missing", () => {
  const clone = createScratchClone();
  writeProgram(join(clone.programs, "g++"), fakeCompiler);
  const result = clone.run();
  expect(result).toMatchObject({ status: 0, stderr: "" });
  expect(result.stdout).toMatch(/^llnet: no native engine: no Python found; no pip found; .*\n$/);
});

test("a Python without pip is told apart from a pip that cannot download", () => {
  const clone = createScratchClone();
  writeProgram(join(clone.programs, "g++"), fakeCompiler);
  const python = join(clone.programs, "python3");
  writeProgram(python, [
    `[ "$1" = -c ] && echo "[null, null]" && exit 0`,
    `echo "python3: No module named pip" >&2`,
    "exit 1",
  ]);
  expect(clone.run().stdout).toContain("no Python package tensorflow is installed; no pip found");
  writeProgram(python, [
    `[ "$1" = -c ] && echo "[null, null]" && exit 0`,
    `echo "ERROR: No matching distribution found" >&2`,
    "exit 1",
  ]);
  expect(clone.run().stdout).toContain(
    "pip could not download tensorflow-cpu 2.21.0: ERROR: No matching distribution found",
  );
});

test("a Python that answers nonsense does not stop the install", () => {
  const clone = createScratchClone();
  writeProgram(join(clone.programs, "g++"), fakeCompiler);
  writeProgram(join(clone.programs, "python3"), ["echo hello"]);
  const result = clone.run();
  expect(result.status).toBe(0);
  expect(result.stdout).toMatch(
    /^llnet: no native engine: the Python `python3` gives no sensible answer; pip downloaded no wheel; .*\n$/,
  );
});

test("the reasons are noted for the doctor and no temporary folder stays behind", () => {
  const clone = createScratchClone();
  clone.run();
  const note: unknown = JSON.parse(readFileSync(join(clone.cache, "last-setup.json"), "utf8"));
  expect(note).toMatchObject({ ready: false, reasons: [{ option: "native" }, { option: "upstream" }] });
  expect(readdirSync(clone.cache)).toEqual(["last-setup.json"]);
});

test("a cache that cannot be written is replaced by a folder inside the project", () => {
  const clone = createScratchClone();
  clone.run({ LLNET_CACHE: "/dev/null/cache" });
  expect(existsSync(join(clone.root, ".engine", "last-setup.json"))).toBe(true);
});

test("a lock left behind by a dead process is broken", () => {
  const clone = createScratchClone();
  mkdirSync(clone.cache);
  writeFileSync(join(clone.cache, "setup.lock"), JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  const result = clone.run();
  expect(result.stdout).not.toContain("waiting");
  expect(existsSync(join(clone.cache, "setup.lock"))).toBe(false);
});

test.skipIf(!canBorrow)("a second clone uses the shared engine and compiles nothing", () => {
  const first = createCloneWithPrebuilt();
  expect(first.run().stdout).toMatch(/cpu engine ready: TensorFlow \S+, \d+\.\d s\n$/);
  const compiled = compilations(first);
  expect(compiled).toBe(2);
  const second = createScratchClone(first.cache);
  expect(second.run().stdout).toMatch(/^llnet: cpu engine already there: TensorFlow \S+, \d+\.\d s\n$/);
  expect(compilations(first)).toBe(compiled);
});

test.skipIf(!canBorrow)("two installs at once build the engine once, and both end with it", async () => {
  const first = createCloneWithPrebuilt();
  const second = createScratchClone(first.cache);
  const environment = { PATH: first.programs };
  const results = await Promise.all([first.start(environment), second.start(environment)]);
  for (const { status, stdout } of results) {
    expect(status).toBe(0);
    expect(stdout).toMatch(/cpu engine (ready|already there)/);
  }
  expect(compilations(first)).toBe(2);
});

test.skipIf(!canBorrow)("the cache can be moved", () => {
  const clone = createCloneWithPrebuilt();
  clone.run();
  const compiled = compilations(clone);
  const moved = join(clone.root, "moved", "away");
  mkdirSync(join(clone.root, "moved"));
  renameSync(clone.cache, moved);
  expect(clone.run({ LLNET_CACHE: moved }).stdout).toContain("already there");
  expect(compilations(clone)).toBe(compiled);
});

test.skipIf(!canBorrow).each([
  ["an addon cut short", (folder: string) => truncateSync(join(folder, "tfjs_binding.node"), 4096)],
  ["an addon full of zeros", (folder: string) => fillWithZeros(join(folder, "tfjs_binding.node"))],
  ["an empty record", (folder: string) => writeFileSync(join(folder, "record.json"), "")],
  ["a record that is not ours", (folder: string) => writeFileSync(join(folder, "record.json"), "[1, 2]")],
  ["a missing guard", (folder: string) => rmSync(join(folder, "stderr_guard.node"))],
])("%s in the cache is noticed and built again", (_, damage) => {
  const clone = createCloneWithPrebuilt();
  clone.run();
  damage(bindingFolder(clone));
  const compiled = compilations(clone);
  expect(clone.run().stdout).toContain("cpu engine ready");
  expect(compilations(clone)).toBe(compiled + 2);
  expect(clone.run().stdout).toContain("already there");
});

test.skipIf(!canBorrow)("what an interrupted install left behind is cleared away by the next", () => {
  const clone = createCloneWithPrebuilt();
  mkdirSync(join(clone.cache, "binding.tmp-abcdef"));
  clone.run();
  expect(readdirSync(clone.cache).filter((name) => name.includes(".tmp-"))).toEqual([]);
});

// A clone whose compiler hands out the addons that are already built on this machine, and whose cache has the libraries
// already: everything of an install is real except the 10 seconds of compiling and the download.
function createCloneWithPrebuilt(): ScratchClone {
  if (!real.found) throw new Error("this test needs the engine of this machine");
  const clone = createScratchClone();
  mkdirSync(clone.cache);
  symlinkSync(real.library, join(clone.cache, "libtensorflow-2.21.0-linux-x64"));
  writeProgram(join(clone.programs, "g++"), [
    `[ "$1" = --version ] && echo "fake 1.0" && exit 0`,
    `echo "$*" >> '${clone.root}/compilations.log'`,
    "/bin/sleep 0.2",
    `while [ $# -gt 0 ]; do [ "$1" = -o ] && target=$2; shift; done`,
    `case $target in *guard*) /bin/cp '${real.guard ?? "/dev/null"}' "$target" ;; *) /bin/cp '${real.addon}' "$target" ;; esac`,
  ]);
  return clone;
}

function compilations(clone: ScratchClone): number {
  const log = join(clone.root, "compilations.log");
  return existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").length : 0;
}

function bindingFolder(clone: ScratchClone): string {
  const name = readdirSync(clone.cache).find((entry) => entry.startsWith("binding-"));
  if (name === undefined) throw new Error("no engine was built");
  return join(clone.cache, name);
}

function fillWithZeros(path: string): void {
  writeFileSync(path, new Uint8Array(statSync(path).size));
}
