import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import util from "node:util";
import type { Binding } from "./binding.ts";
import { EngineError } from "./engine-error.ts";
import { loadEngine, setupCommand } from "./load-engine.ts";
import { ownCacheFolders, projectRoot, tfjsVersion } from "./locations.ts";
import { resolveImportsFrom } from "./resolve-imports.ts";

/** TensorFlow.js's own interface on our engine: what a program written by hand against tfjs-node would use. */
export interface Tfjs {
  readonly tf: typeof import("@tensorflow/tfjs");
  /** The binding below it, the same object `loadEngine` returns. */
  readonly binding: Binding;
}

/**
 * Loads TensorFlow.js (0.5 s) with our engine as its backend, for benchmarks and tests that compare with tfjs's tape.
 * Nothing else in llnet uses it. Throws what `loadEngine` throws, and LL9011 when tfjs-node's JavaScript is not there.
 */
export function loadTfjs(): Tfjs {
  const { binding } = loadEngine();
  const root = projectRoot();
  const requireHere = createRequire(join(root, "package.json"));
  const sources = findSources(requireHere);
  giveBackOldUtilities();
  const tf = requireHere("@tensorflow/tfjs") as Tfjs["tf"];
  if (tf.getBackend() === "tensorflow") return { tf, binding };
  const withoutOurHook = sources.startsWith(join(root, "node_modules") + sep)
    ? () => {}
    : resolveImportsFrom(requireHere, sources);
  try {
    requireHere(join(sources, "dist", "register_all_kernels"));
    const { NodeJSKernelBackend } = requireHere(join(sources, "dist", "nodejs_kernel_backend")) as BackendModule;
    tf.registerBackend("tensorflow", () => new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node"), 3);
    tf.setBackend("tensorflow");
  } finally {
    withoutOurHook();
  }
  return { tf, binding };
}

interface BackendModule {
  readonly NodeJSKernelBackend: new (binding: Binding, packageName: string) => import("@tensorflow/tfjs").KernelBackend;
}

// npm may have dropped the optional package; then the installer keeps its sources in a cache.
function findSources(requireHere: NodeJS.Require): string {
  const kept = ownCacheFolders().map((cache) => join(cache, `tfjs-node-gpu-${tfjsVersion}`));
  try {
    kept.unshift(dirname(requireHere.resolve("@tensorflow/tfjs-node-gpu/package.json")));
  } catch {
    // Not installed: the kept copies are left.
  }
  const found = kept.find((folder) => existsSync(join(folder, "dist", "nodejs_kernel_backend.js")));
  if (found) return found;
  throw new EngineError(
    "LL9011",
    "the JavaScript of tfjs-node-gpu is not installed",
    `run \`${setupCommand} --force\``,
  );
}

// tfjs-node 4.22 calls two functions that Node 23 removed and Node 22 warns about (tfjs issue 8609).
function giveBackOldUtilities(): void {
  const old = util as unknown as Record<string, (value: unknown) => boolean>;
  old["isNullOrUndefined"] = (value) => value === null || value === undefined;
  old["isArray"] = Array.isArray;
}
