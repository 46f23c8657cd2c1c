import { afterEach, expect, test, vi } from "vitest";
import { chooseEngine } from "../../runtime/engine/choose-engine.ts";
import { describeEngines } from "../../runtime/engine/describe-engines.ts";
import { createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

afterEach(() => void vi.unstubAllEnvs());

function withoutNative(): void {
  vi.stubEnv("LLNET_CACHE", createScratchFolder());
}

emptyCacheTest("where there is no native engine the portable one is taken, with the reason and what to do", () => {
  withoutNative();
  expect(chooseEngine()).toEqual({
    engine: "portable",
    title: "WebAssembly (portable)",
    why: "the native engine is missing: it has not been set up yet; `npx llnet engine install` tries again",
  });
});

emptyCacheTest("an engine that is named is taken or missing, never replaced", () => {
  withoutNative();
  expect(() => chooseEngine("native")).toThrow(expect.objectContaining({ code: "LL9010" }));
  expect(() => chooseEngine("cuda")).toThrow(expect.objectContaining({ code: "LL9010" }));
  expect(() => chooseEngine("webgpu")).toThrow(expect.objectContaining({ code: "LL9010" }));
  vi.stubEnv("LLNET_ENGINE", "native");
  expect(() => chooseEngine()).toThrow(expect.objectContaining({ code: "LL9010" }));
});

test("--engine comes before LLNET_ENGINE, and both say so", () => {
  vi.stubEnv("LLNET_ENGINE", "portable");
  expect(chooseEngine()).toMatchObject({ engine: "portable", why: "LLNET_ENGINE=portable asks for it" });
  vi.stubEnv("LLNET_ENGINE", "native");
  expect(chooseEngine("portable")).toMatchObject({ engine: "portable", why: "--engine asks for it" });
});

test("LLNET_ENGINE=none switches every engine off, and an unknown one is a mistake", () => {
  vi.stubEnv("LLNET_ENGINE", "none");
  expect(() => chooseEngine()).toThrow(expect.objectContaining({ code: "LL9010" }));
  vi.stubEnv("LLNET_ENGINE", "tpu");
  expect(() => chooseEngine()).toThrow(expect.objectContaining({ code: "LL9012" }));
});

emptyCacheTest("the doctor lists every engine and the one that is taken", async () => {
  withoutNative();
  const { chosen, engine, engines } = await describeEngines();
  expect([chosen, engine]).toEqual(["portable", null]);
  expect(engines.map(({ name, usable }) => [name, usable])).toEqual([
    ["cuda", false],
    ["native", false],
    ["webgpu", false],
    ["portable", true],
  ]);
});
