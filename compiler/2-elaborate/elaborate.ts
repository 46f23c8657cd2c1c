import type { Recipe } from "../../runtime/program/recipe.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import type { BackboneMemory } from "./backbone-memory.ts";
import { createEvaluation } from "./create-evaluation.ts";
import { elaborateModel } from "./elaborate-model.ts";
import type { Model } from "./model.ts";
import { applyOverrides, type Overrides } from "./overrides.ts";
import { pickModel } from "./pick-model.ts";
import { elaborateRecipe } from "./recipe.ts";
import { fileScope } from "./scope.ts";

export interface ElaborateOptions {
  /** Which model, where the file holds several. */
  readonly model?: string;
  /** Values by path, `{ "train.batch": 128, "heads.local": "greedy()" }`; strings are llnet expressions. */
  readonly set?: Overrides;
  /** Backbones of the same project's models elaborated before, which are not built again. */
  readonly memory?: BackboneMemory;
}

/**
 * Evaluates one model of a file: every block, loop and number becomes a graph with a shape on every edge. The value is
 * absent where anything is wrong. Heads are evaluated later, once the modules are known (`HeadAssignment.instantiate`).
 */
export function elaborate(project: ResolvedProject, options: ElaborateOptions = {}): Result<Model | undefined> {
  const diagnostics: Diagnostic[] = [];
  const picked = pickModel(project, options.model, diagnostics);
  if (picked === undefined) return { value: undefined, diagnostics };
  const overridden = applyOverrides(picked.declaration, options.set ?? {}, project.main, picked.file);
  const value = elaborateModel(
    overridden,
    picked.file,
    project,
    diagnostics,
    options.memory?.of(picked, options.set ?? {}),
  );
  return withoutErrors(value, [...overridden.diagnostics, ...diagnostics]);
}

/** The recipe alone: for variants of a model that differ in nothing else. */
export function elaborateRecipeOnly(
  project: ResolvedProject,
  options: ElaborateOptions = {},
): Result<Recipe | undefined> {
  const diagnostics: Diagnostic[] = [];
  const picked = pickModel(project, options.model, diagnostics);
  if (picked === undefined) return { value: undefined, diagnostics };
  const { declaration, origins, ...overridden } = applyOverrides(
    picked.declaration,
    options.set ?? {},
    project.main,
    picked.file,
  );
  const evaluation = createEvaluation(project, { origins });
  const train = declaration.items.find((item) => item.kind === "Train");
  const { recipe } = elaborateRecipe(train, fileScope(picked.file), evaluation);
  return withoutErrors(recipe, [...overridden.diagnostics, ...evaluation.diagnostics]);
}

function withoutErrors<Value>(value: Value, found: readonly Diagnostic[]): Result<Value | undefined> {
  const diagnostics = withoutEchoes(found);
  return { value: diagnostics.some(({ severity }) => severity === "error") ? undefined : value, diagnostics };
}
