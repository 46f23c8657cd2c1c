import type { Fragment, Model, Source } from "../../2-elaborate/model.ts";
import type { SideInput } from "./picture.ts";

/**
 * What a part is given beside the chain: targets, the model's input, far-away units. `firstUnit` is the first unit any of
 * its losses may train; what comes from before is a constant.
 */
export function sideInputs(fragment: Fragment, model: Model, firstUnit: number): SideInput[] {
  return fragment.inputs.flatMap(({ source }, edge) => {
    if (source.kind === "chain" || source.kind === "module_output") return [];
    const readers = fragment.nodes.filter(({ inputs }) => inputs.includes(edge));
    const isDetached = readers.length > 0 && readers.every(({ operation }) => operation === "detach");
    const isEarlier = (source.kind === "unit" || source.kind === "tap") && source.unit < firstUnit;
    return [{ name: nameSource(source, model), stops: isConstant(source) || isDetached || isEarlier }];
  });
}

/** Whether no gradient ever passes to it. */
export function isConstant({ kind }: Source): boolean {
  return kind !== "chain" && kind !== "module_output" && kind !== "unit" && kind !== "tap";
}

/** In the words of the language: `pixels`, `label`, `module.input`, `stage[1].block[2]`. */
export function nameSource(source: Source, { backbone }: Model): string {
  switch (source.kind) {
    case "input":
    case "pixels":
    case "label":
      return source.kind;
    case "chain":
      return "x";
    case "module_output":
      return "module.output";
    case "module_input":
      return source.module === undefined ? "module.input" : `module[${source.module}].input`;
    case "head_tap":
      return `head[${source.module}].${source.name}`;
    case "unit":
      return backbone.units[source.unit - 1]?.address ?? `unit ${source.unit}`;
    case "tap":
      return `${backbone.units[source.unit - 1]?.address ?? `unit ${source.unit}`}.${source.name}`;
  }
}
