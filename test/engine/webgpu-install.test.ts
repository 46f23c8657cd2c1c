/** What can go wrong with WebGPU in the cache; the install itself is a download. */
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { chooseEngine } from "../../runtime/engine/choose-engine.ts";
import { findWebgpu } from "../../runtime/engine/find-webgpu.ts";
import { webgpuFolderName } from "../../runtime/engine/locations.ts";
import { createScratchClone, createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

test("without npm nothing is installed, nothing is left behind, and one line says how to try again", () => {
  const clone = createScratchClone();
  const result = clone.run({}, ["webgpu"]);
  expect(result.status).toBe(0);
  expect(result.stdout).toMatch(
    /^llnet: no webgpu engine: webgpu@0\.6\.2 is not installed and npm could not fetch it: .*; try again with `npx llnet engine install webgpu`\n$/,
  );
  expect(readdirSync(clone.cache)).toEqual([]);
});

emptyCacheTest("WebGPU is found with all its files, and not with a file cut short", () => {
  const cache = createScratchFolder();
  vi.stubEnv("LLNET_CACHE", cache);
  const folder = join(cache, webgpuFolderName(process.platform, process.arch));
  expect(findWebgpu()).toBeNull();
  mkdirSync(folder);
  for (const file of ["dawn.node", "kernels.js"]) writeFileSync(join(folder, file), "1234");
  const record = { addon: "dawn.node", kernels: "kernels.js", sizes: { "dawn.node": 4, "kernels.js": 4 } };
  writeFileSync(join(folder, "record.json"), JSON.stringify(record));
  expect(findWebgpu()?.addon).toMatch(/dawn\.node$/);
  expect(chooseEngine("webgpu")).toEqual({ engine: "webgpu", title: "WebGPU", why: "--engine asks for it" });
  truncateSync(join(folder, "dawn.node"), 2);
  expect(findWebgpu()).toBeNull();
  expect(() => chooseEngine("webgpu")).toThrow(expect.objectContaining({ code: "LL9010" }));
  vi.unstubAllEnvs();
});
