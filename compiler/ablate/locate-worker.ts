import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** How to start the worker: a file for `new Worker`, or CommonJS text to evaluate. */
export interface WorkerLocation {
  readonly source: string | URL;
  readonly evaluate: boolean;
}

/**
 * The variant worker beside this module: `variant-worker.cjs` where the command line's build has written it, `.js` in the
 * library's, `.ts` in the sources, run by Node where it strips types and else through tsx. Undefined where there is none, as
 * in somebody else's bundle: variants are then compiled without workers.
 */
export function locateWorker(): WorkerLocation | undefined {
  const url = import.meta.url as string | undefined;
  if (url === undefined) return undefined;
  const here = fileURLToPath(url);
  const isSource = here.endsWith(".ts");
  const names = isSource ? ["variant-worker.ts"] : ["variant-worker.cjs", "variant-worker.js"];
  const path = names.map((name) => join(dirname(here), name)).find((each) => existsSync(each));
  if (path === undefined) return undefined;
  if (!isSource || stripsTypes()) return { source: pathToFileURL(path), evaluate: false };
  try {
    // Its CommonJS half does not find what it registers.
    const tsx = createRequire(path)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs");
    const [api, worker] = [tsx, path].map((file) => JSON.stringify(pathToFileURL(file).href));
    return { source: `import(${api}).then(({ register }) => (register(), import(${worker})));`, evaluate: true };
  } catch {
    return undefined;
  }
}

/** Node from 22.18 and 23.6 on runs TypeScript as it is; before, the feature is absent or off. */
function stripsTypes(): boolean {
  return Boolean(Object.entries(process.features).find(([feature]) => feature === "typescript")?.[1]);
}
