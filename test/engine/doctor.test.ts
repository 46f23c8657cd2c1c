/** `llnet doctor` as somebody sees it who pastes it into a report. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { projectRoot } from "../../runtime/engine/locations.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { createScratchFolder, emptyCacheTest, writeProgram } from "./scratch-clone.ts";

afterEach(() => void vi.unstubAllEnvs());

emptyCacheTest("everything but the help lies between fences, which keep the columns", async () => {
  const { code, out, error } = await runDoctor({ LLNET_CACHE: createScratchFolder() });
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toMatch(/^```text\nengine +portable: the native engine is missing: [\s\S]+\n```\n$/);
  expect(out.split("\n").filter((line) => line.startsWith("```"))).toHaveLength(2);
});

test("it names the machine: system, processor, memory, threads, Node", async () => {
  const { out } = await runDoctor({});
  expect(out).toMatch(/^system +.+\n/m);
  expect(out).toMatch(/^processor +.+, \d+ cores?, \d+\.\d GB\n/m);
  expect(out).toMatch(/^threads +\d+ \(/m);
  expect(out).toContain(`${process.version} on ${process.platform} ${process.arch}`);
});

test("it says neither where somebody's home is nor settings that are none of its business", async () => {
  const { out } = await runDoctor({
    ...{
      LLNET_CACHE: createScratchFolder(),
      TF_TOKEN_example: "secret",
      CUDA_VISIBLE_DEVICES: "1",
      PYTHON: join(homedir(), "python"),
    },
  });
  expect(out).not.toContain("secret");
  expect(out).toMatch(/^CUDA_VISIBLE_DEVICES +1$/m);
  expect(out).toMatch(/^PYTHON +~\/python$/m);
  expect(out).not.toContain(`${homedir()}/`);
});

emptyCacheTest.each([
  ["none", "the native engine is missing: it is switched off by LLNET_ENGINE=none", "unset LLNET_ENGINE to use one"],
  ["tpu", "LLNET_ENGINE is `tpu`", /^set it to one of `auto`, .*, or leave it unset$/],
  [
    "native",
    "the native engine is missing: it has not been set up yet",
    "run `npx llnet engine install`, then `llnet doctor`",
  ],
  ["webgpu", "the WebGPU engine is not installed", "run `npx llnet engine install webgpu`"],
])("LLNET_ENGINE=%s where it cannot be had ends with 4, and with the help that fits", async (engine, why, help) => {
  const { code, out } = await runDoctor({ LLNET_CACHE: createScratchFolder(), LLNET_ENGINE: engine });
  expect(code).toBe(4);
  expect(out).toContain(`none: ${why}\n`);
  expect(/\nhelp: (.*)\n$/.exec(out)?.[1]).toMatch(help);
});

// An engine is loaded once per process, so this needs one of its own.
test("an engine that is taken by name and does not work is none", () => {
  const words = ["--import", "tsx", join("tools", "cli", "entry.ts"), "doctor"];
  const env = { ...process.env, LLNET_ENGINE: "portable", LLNET_THREADS: "0" };
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: projectRoot(), env, encoding: "utf8" });
  expect(status).toBe(4);
  expect(stdout).toMatch(/^engine +none: LLNET_THREADS is `0`$/m);
  expect(stdout).toMatch(/\nhelp: set it to a whole number of threads/);
});

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "a machine with an NVIDIA card is told the command for it, one without what is missing",
  async () => {
    const programs = createScratchFolder();
    const environment = { LLNET_CACHE: createScratchFolder(), PATH: programs };
    expect((await runDoctor(environment)).out).toMatch(/^cuda +no +no NVIDIA driver found \(nvidia-smi\)/m);
    writeProgram(join(programs, "nvidia-smi"), ['echo "NVIDIA T4, 550.54.15"', 'echo "NVIDIA T4, 550.54.15"']);
    const { out } = await runDoctor(environment);
    expect(out).toMatch(/^GPU +NVIDIA T4, 550\.54\.15$/m);
    expect(out).toMatch(/^cuda +no +not set up for NVIDIA T4, 550\.54\.15: `npx llnet engine install cuda`$/m);
  },
);

emptyCacheTest("what the install tried in vain is told where there is no native engine", async () => {
  const cache = createScratchFolder();
  const reasons = [{ option: "pip", reason: `no wheel in ${homedir()}/wheels` }];
  writeFileSync(join(cache, "last-setup.json"), JSON.stringify({ ready: false, reasons }));
  expect((await runDoctor({ LLNET_CACHE: cache })).out).toContain("\ntried     pip: no wheel in ~/wheels\n```\n");
});

function runDoctor(environment: Record<string, string>) {
  for (const [name, value] of Object.entries({ LLNET_ENGINE: "", ...environment })) vi.stubEnv(name, value);
  return runCli(["doctor"], { environment: { ...environment } });
}
