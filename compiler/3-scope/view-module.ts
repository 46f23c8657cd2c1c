import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Fragment, FragmentNode, Model, ModuleView, Unit } from "../2-elaborate/model.ts";

/**
 * Views of all modules, each linked to its neighbours. `ends` are the modules' last units, 1-based and ascending; `headOf`
 * tells the head of a module (1-based) that has one already.
 */
export function viewModules(
  model: Model,
  ends: readonly number[],
  headOf: (index: number) => Fragment | undefined,
): ModuleView[] {
  const views: ModuleView[] = ends.map((last, position) => ({
    ...viewUnits(model, (ends[position - 1] ?? 0) + 1, last),
    index: position + 1,
    count: ends.length,
    get previous() {
      return views[position - 1];
    },
    get next() {
      return views[position + 1];
    },
    get head() {
      return headOf(position + 1);
    },
  }));
  return views;
}

/**
 * What can be known of a module while its neighbours' ends are not: the next one is seen as the one unit that surely
 * belongs to it, the one before not at all.
 */
export function viewCandidate(
  model: Model,
  { index, count, first, last }: { index: number; count: number; first: number; last: number },
): ModuleView {
  const follows = last < model.backbone.units.length;
  return {
    ...viewUnits(model, first, last),
    index,
    count,
    previous: undefined,
    get next() {
      return follows ? viewCandidate(model, { index: index + 1, count, first: last + 1, last: last + 1 }) : undefined;
    },
  };
}

function viewUnits(model: Model, first: number, last: number): Pick<ModuleView, "units" | "input" | "output"> {
  return {
    units: model.backbone.units.slice(first - 1, last),
    input: unitOutput(model, first - 1),
    output: unitOutput(model, last),
  };
}

/** What unit `index` (1-based) returns; for 0, what the model is fed. */
export function unitOutput(model: Model, index: number): TensorType {
  if (index === 0) return { dataType: "float32", shape: [-1, ...model.inputShape] };
  const { fragment } = model.backbone.units[index - 1] as Unit;
  return edgeType(fragment, fragment.output as number);
}

/** The type of a tensor inside a fragment. */
export function edgeType(fragment: Fragment, edge: number): TensorType {
  const input = fragment.inputs[edge];
  return (input ?? (fragment.nodes[edge - fragment.inputs.length] as FragmentNode)).type;
}
