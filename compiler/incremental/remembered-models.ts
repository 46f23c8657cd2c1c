/** Models evaluated, cut and judged once for as long as nothing they are made of changes. */
import type { ModelDeclaration, SyntaxTree } from "../../grammar/index.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { elaborate } from "../2-elaborate/elaborate.ts";
import type { Model } from "../2-elaborate/model.ts";
import { scope } from "../3-scope/index.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import { checkMemory } from "../4-lower/check-memory.ts";
import { lower } from "../4-lower/index.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { References } from "./references.ts";
import type { RememberedLint } from "./remembered-lint.ts";

/** What is known of a model so far; `undefined` is "not yet". */
export interface KnownModel {
  readonly declaration: ModelDeclaration;
  evaluated: readonly Diagnostic[] | undefined;
  cut: readonly Diagnostic[] | undefined;
  judged: readonly Diagnostic[] | undefined;
  /** Absent where there is an error, and where it was let go to save memory. */
  model: Model | undefined;
  scoped: ScopedModel | undefined;
}

export interface RememberedModels {
  /** The entry of every model of the file; entries nobody asked for since the time before the last are forgotten. */
  entries(project: ResolvedProject): readonly KnownModel[];
  /** Evaluates and cuts; the generator yields between the steps, so that something else may come first. */
  check(entry: KnownModel, project: ResolvedProject, mayCut: boolean): Generator<void>;
  judge(entry: KnownModel, project: ResolvedProject, tree: SyntaxTree, lint: RememberedLint): Generator<void>;
  /** The model again where it was let go; undefined where it has errors. */
  revive(entry: KnownModel, project: ResolvedProject): ScopedModel | undefined;
}

/** How many models are held in memory for the questions an editor asks. */
const mostHeld = 24;

export function createRememberedModels(references: References): RememberedModels {
  let before = new Map<string, KnownModel>();
  let current = new Map<string, KnownModel>();
  let held: KnownModel[] = [];

  function hold(entry: KnownModel): void {
    held = [...held.filter((each) => each !== entry), entry];
    if (held.length <= mostHeld) return;
    const [oldest] = held.splice(0, 1);
    if (oldest !== undefined) {
      oldest.model = undefined;
      oldest.scoped = undefined;
    }
  }

  function evaluate(entry: KnownModel, project: ResolvedProject): void {
    const { value, diagnostics } = elaborate(project, { model: entry.declaration.name.text });
    entry.evaluated = diagnostics;
    entry.model = value;
    hold(entry);
  }

  function revive(entry: KnownModel, project: ResolvedProject): ScopedModel | undefined {
    if (entry.scoped !== undefined) return entry.scoped;
    if (entry.model === undefined) evaluate(entry, project);
    if (entry.model === undefined) return undefined;
    entry.scoped = scope(entry.model).value;
    return entry.scoped;
  }

  return {
    entries(project) {
      before = current;
      current = new Map();
      const first = new Map<string, ModelDeclaration>();
      for (const model of project.main.models) if (!first.has(model.name.text)) first.set(model.name.text, model);
      // Of two models of one name, which is a mistake, the first is meant.
      return [...first.values()].map((declaration) => {
        const key = references.closure(declaration, project);
        const entry = current.get(key) ?? before.get(key) ?? newEntry(declaration);
        current.set(key, entry);
        return entry;
      });
    },
    *check(entry, project, mayCut) {
      if (entry.evaluated === undefined) {
        evaluate(entry, project);
        yield;
      }
      if (!mayCut || entry.cut !== undefined || hasError(entry.evaluated ?? [])) return;
      if (entry.model === undefined) evaluate(entry, project);
      const { model } = entry;
      if (model === undefined) return;
      const { value, diagnostics } = scope(model);
      entry.scoped = value;
      yield;
      const limit = value !== undefined && model.recipe.memory?.kind === "at_most";
      const tooLarge = limit ? checkMemory(value, lower(value)) : undefined;
      entry.cut = tooLarge === undefined ? diagnostics : [...diagnostics, tooLarge];
    },
    *judge(entry, project, tree, lint) {
      if (entry.judged !== undefined) return;
      const scoped = revive(entry, project);
      const found: Diagnostic[] = [];
      if (scoped !== undefined) {
        const linted = { declaration: entry.declaration, model: scoped.model, scoped };
        for (const rule of lint.modelRules) {
          found.push(...lint.findInModel(rule, linted, tree, project));
          yield;
        }
      }
      entry.judged = found;
    },
    revive,
  };
}

function newEntry(declaration: ModelDeclaration): KnownModel {
  return { declaration, evaluated: undefined, cut: undefined, judged: undefined, model: undefined, scoped: undefined };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
