import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { projectPath } from "./contender.ts";

/**
 * A module as it ships, in one minified file: loaders that keep function names make closures several times slower. It lies
 * inside the project, where the standard library is found. `Module` is the type of the source: `typeof import("…")`.
 */
export async function loadBundled<Module>(entry: string): Promise<Module> {
  mkdirSync(projectPath("dist"), { recursive: true });
  const folder = mkdtempSync(join(projectPath("dist"), "bench-"));
  try {
    const outfile = join(folder, "bundle.mjs");
    await build({
      entryPoints: [projectPath(entry)],
      outfile,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      external: ["ts-morph", "typescript", "@tensorflow/*"],
      logLevel: "error",
    });
    return (await import(pathToFileURL(outfile).href)) as Module;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
