import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attributeTypes, dataTypes } from "../../runtime/engine/binding.ts";
import { describeEngine } from "../../runtime/engine/describe-engine.ts";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { projectRoot } from "../../runtime/engine/locations.ts";
import { createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

const root = projectRoot();
const present = findEngine();
const engineTest = test.skipIf(!present.found);

engineTest("a real operation runs and leaves no tensor behind", () => {
  const { binding } = loadEngine();
  const before = binding.getNumOfTensors();
  const a = binding.createTensor([2, 2], dataTypes.float32, new Float32Array([1, 2, 3, 4]));
  const b = binding.createTensor([2, 2], dataTypes.float32, new Float32Array([5, 6, 7, 8]));
  const transposed = { name: "transpose_b", type: attributeTypes.bool, value: true };
  const [product] = binding.executeOp("MatMul", [transposed], [a, b], 1);
  expect(product).toMatchObject({ shape: [2, 2], dtype: dataTypes.float32 });
  expect(binding.tensorDataSync(product?.id ?? -1)).toEqual(new Float32Array([17, 23, 39, 53]));
  for (const id of [a, b, product?.id ?? -1]) binding.deleteTensor(id);
  expect(binding.getNumOfTensors()).toBe(before);
});

engineTest("loading twice gives the same binding", () => {
  expect(loadEngine().binding).toBe(loadEngine().binding);
});

engineTest("our numbers for element and attribute types are TensorFlow's", () => {
  const { binding } = loadEngine();
  const { TF_FLOAT, TF_INT32, TF_INT64, TF_BOOL, TF_UINT8, TF_STRING, TF_RESOURCE, TF_COMPLEX64 } = binding;
  expect({ TF_FLOAT, TF_INT32, TF_INT64, TF_BOOL, TF_UINT8, TF_STRING, TF_RESOURCE, TF_COMPLEX64 }).toEqual({
    TF_FLOAT: dataTypes.float32,
    TF_INT32: dataTypes.int32,
    TF_INT64: dataTypes.int64,
    TF_BOOL: dataTypes.bool,
    TF_UINT8: dataTypes.uint8,
    TF_STRING: dataTypes.string,
    TF_RESOURCE: dataTypes.resource,
    TF_COMPLEX64: dataTypes.complex64,
  });
  const { TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE } = binding;
  expect([TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE]).toEqual(
    Object.values(attributeTypes),
  );
});

engineTest("a variable assigned from an array does not follow the array once it is given a copy", () => {
  const { binding } = loadEngine();
  const type = { name: "dtype", type: attributeTypes.type, value: dataTypes.float32 };
  // Whether a tensor shares its array's memory depends on where the array lies, so many arrays are tried.
  for (let size = 1000; size < 1040; size += 1) {
    const data = new Float32Array(size).fill(1);
    const tensor = binding.createTensor([size], dataTypes.float32, data);
    const [copy] = binding.executeOp("DeepCopy", [], [tensor], 1);
    const [variable] = binding.executeOp(
      "VarHandleOp",
      [type, { name: "shape", type: attributeTypes.shape, value: [size] }],
      [],
      1,
    );
    if (!copy || !variable) throw new Error("an operation gave no result");
    binding.executeOp("AssignVariableOp", [type], [variable.id, copy.id], 0);
    data.fill(7);
    const [read] = binding.executeOp("ReadVariableOp", [type], [variable.id], 1);
    expect(binding.tensorDataSync(read?.id ?? -1)[0]).toBe(1);
    binding.executeOp("DestroyResourceOp", [], [variable.id], 0);
    for (const id of [tensor, copy.id, variable.id, read?.id ?? -1]) binding.deleteTensor(id);
  }
});

engineTest("a process that loads the engine writes nothing to stderr", () => {
  const result = runChild(`const { binding } = loadEngine(); console.log(binding.TF_Version);`);
  expect(result).toMatchObject({ status: 0, stderr: "", stdout: `${present.found && present.tensorflow}\n` });
});

engineTest("stderr works again after loading, and so does what others write to its descriptor", () => {
  const result = runChild(`loadEngine(); console.error("mine"); require("node:fs").writeSync(2, "raw\\n");`);
  expect(result).toMatchObject({ status: 0, stderr: "mine\nraw\n" });
});

engineTest("LLNET_THREADS reaches TensorFlow's own settings", () => {
  const program = `loadEngine(); console.log(process.env.TF_NUM_INTRAOP_THREADS, process.env.TF_NUM_INTEROP_THREADS);`;
  expect(runChild(program, { LLNET_THREADS: "3" }).stdout).toBe("3 3\n");
});

engineTest.each(["0", "-1", "two", "1.5", "100000"])("LLNET_THREADS=%s is refused in one clear line", (threads) => {
  expect(loadError({ LLNET_THREADS: threads })).toEqual({
    code: "LL9012",
    message: `LLNET_THREADS is \`${threads}\``,
    help: "set it to a whole number of threads from 1 to 9999, or leave it unset",
  });
});

test("an unknown LLNET_ENGINE is refused in one clear line", () => {
  expect(loadError({ LLNET_ENGINE: "tpu" })).toMatchObject({ code: "LL9012", message: "LLNET_ENGINE is `tpu`" });
});

test("an engine that is switched off is reported as such", () => {
  expect(loadError({ LLNET_ENGINE: "none" })).toMatchObject({
    code: "LL9010",
    message: "the native engine is missing: it is switched off by LLNET_ENGINE=none",
    help: "unset LLNET_ENGINE to use one",
  });
});

emptyCacheTest("a missing engine is reported with the installer's reasons and the command to run", () => {
  const cache = createScratchFolder();
  expect(loadError({ LLNET_CACHE: cache })).toEqual({
    code: "LL9010",
    message: "the native engine is missing: it has not been set up yet",
    help: "run `npx llnet engine install`, then `llnet doctor`",
  });
  const reasons = [{ option: "native", reason: "no C++ compiler found (g++ or clang++)" }];
  writeFileSync(join(cache, "last-setup.json"), JSON.stringify({ ready: false, reasons }));
  expect(loadError({ LLNET_CACHE: cache }).message).toBe(
    "the native engine is missing: no C++ compiler found (g++ or clang++)",
  );
});

emptyCacheTest("an engine that was built and has gone is not blamed on the ways that were not taken", () => {
  const cache = createScratchFolder();
  const reasons = [{ option: "python-package", reason: "no Python package tensorflow is installed" }];
  writeFileSync(join(cache, "last-setup.json"), JSON.stringify({ ready: true, reasons }));
  expect(loadError({ LLNET_CACHE: cache }).message).toBe("the native engine is missing: it has not been set up yet");
});

emptyCacheTest("an engine that does not load is reported in one line", () => {
  const cache = createBrokenCache();
  const error = loadError({ LLNET_CACHE: cache });
  expect(error).toMatchObject({ code: "LL9011", help: "build it again with `npx llnet engine install --force`" });
  expect(error.message).toMatch(/^the native engine does not work: [^\n]*tfjs_binding\.node[^\n]*$/);
});

emptyCacheTest("an addon whose size is not the recorded one is no engine", () => {
  const cache = createBrokenCache();
  truncateSync(join(cache, bindingName, "tfjs_binding.node"), 3);
  expect(loadError({ LLNET_CACHE: cache }).code).toBe("LL9010");
});

engineTest("the description of a working engine names its versions, device and files", () => {
  const description = describeEngine();
  expect(description).toMatchObject({
    engine: "cpu",
    problem: null,
    tfjs: "4.22.0",
    devices: ["CPU:0"],
    node: process.version,
    quiet: true,
  });
  expect(description.tensorflow).toMatch(/^2\.\d+\.\d+/);
  expect(statSync(description.addon ?? "").isFile()).toBe(true);
  expect(statSync(description.library ?? "").isDirectory()).toBe(true);
  expect(description.others.map(({ option }) => option)).toContain("cuda");
});

emptyCacheTest("the description of an engine that does not load says why instead of failing", () => {
  const result = runChild("console.log(JSON.stringify(describeEngine()))", { LLNET_CACHE: createBrokenCache() });
  const description = JSON.parse(result.stdout) as { engine: null; problem: string; devices: string[] };
  expect(description).toMatchObject({ engine: null, devices: [] });
  expect(description.problem).toMatch(/^it does not load: .*tfjs_binding\.node/);
});

emptyCacheTest("the description without any engine repeats what the installer noted", () => {
  const cache = createScratchFolder();
  const reasons = [{ option: "pip", reason: "no pip found" }];
  writeFileSync(join(cache, "last-setup.json"), JSON.stringify({ ready: false, reasons }));
  const result = runChild("console.log(JSON.stringify(describeEngine()))", { LLNET_CACHE: cache });
  expect(JSON.parse(result.stdout)).toMatchObject({
    engine: null,
    problem: "no pip found",
    others: expect.arrayContaining([{ option: "pip", why: "no pip found" }]) as unknown,
  });
});

engineTest("tfjs's own interface runs on our engine, gradients included", () => {
  const program = `
    const { tf, binding } = loadTfjs();
    const gradient = tf.grad((x) => tf.sum(tf.square(x)))(tf.tensor([1, 2, 3]));
    console.log(tf.getBackend(), Array.from(gradient.dataSync()).join(), binding === loadEngine().binding);`;
  expect(runChild(program)).toMatchObject({ status: 0, stdout: "tensorflow 2,4,6 true\n" });
});

const bindingName = `binding-4.22.0-tf2.21.0-${process.platform}-${process.arch}-00000000`;

// A cache with a well-formed record whose addon is not a library.
function createBrokenCache(): string {
  const cache = createScratchFolder();
  mkdirSync(join(cache, bindingName));
  copyFileSync(join(root, "package.json"), join(cache, bindingName, "tfjs_binding.node"));
  const size = statSync(join(root, "package.json")).size;
  const record = {
    format: 1,
    kind: "cpu",
    tensorflow: "2.21.0",
    tfjs: "4.22.0",
    library: ".",
    addon: "tfjs_binding.node",
    guard: null,
    sizes: { "tfjs_binding.node": size },
  };
  writeFileSync(join(cache, bindingName, "record.json"), JSON.stringify(record));
  return cache;
}

function loadError(environment: Record<string, string>): { code: string; message: string; help: string } {
  const program = `
    try { loadEngine(); console.log("{}"); }
    catch ({ name, code, message, help }) { console.log(JSON.stringify(name === "EngineError" ? { code, message, help } : { name, message })); }`;
  const result = runChild(program, environment);
  expect(result.stderr).toBe("");
  return JSON.parse(result.stdout) as { code: string; message: string; help: string };
}

// Settings are read once per process and stderr belongs to the process, so most tests need one of their own.
function runChild(program: string, environment: Record<string, string> = {}) {
  const imports = ["load-engine", "describe-engine", "load-tfjs"].map(
    (file) => `require(${JSON.stringify(join(root, "runtime", "engine", `${file}.ts`))})`,
  );
  const source = `const { loadEngine, describeEngine, loadTfjs } = Object.assign({}, ${imports.join(", ")});\n${program}`;
  const { LLNET_THREADS: _threads, LLNET_ENGINE: _engine, NODE_OPTIONS: _options, ...inherited } = process.env;
  return spawnSync(process.execPath, ["--import", "tsx", "-e", source], {
    encoding: "utf8",
    cwd: root,
    env: { ...inherited, NODE_ENV: "production", ...environment },
  });
}
