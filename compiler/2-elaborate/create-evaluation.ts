/** Wires evaluation together and guards its limits. */
import type { Span } from "../../grammar/span.ts";
import type { Definition, ResolvedProject } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { backboneValue } from "./backbone.ts";
import { blockValue, functionValue, headValue } from "./declared-functions.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { applyStage, evaluateExpression } from "./expressions.ts";
import { fileScope, placeIn, type Scope } from "./scope.ts";
import { describe, unknown, type Value } from "./value.ts";

export interface EvaluationOptions {
  readonly origins?: ReadonlyMap<object, Scope>;
  readonly labelSmoothing?: number;
  readonly room?: Evaluation["room"];
  /** The finished backbone, for heads and contexts. */
  readonly backbone?: Evaluation["backbone"];
  /** Binds what heads may name: `input`, `pixels`, `label`, `classes`, `backbone`. */
  readonly headWords?: (scope: Scope) => void;
}

export function createEvaluation(project: ResolvedProject, options: EvaluationOptions = {}): Evaluation {
  const diagnostics: Diagnostic[] = [];
  const values = new Map<Definition, Value>();
  const active: Definition[] = [];
  const evaluation: Evaluation = {
    project,
    diagnostics,
    origins: options.origins ?? new Map(),
    labelSmoothing: options.labelSmoothing ?? 0,
    room: options.room,
    fragment: undefined,
    module: undefined,
    head: undefined,
    chain: undefined,
    backbone: options.backbone,
    spent: { steps: 0, nodes: 0, depth: 0, isExhausted: false },
    callSites: [],

    report(name, facts, circumstances) {
      // Past a limit nothing is known any more, and everything found then would be an echo.
      if (evaluation.spent.isExhausted) return;
      const related = [...(circumstances.related ?? [])];
      // A mistake inside a library body is often made by its caller: show the call in the file being compiled.
      const site =
        circumstances.place.file === project.main.path
          ? undefined
          : evaluation.callSites.findLast(({ file }) => file === project.main.path);
      if (site !== undefined) related.push({ place: site, text: "called here" });
      diagnostics.push(diagnose(name, facts, { ...circumstances, related }));
    },

    evaluate(node, scope) {
      const own = scopeOf(node, scope, evaluation);
      return guarded(evaluation, node.span, own, unknown, () => evaluateExpression(node, own, evaluation));
    },

    applyStage(input, stage, scope) {
      const own = scopeOf(stage, scope, evaluation);
      return guarded(evaluation, stage.span, own, unknown, () => applyStage(input, stage, own, evaluation));
    },

    within(span, scope, fallback, compute) {
      return guarded(evaluation, span, scope, fallback, compute);
    },

    call(callee, given, site) {
      if (callee.kind === "unknown") return unknown;
      if (callee.kind !== "function") {
        evaluation.report("not-a-function", { found: describe(callee) }, { place: site });
        return unknown;
      }
      if (evaluation.callSites.length >= limits.calls) {
        evaluation.report("too-deep", { what: "calls inside calls", limit: limits.calls }, { place: site });
        evaluation.spent.isExhausted = true;
        return unknown;
      }
      evaluation.callSites.push(site);
      const value = callee.invoke(given, site);
      evaluation.callSites.pop();
      return value;
    },

    valueOf(definition) {
      const known = values.get(definition);
      if (known !== undefined) return known;
      if (project.recursive.has(definition.declaration) || active.includes(definition)) return unknown;
      active.push(definition);
      const value = evaluateDefinition(definition, evaluation, options.headWords);
      active.pop();
      values.set(definition, value);
      return value;
    },
  };
  return evaluation;
}

function evaluateDefinition(
  definition: Definition,
  evaluation: Evaluation,
  headWords: EvaluationOptions["headWords"],
): Value {
  const { declaration, file } = definition;
  switch (declaration.kind) {
    case "Let":
      return evaluation.evaluate(declaration.value, fileScope(file));
    case "Function":
      return functionValue(declaration, definition, evaluation);
    case "Block":
      return blockValue(declaration, definition, evaluation);
    case "Head":
      return headValue(declaration, definition, headWords ?? (() => undefined), evaluation);
    case "Backbone":
      return backboneValue(declaration, definition, evaluation);
  }
}

/**
 * An overriding expression keeps the names around the place it is put at and shows its places in its own text; one that
 * comes from another file looks names up in that file.
 */
function scopeOf(node: object, scope: Scope, evaluation: Evaluation): Scope {
  const origin = evaluation.origins.get(node);
  if (origin === undefined || origin.path === scope.path) return scope;
  return { names: new Map(), outer: scope, file: origin.file, path: origin.path };
}

/** Counts a step and a level; past a limit everything is passed over, after one report. */
function guarded<Result>(
  evaluation: Evaluation,
  span: Span,
  scope: Scope,
  fallback: Result,
  compute: () => Result,
): Result {
  const { spent } = evaluation;
  if (spent.isExhausted) return fallback;
  if (++spent.steps > limits.steps) {
    evaluation.report(
      "too-large",
      { what: "steps of evaluation", limit: limits.steps },
      { place: placeIn(scope, span) },
    );
    spent.isExhausted = true;
    return fallback;
  }
  if (spent.depth >= limits.nesting) {
    evaluation.report(
      "too-deep",
      { what: "expressions and calls", limit: limits.nesting },
      { place: placeIn(scope, span) },
    );
    spent.isExhausted = true;
    return fallback;
  }
  spent.depth++;
  const value = compute();
  spent.depth--;
  return value;
}
