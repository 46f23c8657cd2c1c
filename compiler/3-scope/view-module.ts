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
 * What can be known of the last of some modules while the ends of later ones are not: those before it are as they are, the
 * next one is seen as the one unit that surely belongs to it. `ends` are the modules' last units so far.
 */
export function viewCandidate(
  model: Model,
  ends: readonly number[],
  count: number,
  headOf: (ends: readonly number[]) => Fragment | undefined,
): ModuleView {
  const last = ends.at(-1) as number;
  const follows = last < model.backbone.units.length;
  const neighbour = (other: readonly number[]) => viewCandidate(model, other, count, headOf);
  let previous: ModuleView | undefined;
  return {
    ...viewUnits(model, (ends.at(-2) ?? 0) + 1, last),
    index: ends.length,
    count,
    get previous() {
      if (ends.length > 1) previous ??= neighbour(ends.slice(0, -1));
      return previous;
    },
    get next() {
      return follows ? neighbour([...ends, last + 1]) : undefined;
    },
    get head() {
      return headOf(ends);
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
