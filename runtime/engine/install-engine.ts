import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findEngine } from "./find-engine.ts";
import { findWebgpu } from "./find-webgpu.ts";
import { projectRoot } from "./locations.ts";

/**
 * Runs the installer (the same script `npm install` runs) and lets it write to this process's own output: what
 * `llnet engine install` does. `kind` is the engine to set up, `force` builds again even when it is there. Returns whether it
 * is there now.
 */
export function installEngine({ kind, force = false }: InstallOptions): boolean {
  const script = join(projectRoot(), "scripts", "setup-engine.mjs");
  // Who computes on the portable engine and asks for another one all the same means it; `none` forbids it.
  const { LLNET_ENGINE: wish, ...environment } = process.env;
  spawnSync(process.execPath, [script, kind, ...(force ? ["--force"] : [])], {
    stdio: ["ignore", "inherit", "inherit"],
    env: wish === "portable" ? environment : process.env,
  });
  if (kind === "webgpu") return findWebgpu() !== null;
  const record = findEngine();
  return record.found && (kind !== "cuda" || record.kind === "cuda");
}

interface InstallOptions {
  readonly kind: "native" | "cuda" | "webgpu";
  readonly force?: boolean;
}
