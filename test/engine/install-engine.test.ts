/** `llnet engine install` beside a setting that says which engine to compute on. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "../../runtime/engine/locations.ts";
import { createScratchFolder, emptyCacheTest } from "./scratch-clone.ts";

emptyCacheTest("who computes on the portable engine and asks for the native one is not passed over", () => {
  expect(install("portable")).toMatch(/^llnet: no native engine: no C\+\+ compiler found/m);
});

test("LLNET_ENGINE=none forbids it", () => {
  expect(install("none")).toBe("llnet: skipped (LLNET_ENGINE=none)\n");
});

/** What the command says on a machine without any program but Node. */
function install(wish: string): string {
  const words = ["--import", "tsx", join("tools", "cli", "entry.ts"), "engine", "install"];
  const environment = {
    ...{ PATH: createScratchFolder(), LLNET_CACHE: createScratchFolder(), LLNET_ENGINE: wish },
    // Nobody listens at this address.
    TFJS_NODE_CDN_STORAGE: "http://127.0.0.1:9/",
  };
  const { status, stdout } = spawnSync(process.execPath, words, {
    cwd: projectRoot(),
    env: environment,
    encoding: "utf8",
  });
  expect(status).toBe(4);
  return stdout;
}
