import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

// The installer (`scripts/engine/locations.mjs`) says the same without TypeScript; a test compares the two.

/** Version of tfjs-node-gpu whose binding the engine is compiled from. */
export const tfjsVersion = "4.22.0";
/** The TensorFlow version preferred when several engines are there. */
export const tensorflowVersion = "2.21.0";
/** Version of the npm package `webgpu` (Dawn) that the WebGPU engine runs on. */
export const webgpuVersion = "0.6.2";
/** Format of the record beside each addon: the contract between installer and loader. */
export const recordFormat = 1;

export const recordFile = "record.json";
export const lastSetupFile = "last-setup.json";

/** An environment; `LLNET_CACHE` and `XDG_CACHE_HOME` are read. */
export type CacheEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Folders in which engines may lie, best first: the cache shared by all clones, then one inside the project for machines
 * whose home cannot be written. A relative `LLNET_CACHE` counts from the project's root, a relative `XDG_CACHE_HOME` is
 * ignored.
 */
export function cacheFolders(environment: CacheEnvironment, home: string | null, root: string): readonly string[] {
  const local = join(root, ".engine");
  if (environment["LLNET_CACHE"]) return [resolve(root, environment["LLNET_CACHE"]), local];
  const cacheHome = environment["XDG_CACHE_HOME"];
  if (cacheHome && isAbsolute(cacheHome)) return [join(cacheHome, "llnet"), local];
  return home ? [join(home, ".cache", "llnet"), local] : [local];
}

/** What every binding's folder name starts with. */
export function bindingFolderPrefix(): string {
  return `binding-${tfjsVersion}-tf`;
}

/** What every binding's folder name goes on with after TensorFlow's version; the hash of how it was made follows. */
export function bindingFolderMiddle(platform: string, architecture: string): string {
  return `-${platform}-${architecture}-`;
}

/** WebGPU's folder in the cache: the versions of Dawn and of TensorFlow.js's kernels, and the machine. */
export function webgpuFolderName(platform: string, architecture: string): string {
  return `webgpu-${webgpuVersion}-tfjs${tfjsVersion}-${platform}-${architecture}`;
}

/** The caches of this process: its environment, its user's home, its project. */
export function ownCacheFolders(): readonly string[] {
  return cacheFolders(process.env, homeFolder(), projectRoot());
}

/** The folder of llnet's own package.json, seen from this file, whether it runs from sources, from `dist/` or bundled. */
export function projectRoot(): string {
  // A bundle in the CommonJS format has no import.meta.url.
  const here = import.meta.url ? fileURLToPath(import.meta.url) : (process.argv[1] ?? process.cwd());
  const start = dirname(here);
  for (let folder = start; ; folder = dirname(folder)) {
    if (isOurRoot(folder)) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function isOurRoot(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return false;
  try {
    return (JSON.parse(readFileSync(path, "utf8")) as { name?: unknown }).name === "llnet";
  } catch {
    return false;
  }
}

function homeFolder(): string | null {
  try {
    return homedir();
  } catch {
    // A user id without an entry in the system's list of users, and no HOME.
    return null;
  }
}
