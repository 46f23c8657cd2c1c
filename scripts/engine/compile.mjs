// Compiles the two addons: tfjs's binding against TensorFlow's libraries, and our guard for stderr.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addonFile, guardFile, libraryFiles, tfjsVersion } from "./locations.mjs";
import { lastLine, runCommand } from "./run-command.mjs";

// N-API 8 is in every Node from 12.22 on: one addon serves all the Nodes we support.
const flags = ["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8"];
const bindingSources = ["tfjs_backend.cc", "tfjs_binding.cc"];

/** Eight hex digits that change with whatever we compile and how; part of the binding folder's name. */
export function recipeHash(root) {
  const guard = readFileSync(guardSource(root), "utf8");
  const inputs = JSON.stringify([flags, bindingSources, libraryFiles, tfjsVersion, guard]);
  return createHash("sha256").update(inputs).digest("hex").slice(0, 8);
}

/**
 * Writes both addons to `folder`. `libraryPath` is where the addon will look for the libraries at run time, `$ORIGIN`
 * standing for the addon's own folder. Returns `{ guard }`, the guard's file name or null, or `{ reason }`.
 */
export async function compileAddons({ root, sources, headers, compiler, library, libraryPath, folder }) {
  const run = (args) =>
    runCommand(compiler.file, [...compiler.prefix, ...flags, "-I", headers, ...args, "-s"], { timeout: 240_000 });
  const [binding, guard] = await Promise.all([
    run([
      "-I",
      join(library.folder, "include"),
      ...bindingSources.map((file) => join(sources, "binding", file)),
      "-o",
      join(folder, addonFile),
      "-L",
      library.folder,
      ...libraryFiles.map((file) => `-l:${file}`),
      ...(library.linkArguments ?? []),
      "-Xlinker",
      "-rpath",
      "-Xlinker",
      libraryPath,
    ]),
    run([guardSource(root), "-o", join(folder, guardFile)]),
  ]);
  if (!binding.ok) return { reason: `the binding does not compile: ${lastLine(binding)}` };
  // Without the guard TensorFlow's two start-up notices stay visible, and nothing else changes.
  return { guard: guard.ok ? guardFile : null };
}

function guardSource(root) {
  return join(root, "runtime", "engine", "stderr-guard.cc");
}
