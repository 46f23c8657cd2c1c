import { readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { ownCacheFolders, recordFile, webgpuFolderName } from "./locations.ts";

/** The command that puts WebGPU into the cache. */
export const webgpuSetupCommand = "npx llnet engine install webgpu";

/** WebGPU as `llnet engine install webgpu` has put it into the cache; paths are absolute. */
export interface WebgpuRecord {
  readonly folder: string;
  /** Dawn, Chrome's WebGPU, as a Node addon. */
  readonly addon: string;
  /** TensorFlow.js's kernels for it, one CommonJS file. */
  readonly kernels: string;
}

/** Looks for WebGPU without loading it; null where it is absent or not whole. */
export function findWebgpu(): WebgpuRecord | null {
  for (const cache of ownCacheFolders()) {
    const record = readRecord(join(cache, webgpuFolderName(process.platform, process.arch)));
    if (record !== null) return record;
  }
  return null;
}

function readRecord(path: string): WebgpuRecord | null {
  try {
    // Node knows modules by their real place, behind links.
    const folder = realpathSync(path);
    const { addon, kernels, sizes } = JSON.parse(readFileSync(join(folder, recordFile), "utf8")) as {
      addon: string;
      kernels: string;
      sizes: Record<string, number>;
    };
    const whole = [addon, kernels].every((file) => statSync(join(folder, file)).size === sizes[file]);
    return whole ? { folder, addon: join(folder, addon), kernels: join(folder, kernels) } : null;
  } catch {
    return null;
  }
}
