import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Fragment, FragmentNode, Model, ModuleView, Unit } from "../2-elaborate/model.ts";

/** What a head may know of the module that holds the units `first` … `last` (1-based). */
export function viewModule(
  model: Model,
  { index, count, first, last }: { index: number; count: number; first: number; last: number },
): ModuleView {
  const units = model.backbone.units.slice(first - 1, last);
  return {
    index,
    count,
    units,
    input: first === 1 ? fedType(model) : unitOutput(model.backbone.units[first - 2] as Unit),
    output: unitOutput(units.at(-1) as Unit),
  };
}

/** `float32[batch, …]` as the model is fed. */
function fedType(model: Model): TensorType {
  return { dataType: "float32", shape: [-1, ...model.inputShape] };
}

function unitOutput({ fragment }: Unit): TensorType {
  return edgeType(fragment, fragment.output as number);
}

/** The type of a tensor inside a fragment. */
export function edgeType(fragment: Fragment, edge: number): TensorType {
  const input = fragment.inputs[edge];
  return (input ?? (fragment.nodes[edge - fragment.inputs.length] as FragmentNode)).type;
}
