/** A CUDA engine that is installed and does not load, beside the engine for the processor. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { chooseEngine } from "../../runtime/engine/choose-engine.ts";
import { describeEngines } from "../../runtime/engine/describe-engines.ts";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

const real = findEngine();
const engineTest = test.skipIf(!real.found || real.kind !== "cpu");

afterEach(() => void vi.unstubAllEnvs());

engineTest("auto takes the engine for the processor instead, and says why in one line", () => {
  useCache({ cpu: "real" });
  const { engine, title, why } = chooseEngine();
  expect([engine, title]).toEqual(["native", real.found && `TensorFlow ${real.tensorflow} (CPU)`]);
  expect(why).toMatch(
    /^the CUDA engine does not work: [^\n]+; build it again with `npx llnet engine install cuda --force`$/,
  );
  expect(why).toContain("cuda_binding.node");
});

engineTest("what is loaded afterwards is the engine that was chosen", () => {
  useCache({ cpu: "real" });
  const { record, binding, broken } = loadEngine();
  expect(record.kind).toBe("cpu");
  expect(binding.TF_Version).toBe(record.tensorflow);
  expect(broken.map(({ code }) => code)).toEqual(["LL9011"]);
  expect(loadEngine().binding).toBe(binding);
});

engineTest("native takes it too, but CUDA that is asked for is not replaced", () => {
  useCache({ cpu: "real" });
  expect(chooseEngine("native")).toMatchObject({ engine: "native", why: expect.stringContaining("the CUDA engine") });
  expect(() => chooseEngine("cuda")).toThrow(
    expect.objectContaining({
      code: "LL9011",
      message: expect.stringMatching(/^the CUDA engine does not work: /),
      help: "build it again with `npx llnet engine install cuda --force`",
    }),
  );
  vi.stubEnv("LLNET_ENGINE", "cuda");
  expect(() => chooseEngine()).toThrow(expect.objectContaining({ code: "LL9011" }));
});

emptyCacheTest("where neither works the portable engine is taken, with both reasons", () => {
  useCache({ cpu: "broken" });
  const { engine, why } = chooseEngine();
  expect(engine).toBe("portable");
  expect(why).toMatch(
    /^the CUDA engine does not work: .+; the native engine does not work: .+; `npx llnet engine install` tries again$/,
  );
});

engineTest("the doctor names the engine that is taken, and what is wrong with the better one", async () => {
  useCache({ cpu: "real" });
  const { chosen, why, engine, problem, devices, engines, others } = await describeEngines();
  expect({ chosen, engine, problem, devices }).toEqual({
    ...{ chosen: "native", engine: "cpu", problem: null },
    devices: ["CPU:0"],
  });
  expect(why).toMatch(/^the CUDA engine does not work: it does not load: /);
  expect(engines.slice(0, 2)).toEqual([
    { name: "cuda", usable: false, detail: expect.stringMatching(/^it does not load: .*cuda_binding\.node/) },
    { name: "native", usable: true, detail: expect.stringContaining("on CPU:0") },
  ]);
  expect(others.map(({ option }) => option)).not.toContain("cuda");
});

/** A cache with a CUDA engine whose addon is no library, and the engine of this machine or one that is as broken. */
function useCache({ cpu }: { readonly cpu: "real" | "broken" }): void {
  const cache = createScratchFolder();
  writeBroken(cache, "cuda");
  if (cpu === "broken") writeBroken(cache, "cpu");
  else if (real.found) {
    const folder = dirname(dirname(real.addon));
    for (const name of readdirSync(folder)) symlinkSync(join(folder, name), join(cache, name));
  }
  vi.stubEnv("LLNET_CACHE", cache);
}

function writeBroken(cache: string, kind: "cpu" | "cuda"): void {
  const folder = join(cache, `binding-4.22.0-tf2.21.0-${process.platform}-${process.arch}-0000${kind}`);
  const addon = `${kind}_binding.node`;
  const text = "no library";
  mkdirSync(folder);
  writeFileSync(join(folder, addon), text);
  const record = {
    ...{ format: 1, kind, tensorflow: "2.21.0", tfjs: "4.22.0", library: ".", addon, guard: null },
    sizes: { [addon]: text.length },
  };
  writeFileSync(join(folder, "record.json"), JSON.stringify(record));
}
