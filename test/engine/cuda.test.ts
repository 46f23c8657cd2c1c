/** The CUDA install without a GPU: what it asks for, where it stops, and how the compiler is called. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findEngine } from "../../runtime/engine/find-engine.ts";
// @ts-expect-error The installer is plain JavaScript without declarations.
import * as cudaModule from "../../scripts/engine/cuda.mjs";
import type { ScratchClone } from "./scratch-clone.ts";
import { createScratchClone, createScratchFolder, writeProgram } from "./scratch-clone.ts";

const { cudaLinkArguments, pipArguments } = cudaModule as unknown as {
  cudaLinkArguments(packages: string): readonly string[];
  pipArguments(): readonly string[];
};
const real = findEngine();

test("without an NVIDIA driver nothing is downloaded, and one line says what is missing and how to try again", () => {
  const clone = createScratchClone();
  const result = clone.run({}, ["cuda"]);
  expect(result.status).toBe(0);
  expect(result.stdout).toBe(
    "llnet: no cuda engine: no NVIDIA driver found (nvidia-smi is not there); try again with `npx llnet engine install cuda`\n",
  );
  expect(readdirSync(clone.cache)).toEqual([]);
});

test.each([
  [
    "fails",
    ["echo 'NVIDIA-SMI has failed: could not talk to the driver' >&2", "exit 9"],
    /the NVIDIA driver does not work: NVIDIA-SMI has failed/,
  ],
  ["lists nothing", ["exit 0"], /the NVIDIA driver finds no GPU/],
])("a driver that %s is told apart from none", (_, script, message) => {
  const clone = createScratchClone();
  writeProgram(join(clone.programs, "nvidia-smi"), script);
  expect(clone.run({}, ["cuda"]).stdout).toMatch(message);
});

test("a pip that cannot install leaves no environment behind", () => {
  const clone = createCudaMachine("echo 'ERROR: No matching distribution found' >&2; exit 1");
  const result = clone.run({}, ["cuda"]);
  expect(result.stdout).toContain(
    "pip could not install tensorflow[and-cuda] 2.21.0: ERROR: No matching distribution found",
  );
  expect(readdirSync(clone.cache)).toEqual([]);
});

test("pip is asked for TensorFlow with CUDA, ready-made, without questions", () => {
  expect(pipArguments()).toEqual(expect.arrayContaining(["install", "--no-input", "tensorflow[and-cuda]==2.21.0"]));
  expect(pipArguments()).toContain("--only-binary=:all:");
});

test("the addon names the libraries that TensorFlow opens and the folders they lie in, and no others", () => {
  const packages = createScratchFolder();
  writeLibraries(packages);
  const words = cudaLinkArguments(packages);
  const cudnn = join(packages, "nvidia", "cudnn", "lib");
  const runtime = join(packages, "nvidia", "cuda_runtime", "lib");
  expect(words).toEqual([
    ...["-L", runtime, "-Xlinker", "-rpath", "-Xlinker", runtime],
    ...["-L", cudnn, "-Xlinker", "-rpath", "-Xlinker", cudnn],
    ...["-Wl,--disable-new-dtags", "-Wl,--no-as-needed", "-l:libcudart.so.12", "-l:libcudnn.so.9"],
  ]);
});

test.skipIf(!real.found)("a library that finds no GPU after all is no CUDA engine, and the environment is kept", () => {
  const clone = createCudaMachine("exit 0");
  // The real addon's libraries, which are for the processor.
  mkdirSync(clone.cache);
  if (real.found) symlinkSync(real.library, join(clone.cache, "libtensorflow-2.21.0-linux-x64"));
  const result = clone.run({}, ["cuda"]);
  expect(result.stdout).toContain("no cuda engine: TensorFlow for CUDA works but finds no GPU");
  const compiled = readFileSync(join(clone.root, "compilations.log"), "utf8");
  expect(compiled).toContain("-l:libcudnn.so.9");
  expect(compiled).toContain("/site-packages/tensorflow/include");
  expect(readdirSync(clone.cache)).toEqual(["cuda-tensorflow-2.21.0", "libtensorflow-2.21.0-linux-x64"]);
  expect(existsSync(join(clone.cache, "cuda-tensorflow-2.21.0", "complete.json"))).toBe(true);
});

/** A driver, a Python whose environments have `pip` as its script says, and a compiler that hands out the real addons. */
function createCudaMachine(pip: string): ScratchClone {
  const clone = createScratchClone();
  writeProgram(join(clone.programs, "nvidia-smi"), ["echo 'GPU 0: NVIDIA Test (UUID: GPU-1)'"]);
  const template = join(clone.root, "template");
  writeLibraries(join(template, "lib", "python3.11", "site-packages"));
  writeProgram(join(template, "bin", "python"), [pip]);
  writeProgram(join(clone.programs, "python3"), [`[ "$2" = venv ] && exec /bin/cp -r '${template}' "$3"`, "exit 1"]);
  const { addon, guard } = real.found ? real : { addon: "/dev/null", guard: null };
  writeProgram(join(clone.programs, "g++"), [
    `[ "$1" = --version ] && echo "fake 1.0" && exit 0`,
    `echo "$*" >> '${clone.root}/compilations.log'`,
    `while [ $# -gt 0 ]; do [ "$1" = -o ] && target=$2; shift; done`,
    `case $target in *guard*) /bin/cp '${guard ?? "/dev/null"}' "$target" ;; *) /bin/cp '${addon}' "$target" ;; esac`,
  ]);
  return clone;
}

function writeLibraries(packages: string): void {
  const files = {
    "nvidia/cudnn/lib": ["libcudnn.so.9", "libcudnn_ops.so.9"],
    "nvidia/cuda_runtime/lib": ["libcudart.so.12"],
    "nvidia/cuda_nvcc/bin": ["ptxas"],
    tensorflow: ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"],
  };
  for (const [folder, names] of Object.entries(files)) {
    mkdirSync(join(packages, folder), { recursive: true });
    for (const name of names) writeFileSync(join(packages, folder, name), "");
  }
}
