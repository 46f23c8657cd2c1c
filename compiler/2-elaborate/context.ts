/** The lines of `context { … }`: what is added to a module's input. */
import type { ModelItem, SelectorEntry } from "../../grammar/syntax-tree.ts";
import { printShape, sameShape } from "../../runtime/program/tensor-type.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectTensor } from "./expect.ts";
import { createFragmentBuilder } from "./fragment-builder.ts";
import type { ContextAssignment, HeadSelector, InstantiatedContext, ModuleView } from "./model.ts";
import { createModuleEvaluation, entryScope, type Surroundings } from "./module-words.ts";
import { placeIn, type Scope } from "./scope.ts";
import { selectorOf } from "./selectors.ts";
import type { TensorValue } from "./value.ts";

export function elaborateContext(
  items: readonly ModelItem[],
  surroundings: Surroundings,
  evaluation: Evaluation,
): ContextAssignment[] {
  return items.flatMap((item) =>
    item.kind === "Context" ? item.entries.flatMap((entry) => assignmentOf(entry, surroundings, evaluation) ?? []) : [],
  );
}

function assignmentOf(
  entry: SelectorEntry,
  surroundings: Surroundings,
  evaluation: Evaluation,
): ContextAssignment | undefined {
  const scope = surroundings.origins.get(entry) ?? surroundings.scope;
  const place = placeIn(scope, entry.span);
  const selector = selectorOf(entry.selector, scope, evaluation);
  if (selector === undefined) return undefined;
  if (isFirstModule(selector)) {
    const selected = placeIn(surroundings.origins.get(entry.selector) ?? scope, entry.selector.span);
    evaluation.report("first-module-context", {}, { place: selected, help: "begin with the second: `2..last`" });
    return undefined;
  }
  if (entry.value === undefined) return { selector, place };
  return { selector, place, instantiate: (module) => instantiate(module, entry, scope, surroundings) };
}

function isFirstModule(selector: HeadSelector): boolean {
  return selector.kind === "range" && !selector.from.fromLast && selector.from.offset === 1;
}

/**
 * ContSup (arXiv 2312.07636): the encoders stand behind the cut, belong to the receiving module and are trained by its
 * losses alone; whatever they read is a constant.
 */
function instantiate(
  module: ModuleView,
  { value }: SelectorEntry,
  scope: Scope,
  surroundings: Surroundings,
): InstantiatedContext {
  const builder = createFragmentBuilder({ sourcesAreConstant: true });
  const evaluation = createModuleEvaluation("context", module, builder, surroundings);
  let output: TensorValue | undefined;
  if (value !== undefined) {
    const place = placeIn(surroundings.origins.get(value) ?? scope, value.span);
    const result = evaluation.evaluate(value, entryScope(scope, module, surroundings));
    output = expectTensor({ value: result, place }, "a tensor to add to the module's input", evaluation);
    if (output !== undefined && !sameShape(output.type.shape, module.input.shape)) {
      const facts = {
        module: module.index,
        expected: printShape(module.input.shape),
        found: printShape(output.type.shape),
      };
      const help = "its channels are `module.previous.output.channels`; resize or pool it to the same height and width";
      evaluation.report("context-shape", facts, { place, help });
    }
  }
  const diagnostics = withoutEchoes(evaluation.diagnostics);
  if (output === undefined || diagnostics.some(({ severity }) => severity === "error"))
    return { fragment: undefined, diagnostics };
  return { fragment: builder.finish(output), diagnostics };
}
