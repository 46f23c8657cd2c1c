/** Wires evaluation together and guards its limits. */
import type { ResolvedProject, Definition } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { backboneValue } from "./backbone.ts";
import { blockValue, functionValue, headValue } from "./declared-functions.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { applyStage, evaluateExpression } from "./expressions.ts";
import { fileScope, type Scope } from "./scope.ts";
import { describe, unknown, type Value } from "./value.ts";

export interface EvaluationOptions {
  readonly origins?: ReadonlyMap<object, Scope>;
  readonly labelSmoothing?: number;
  /** Binds what heads may name: `input`, `pixels`, `label`, `classes`. */
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
    fragment: undefined,
    module: undefined,
    head: undefined,
    chain: undefined,
    backbone: undefined,
    spent: { steps: 0, nodes: 0, depth: 0, isExhausted: false },
    callSites: [],

    report(name, facts, circumstances) {
      const related = [...(circumstances.related ?? [])];
      // A mistake inside a library body is often made by its caller: show the call in the file being compiled.
      const site = circumstances.place.file === project.main.path ? undefined : evaluation.callSites.findLast(({ file }) => file === project.main.path);
      if (site !== undefined) related.push({ place: site, text: "called here" });
      diagnostics.push(diagnose(name, facts, { ...circumstances, related }));
    },

    evaluate(node, scope) {
      const origin = evaluation.origins.get(node);
      return guarded(evaluation, node.span, origin ?? scope, () => evaluateExpression(node, origin ?? scope, evaluation));
    },

    applyStage(input, stage, scope) {
      const origin = evaluation.origins.get(stage);
      return guarded(evaluation, stage.span, origin ?? scope, () => applyStage(input, stage, origin ?? scope, evaluation));
    },

    call(callee, given, site) {
      if (callee.kind === "unknown") return unknown;
      if (callee.kind !== "function") {
        evaluation.report("not-a-function", { found: describe(callee) }, { place: site });
        return unknown;
      }
      if (evaluation.callSites.length >= limits.calls) {
        if (!evaluation.spent.isExhausted) evaluation.report("too-deep", { what: "calls inside calls", limit: limits.calls }, { place: site });
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
      const value = valueOf(definition, evaluation, options.headWords);
      active.pop();
      values.set(definition, value);
      return value;
    },
  };
  return evaluation;
}

function valueOf(definition: Definition, evaluation: Evaluation, headWords: EvaluationOptions["headWords"]): Value {
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

function guarded(evaluation: Evaluation, span: { start: number; end: number }, scope: Scope, compute: () => Value): Value {
  const { spent } = evaluation;
  if (spent.isExhausted) return unknown;
  const place = { file: scope.path, start: span.start, end: span.end };
  if (++spent.steps > limits.steps) {
    spent.isExhausted = true;
    evaluation.report("too-large", { what: "steps of evaluation", limit: limits.steps }, { place });
    return unknown;
  }
  if (spent.depth >= limits.nesting) {
    spent.isExhausted = true;
    evaluation.report("too-deep", { what: "expressions and calls", limit: limits.nesting }, { place });
    return unknown;
  }
  spent.depth++;
  const value = compute();
  spent.depth--;
  return value;
}
