import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { findBeside, thisFile } from "./beside.ts";

/** How to start the batch worker: a file for `new Worker`, or CommonJS text to evaluate. */
export interface WorkerLocation {
  readonly source: string | URL;
  readonly evaluate: boolean;
}

/**
 * Finds the batch worker for the way this code runs, or null where there is none (batches are then made in-process):
 *
 * - compiled: `batch-worker.js` beside this module in `dist/runtime/data/`;
 * - bundled: `batch-worker.cjs` beside the bundle, else `dist/runtime/data/batch-worker.js` of the same package. A
 *   build that bundles this module has to write one of the two: `batch-worker.ts` is an entry point of its own and imports no
 *   package;
 * - from source: `batch-worker.ts`, run by Node where it strips types, else through tsx where that is installed.
 */
export function workerLocation(): WorkerLocation | null {
  const fromSource = thisFile().endsWith(".ts");
  const path = fromSource ? findBeside("batch-worker.ts") : findBeside("batch-worker.cjs", "batch-worker.js");
  if (path === null) return null;
  const url = pathToFileURL(path);
  if (!fromSource || stripsTypes()) return { source: url, evaluate: false };
  try {
    const tsx = createRequire(path).resolve("tsx/cjs/api");
    const code = `require(${JSON.stringify(tsx)}).register(); require(${JSON.stringify(path)});`;
    return { source: code, evaluate: true };
  } catch {
    return null;
  }
}

/** Node from 22.18 and 23.6 on runs TypeScript as it is; before, the feature is absent or off. */
function stripsTypes(): boolean {
  return Boolean(Object.entries(process.features).find(([feature]) => feature === "typescript")?.[1]);
}
