import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { findEngine } from "./find-engine.ts";
import { projectRoot } from "./locations.ts";

/**
 * Runs the installer (the same script `npm install` runs) and lets it write to this process's own output: what
 * `llnet engine install` does. `force` builds again even when an engine is there. Returns whether there is an engine now.
 */
export function installEngine({ force = false }: { readonly force?: boolean } = {}): boolean {
  const script = join(projectRoot(), "scripts", "setup-engine.mjs");
  spawnSync(process.execPath, [script, ...(force ? ["--force"] : [])], { stdio: ["ignore", "inherit", "inherit"] });
  return findEngine().found;
}
