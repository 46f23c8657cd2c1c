/** The lines of `heads { … }`: which modules a line selects, and how its head is made for one of them. */
import type { Place } from "../../grammar/span.ts";
import type { Expression, ModelItem, SelectorEntry } from "../../grammar/syntax-tree.ts";
import type { Definition, ResolvedProject } from "../1-resolve/resolved-project.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import { createEvaluation } from "./create-evaluation.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectInteger } from "./expect.ts";
import { createFragmentBuilder } from "./fragment-builder.ts";
import { givenBy } from "./given.ts";
import type { Fragment, HeadAssignment, HeadSelector, InstantiatedHead, ModuleBound, ModuleView } from "./model.ts";
import { innerScope, placeIn, type Scope } from "./scope.ts";
import { describe, integer, sourceTensor, type TensorValue, type Value } from "./value.ts";

/** What heads are evaluated in: the model's words and settings. */
export interface HeadSurroundings {
  readonly project: ResolvedProject;
  readonly scope: Scope;
  readonly origins: ReadonlyMap<object, Scope>;
  readonly labelSmoothing: number;
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** The model's `input` line. */
  readonly inputPlace: Place;
}

export function elaborateHeads(
  items: readonly ModelItem[],
  surroundings: HeadSurroundings,
  evaluation: Evaluation,
): HeadAssignment[] {
  const assignments: HeadAssignment[] = [];
  const { classifier } = surroundings.project;
  // A last module without a line of its own ends in the classifier; later lines win.
  if (classifier !== undefined) assignments.push(implicitClassifier(classifier, surroundings));
  for (const item of items) {
    if (item.kind !== "Heads") continue;
    for (const entry of item.entries) {
      const assignment = assignmentOf(entry, surroundings, evaluation);
      if (assignment !== undefined) assignments.push(assignment);
    }
  }
  return assignments;
}

function implicitClassifier(classifier: Definition, surroundings: HeadSurroundings): HeadAssignment {
  return {
    selector: { kind: "last" },
    place: surroundings.inputPlace,
    instantiate: (module) =>
      instantiate(module, surroundings, (evaluation, given) => {
        evaluation.call(evaluation.valueOf(classifier), [given], given.place);
      }),
  };
}

function assignmentOf(
  entry: SelectorEntry,
  surroundings: HeadSurroundings,
  evaluation: Evaluation,
): HeadAssignment | undefined {
  const scope = surroundings.origins.get(entry) ?? surroundings.scope;
  const place = placeIn(scope, entry.span);
  const selector = selectorOf(entry.selector, scope, evaluation);
  if (selector === undefined) return undefined;
  const { value } = entry;
  if (value === undefined) return { selector, place };
  return {
    selector,
    place,
    instantiate: (module) =>
      instantiate(module, surroundings, (own, given) => {
        const inner = innerScope(scope);
        bindHeadWords(inner, surroundings);
        inner.names.set("module", { value: given.value });
        const at = placeIn(surroundings.origins.get(value) ?? scope, value.span);
        const result = own.applyStage({ ...given, place: at }, value, inner);
        // An unknown result is a mistake that has been reported, here or by resolve.
        if (own.head === undefined && own.diagnostics.length === 0 && result.kind !== "unknown") {
          own.report(
            "not-a-head",
            { found: describe(result) },
            { place: at, help: "name a head: `classifier`, `infopro(…)`" },
          );
        }
      }),
  };
}

/** A fresh evaluation each time: the same module gives the same head. */
function instantiate(
  module: ModuleView,
  surroundings: HeadSurroundings,
  apply: (evaluation: Evaluation, given: { value: Value; place: Place }) => void,
): InstantiatedHead {
  const evaluation = createEvaluation(surroundings.project, {
    origins: surroundings.origins,
    labelSmoothing: surroundings.labelSmoothing,
    headWords: (scope) => bindHeadWords(scope, surroundings),
  });
  const builder = createFragmentBuilder();
  evaluation.fragment = builder;
  evaluation.module = module;
  apply(evaluation, { value: { kind: "module", view: module }, place: surroundings.inputPlace });
  const { head } = evaluation;
  const diagnostics = withoutEchoes(evaluation.diagnostics);
  if (head === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return { head: undefined, diagnostics };
  const fragment = builder.finish(head.returned?.kind === "tensor" ? head.returned : undefined);
  return { head: { name: head.name, title: head.title, fragment: withPrediction(fragment) }, diagnostics };
}

/** A head that returns nothing predicts with the logits of its first cross-entropy loss, if it has one. */
function withPrediction(fragment: Fragment): Fragment {
  if (fragment.output !== undefined) return fragment;
  for (const { value } of fragment.losses) {
    const node = fragment.nodes[value - fragment.inputs.length];
    const logits = node?.operation === "cross_entropy" ? node.inputs[0] : undefined;
    if (logits !== undefined) return { ...fragment, output: logits };
  }
  return fragment;
}

function bindHeadWords(scope: Scope, { inputShape, classes, inputPlace }: HeadSurroundings): void {
  const image = { dataType: "float32" as const, shape: [-1, ...inputShape] };
  const words: Record<string, TensorValue> = {
    input: sourceTensor({ kind: "input" }, image, inputPlace),
    pixels: sourceTensor({ kind: "pixels" }, image, inputPlace),
    label: sourceTensor({ kind: "label" }, { dataType: "int32", shape: [-1] }, inputPlace),
  };
  for (const [name, value] of Object.entries(words)) scope.names.set(name, { value });
  scope.names.set("classes", { value: integer(classes) });
}

function selectorOf(node: Expression, scope: Scope, evaluation: Evaluation): HeadSelector | undefined {
  if (node.kind === "Missing") return undefined;
  if (node.kind === "Reference" && (node.name === "local" || node.name === "last" || node.name === "each"))
    return { kind: node.name };
  if (node.kind !== "Range") {
    const bound = boundOf(node, scope, evaluation);
    return bound && { kind: "range", from: bound, to: bound };
  }
  const from = boundOf(node.from, scope, evaluation);
  const to = boundOf(node.to, scope, evaluation);
  return from && to && { kind: "range", from, to };
}

/** `3`, `last`, `last - 1`. */
function boundOf(node: Expression, scope: Scope, evaluation: Evaluation): ModuleBound | undefined {
  const place = placeIn(evaluation.origins.get(node) ?? scope, node.span);
  if (node.kind === "Reference" && node.name === "last") return { fromLast: true, offset: 0, place };
  if (node.kind === "Binary" && node.operator === "-" && node.left.kind === "Reference" && node.left.name === "last") {
    const offset = expectInteger(givenBy(node.right, scope, evaluation), "an int after `last -`", evaluation);
    return offset === undefined ? undefined : { fromLast: true, offset: -offset, place };
  }
  if (node.kind === "Reference" && (node.name === "local" || node.name === "each")) {
    evaluation.report(
      "invalid-selector",
      {},
      { place, help: "a range goes from a number to a number or `last`: `2..last`" },
    );
    return undefined;
  }
  const offset = expectInteger(givenBy(node, scope, evaluation), "the number of a module", evaluation);
  if (offset === undefined) return undefined;
  if (offset >= 1) return { fromLast: false, offset, place };
  evaluation.report("invalid-selector", {}, { place, help: "modules count from 1" });
  return undefined;
}
