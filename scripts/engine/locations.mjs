// Where engines are kept and which versions we build. `runtime/engine/locations.ts` says the same in TypeScript for the
// loader; `test/engine/locations.test.ts` fails when the two disagree.
import { isAbsolute, join, resolve } from "node:path";

/** Version of tfjs-node-gpu whose N-API binding sources we compile. */
export const tfjsVersion = "4.22.0";
/** Version of TensorFlow we download when no usable Python package is installed. */
export const tensorflowVersion = "2.21.0";
/** Version of the npm package `webgpu` (Dawn). */
export const webgpuVersion = "0.6.2";
/** Number of the record's format: the contract between this installer and the loader. */
export const recordFormat = 1;

/** The two libraries the binding links against; it needs symbols of both. */
export const libraryFiles = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];

export const recordFile = "record.json";
export const addonFile = "tfjs_binding.node";
export const guardFile = "stderr_guard.node";
export const lastSetupFile = "last-setup.json";

/**
 * Folders in which engines may lie, best first: the cache shared by all clones, then one inside the project for machines
 * whose home cannot be written. A relative `LLNET_CACHE` counts from the project's root, a relative `XDG_CACHE_HOME` is
 * ignored as its specification asks.
 */
export function cacheFolders(environment, home, root) {
  const local = join(root, ".engine");
  if (environment.LLNET_CACHE) return [resolve(root, environment.LLNET_CACHE), local];
  const cacheHome = environment.XDG_CACHE_HOME;
  if (cacheHome && isAbsolute(cacheHome)) return [join(cacheHome, "llnet"), local];
  return home ? [join(home, ".cache", "llnet"), local] : [local];
}

/** What every binding's folder name starts with on this machine: `binding-4.22.0-tf`. */
export function bindingFolderPrefix() {
  return `binding-${tfjsVersion}-tf`;
}

/** What every binding's folder name goes on with after TensorFlow's version: `-linux-x64-`, then the recipe's hash. */
export function bindingFolderMiddle(platform, architecture) {
  return `-${platform}-${architecture}-`;
}

export function bindingFolderName(tensorflow, platform, architecture, recipe) {
  return bindingFolderPrefix() + tensorflow + bindingFolderMiddle(platform, architecture) + recipe;
}

/** WebGPU's folder in the cache. */
export function webgpuFolderName(platform, architecture) {
  return `webgpu-${webgpuVersion}-tfjs${tfjsVersion}-${platform}-${architecture}`;
}

export function libraryFolderName(tensorflow, platform, architecture) {
  return `libtensorflow-${tensorflow}-${platform}-${architecture}`;
}
