// The licences of the packages that a bundle holds: whoever passes their code on passes their words on too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One text for all packages in esbuild's `metafile`, by name; `root` is the folder its paths count from. */
export function bundledLicenses(metafile, root) {
  const folders = new Set(Object.keys(metafile.inputs).map(packageFolder));
  folders.delete(null);
  // @ts-morph/common brings TypeScript as a file of its own.
  if (folders.has("node_modules/@ts-morph/common")) folders.add("node_modules/typescript");
  return [...folders]
    .sort()
    .map((folder) => describe(join(root, folder)))
    .join("\n");
}

function packageFolder(path) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? null;
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|thirdpartynotice)/i.test(file));
  const words = texts.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${"=".repeat(80)}`, `${name} ${version}, ${license}`, "", ...words, ""].join("\n");
}
