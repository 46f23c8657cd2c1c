// The record beside each addon: what it is, and where its libraries lie.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { bindingFolderMiddle, bindingFolderPrefix, recordFile, recordFormat, tensorflowVersion } from "./locations.mjs";

/** Engines of this recipe in `cache` whose files are all there with the recorded sizes, our TensorFlow's version first. */
export function findRecords(cache, recipe) {
  return folderNames(cache)
    .filter(
      (name) =>
        name.startsWith(bindingFolderPrefix()) &&
        name.endsWith(bindingFolderMiddle(process.platform, process.arch) + recipe),
    )
    .map((name) => readRecord(join(cache, name)))
    .filter((record) => record !== null)
    .sort((a, b) => Number(b.tensorflow === tensorflowVersion) - Number(a.tensorflow === tensorflowVersion));
}

/** The record in `folder`, or null when it is absent, damaged, or names files that are not there any more. */
export function readRecord(folder) {
  try {
    const record = JSON.parse(readFileSync(join(folder, recordFile), "utf8"));
    if (record.format !== recordFormat) return null;
    const library = isAbsolute(record.library) ? record.library : join(folder, record.library);
    for (const [file, size] of Object.entries(record.sizes)) {
      const path = file.startsWith("library/") ? join(library, file.slice("library/".length)) : join(folder, file);
      if (statSync(path).size !== size) return null;
    }
    return { ...record, folder, addon: join(folder, record.addon) };
  } catch {
    return null;
  }
}

function folderNames(cache) {
  try {
    return readdirSync(cache);
  } catch {
    return [];
  }
}
