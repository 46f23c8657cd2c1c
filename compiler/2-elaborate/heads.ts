/** The lines of `heads { … }`: which modules a line selects, and how its head is made for one of them. */
import type { Place } from "../../grammar/span.ts";
import type { ModelItem, SelectorEntry } from "../../grammar/syntax-tree.ts";
import type { Definition } from "../1-resolve/resolved-project.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import type { Evaluation } from "./evaluation.ts";
import { createFragmentBuilder } from "./fragment-builder.ts";
import type { Fragment, HeadAssignment, InstantiatedHead, ModuleView } from "./model.ts";
import { createModuleEvaluation, entryScope, type Surroundings } from "./module-words.ts";
import { placeIn } from "./scope.ts";
import { selectorOf } from "./selectors.ts";
import { describe, type Value } from "./value.ts";

export function elaborateHeads(
  items: readonly ModelItem[],
  surroundings: Surroundings,
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

function implicitClassifier(classifier: Definition, surroundings: Surroundings): HeadAssignment {
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
  surroundings: Surroundings,
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
        const inner = entryScope(scope, module, surroundings);
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
  surroundings: Surroundings,
  apply: (evaluation: Evaluation, given: { value: Value; place: Place }) => void,
): InstantiatedHead {
  const builder = createFragmentBuilder();
  const evaluation = createModuleEvaluation("head", module, builder, surroundings);
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
