import { parse } from "../../grammar/index.ts";
import type { SyntaxTree } from "../../grammar/syntax-tree.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { SourceHost } from "../source/source-host.ts";
import { checkNames } from "./check-names.ts";
import { findRecursion } from "./find-recursion.ts";
import { createLoader } from "./load-files.ts";
import type { ResolvedProject } from "./resolved-project.ts";
import { suggestImports } from "./suggest-imports.ts";

/** What most time goes into; whoever resolves again and again passes versions that remember. */
export interface ResolveSteps {
  readonly parse: typeof parse;
  readonly checkNames: typeof checkNames;
}

/**
 * Looks up every import and every name of a file. Imports are loaded once each, recursively; a name nobody defines, a name
 * defined twice, files that import each other and definitions that use themselves are reported. Nothing is evaluated.
 */
export function resolve(
  tree: SyntaxTree,
  host: SourceHost,
  steps: ResolveSteps = { parse, checkNames },
): Result<ResolvedProject> {
  const diagnostics: Diagnostic[] = [];
  const loader = createLoader(host, diagnostics, steps.parse);
  const main = loader.add(tree);
  // A model whose last module has no head of its own ends in the library's classifier.
  const hasModel = main.models.length > 0 || main.importedModels.size > 0;
  const heads = hasModel ? loader.loadLibrary("std/heads.llnet", main) : undefined;
  const library = loader.files().filter(({ path }) => path.startsWith("std/"));
  const uses = loader.files().map((file) => steps.checkNames(file, diagnostics, library));
  const recursive = findRecursion(uses, diagnostics);
  return {
    value: { main, sources: loader.sources(), classifier: heads?.values.get("classifier"), recursive },
    diagnostics: suggestImports(diagnostics, loader.sources(), host),
  };
}
