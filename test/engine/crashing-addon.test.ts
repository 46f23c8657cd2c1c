/** An addon that ends the process that loads it: the next start tries it in a child process and does without it. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { abandonedMarks, markLoading } from "../../runtime/engine/loading-marks.ts";
import {
  addonName,
  bindingFolder,
  bundleMarks,
  choose,
  chooseAndTell,
  createCache,
  deadPid,
  findIn,
  nameOfDeadMark,
  run,
  start,
  writeWebgpu,
} from "./aborting-addons.ts";
import { createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

const hasCompiler = spawnSync("g++", ["--version"]).status === 0;
const compilerTest = test.skipIf(!hasCompiler || process.platform === "win32");
const real = findEngine();
const bothTest = test.skipIf(!hasCompiler || !real.found || real.kind !== "cpu");
const portableTest = hasCompiler ? emptyCacheTest : test.skip;
const isRoot = process.getuid?.() === 0;

compilerTest("the load that crashes says so, with what the library said, and ends as a crash does", () => {
  const cache = createCache({ cpu: "aborting" });
  const { signal, stderr } = run("chooseEngine()", cache);
  expect(signal).toBe("SIGABRT");
  expect(stderr).toBe(
    "F0000 no driver\nllnet: the native engine crashes when it is loaded; start again to compute without it, or build it again with `npx llnet engine install --force`\n",
  );
});

portableTest("the start after it takes the portable engine, with one line that says why and how to try again", () => {
  const cache = createCache({ cpu: "aborting" });
  run("loadEngine()", cache);
  const { choice, stderr } = choose(cache);
  expect(stderr).toBe("");
  expect(choice).toEqual({
    engine: "portable",
    title: "WebAssembly (portable)",
    why: "the native engine does not work: it crashes when it is loaded (SIGABRT): F0000 no driver; `npx llnet engine install` tries again",
  });
  expect(choose(cache).choice.engine).toBe("portable");
});

bothTest("a CUDA engine that crashes leaves the processor's", () => {
  const cache = createCache({ cuda: "aborting", cpu: "real" });
  expect(run("loadEngine()", cache).signal).toBe("SIGABRT");
  const { choice } = choose(cache);
  expect(choice.engine).toBe("native");
  expect(choice.why).toBe(
    "the CUDA engine does not work: it crashes when it is loaded (SIGABRT): F0000 no driver; build it again with `npx llnet engine install cuda --force`",
  );
});

portableTest("processes that start together all end well once one of them has crashed", async () => {
  const cache = createCache({ cpu: "aborting" });
  const first = await Promise.all(Array.from({ length: 4 }, () => start("loadEngine()", cache)));
  expect(first.map(({ signal }) => signal)).toContain("SIGABRT");
  const second = await Promise.all(Array.from({ length: 4 }, () => start(chooseAndTell, cache)));
  expect(second.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
  for (const { stdout } of second) expect(JSON.parse(stdout)).toMatchObject({ engine: "portable" });
});

compilerTest("an addon that was built again is loaded without asking", () => {
  const cache = createCache({ cpu: "aborting" });
  run("loadEngine()", cache);
  const addon = join(bindingFolder(cache, "cpu"), addonName("cpu"));
  expect(abandonedMarks(addon)).toHaveLength(1);
  utimesSync(addon, new Date(), new Date(Date.now() + 5000));
  expect(abandonedMarks(addon)).toEqual([]);
});

compilerTest("a cache that cannot be written is no obstacle", (context) => {
  const cache = createCache({ cpu: "aborting" });
  const temporary = createScratchFolder();
  chmodSync(temporary, 0o777);
  const folder = bindingFolder(cache, "cpu");
  const addon = join(folder, addonName("cpu"));
  for (const place of [cache, dirname(cache)]) chmodSync(place, 0o755);
  chmodSync(folder, 0o555);
  onTestFinished(() => chmodSync(folder, 0o755));
  // Root may write everywhere; somebody else may not. Nobody's Node needs no TypeScript of ours.
  const program = `const unmark = markLoading(${JSON.stringify(addon)}); process.kill(process.pid, "SIGKILL");`;
  const bundle = bundleMarks(temporary);
  const asSomebody = (source: string) =>
    spawnSync(process.execPath, ["-e", `const { markLoading } = require(${JSON.stringify(bundle)}); ${source}`], {
      ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
      env: { PATH: process.env["PATH"] ?? "", TMPDIR: temporary },
      cwd: temporary,
      encoding: "utf8",
    });
  if (asSomebody("").status !== 0) context.skip("nobody but root may run Node here, or see temporary files");
  const child = asSomebody(program);
  expect(child.signal).toBe("SIGKILL");
  expect(readdirSync(folder).filter((name) => name.startsWith("loading"))).toEqual([]);
  const [own] = readdirSync(temporary).filter((name) => name.startsWith("llnet-"));
  expect(readdirSync(join(temporary, own ?? "missing"))).toHaveLength(1);
});

bothTest("a process that was killed while it loaded a good engine costs one trial, and the engine stays", () => {
  const cache = createCache({ cpu: "real" });
  const { addon } = findIn(cache);
  const mark = join(dirname(addon), `${nameOfDeadMark(addon)}`);
  writeFileSync(mark, "");
  expect(abandonedMarks(addon)).toEqual([mark]);
  expect(choose(cache).choice.engine).toBe("native");
  expect(existsSync(mark)).toBe(false);
});

test("the mark of a process that is still loading, or of another machine, says nothing", () => {
  const addon = join(createScratchFolder(), "tfjs_binding.node");
  writeFileSync(addon, "");
  const unmark = markLoading(addon);
  const again = markLoading(addon);
  expect(readdirSync(dirname(addon))).toHaveLength(3);
  expect(abandonedMarks(addon)).toEqual([]);
  unmark();
  again();
  expect(readdirSync(dirname(addon))).toHaveLength(1);
  const dead = nameOfDeadMark(addon);
  writeFileSync(join(dirname(addon), dead.replace(hostname(), "elsewhere")), "");
  expect(abandonedMarks(addon)).toEqual([]);
  writeFileSync(join(dirname(addon), dead), "");
  expect(abandonedMarks(addon)).toHaveLength(1);
});

test("a mark is old after ten minutes, even if its process's number is somebody else's now", () => {
  const addon = join(createScratchFolder(), "tfjs_binding.node");
  writeFileSync(addon, "");
  const name = nameOfDeadMark(addon).replace(`~${deadPid}~`, `~${process.ppid}~`);
  const mark = join(dirname(addon), name);
  writeFileSync(mark, "");
  expect(abandonedMarks(addon)).toEqual([]);
  const old = new Date(Date.now() - 700_000);
  utimesSync(mark, old, old);
  expect(abandonedMarks(addon)).toEqual([mark]);
});

portableTest("the doctor lives through both engines that crash, and names them", () => {
  const cache = createCache({ cpu: "aborting" });
  writeWebgpu(cache);
  const { status, stdout } = run("describeEngines().then((found) => console.log(JSON.stringify(found)))", cache);
  expect(status).toBe(0);
  const { chosen, engines } = JSON.parse(stdout) as { chosen: string; engines: { name: string; detail: string }[] };
  expect(chosen).toBe("portable");
  const detail = (name: string) => engines.find((one) => one.name === name)?.detail;
  expect(detail("native")).toBe("it crashes when it is loaded (SIGABRT): F0000 no driver");
  expect(detail("webgpu")).toBe("it crashes when it is loaded (SIGABRT): F0000 no driver");
});

compilerTest("WebGPU that crashes is an error the second time", () => {
  const cache = createCache({});
  writeWebgpu(cache);
  const program =
    "loadWebgpu().catch(({ code, message, help }) => console.log(JSON.stringify({ code, message, help })))";
  expect(run(program, cache).signal).toBe("SIGABRT");
  expect(JSON.parse(run(program, cache).stdout)).toEqual({
    code: "LL9011",
    message: "the WebGPU engine does not work: it crashes when it is loaded (SIGABRT): F0000 no driver",
    help: "set it up again with `npx llnet engine install webgpu --force`, or use another engine",
  });
});
