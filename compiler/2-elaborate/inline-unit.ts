/** Puts the inside of a unit into another fragment: the same operations on another tensor. */
import type { Place } from "../../grammar/span.ts";
import { printShape, sameShape } from "../../runtime/program/tensor-type.ts";
import type { WeightSpecification } from "../operations/operation.ts";
import { findOperation } from "../operations/registry.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { expectTensor } from "./expect.ts";
import type { FragmentBuilder } from "./fragment-builder.ts";
import type { FragmentNode, FragmentWeight, Unit, WeightBinding } from "./model.ts";
import { type Given, type TensorValue, unknown, type Value } from "./value.ts";
import { isTrained, wholeAddress } from "./weight-address.ts";

export interface UnitCopy {
  /** What the copy is called in addresses: `clone[1].conv[1].kernel`. */
  readonly name: "clone" | "ema" | "tied";
  /** Whether the weights begin as the unit's, begin with values of their own, or are the unit's. */
  readonly init: "fresh" | "copy" | "same";
  /** Present: the trained weights follow the unit's. */
  readonly decay?: number;
}

export function inlineUnit(unit: Unit, input: Given, copy: UnitCopy, site: Place, evaluation: Evaluation): Value {
  const tensor = expectTensor(input, `a tensor for the copy of \`${unit.address}\``, evaluation);
  if (tensor === undefined || !isCopyable(unit, site, evaluation)) return unknown;
  const { fragment } = evaluation;
  if (fragment === undefined) {
    const help = "compute inside a `block`, a `head` or a `context`";
    evaluation.report("tensor-outside-unit", { name: copy.name }, { place: site, help });
    return unknown;
  }
  evaluation.spent.nodes += unit.fragment.nodes.length;
  if (evaluation.spent.nodes > limits.nodes) {
    evaluation.report("too-large", { what: "operations", limit: limits.nodes }, { place: site });
    evaluation.spent.isExhausted = true;
    return unknown;
  }
  const prefix = fragment.nextPrefix(copy.name);
  const values: TensorValue[] = unit.fragment.inputs.map(() => tensor);
  for (const node of unit.fragment.nodes) {
    const inputs = node.inputs.map((edge) => values[edge] as TensorValue);
    const value = inlineNode(node, inputs, { unit, copy, prefix, site, fragment, evaluation });
    if (value === undefined) return unknown;
    values.push(value);
  }
  return values[unit.fragment.output ?? -1] ?? unknown;
}

/** A unit stands for itself only where it computes from what flows into it. */
function isCopyable(unit: Unit, site: Place, evaluation: Evaluation): boolean {
  const far = unit.fragment.inputs.find(({ source }) => source.kind !== "chain");
  if (far === undefined) return true;
  const related = [{ place: far.place, text: "read by it" }];
  const help = "copy a unit that computes only from what flows into it";
  evaluation.report("unit-not-copyable", { unit: unit.address }, { place: site, related, help });
  return false;
}

interface Inlining {
  readonly unit: Unit;
  readonly copy: UnitCopy;
  readonly prefix: string;
  readonly site: Place;
  readonly fragment: FragmentBuilder;
  readonly evaluation: Evaluation;
}

/** The node again, its shape inferred anew from the tensor it is given. */
function inlineNode(node: FragmentNode, inputs: readonly TensorValue[], inlining: Inlining): TensorValue | undefined {
  const { unit, copy, prefix, site, fragment } = inlining;
  const operation = findOperation(node.operation);
  if (operation === undefined) throw new Error(`there is no operation ${node.operation}`);
  const inferred = operation.infer({ tensors: inputs.map(({ type }) => type), arguments: node.arguments });
  if ("problem" in inferred) return misfit(node, inferred.problem.message, inlining);
  const weights: WeightSpecification[] = [];
  for (const [position, specification] of inferred.weights.entries()) {
    const original = node.weights[position] as FragmentWeight;
    const { shape } = original.specification;
    if (!sameShape(shape, specification.shape) && copy.init !== "fresh") {
      const found = `${printShape(specification.shape)} here and ${printShape(shape)} in the unit`;
      return misfit(node, `\`${original.address}\` would be ${found}`, inlining);
    }
    const of = wholeAddress(unit.address, original);
    weights.push(copy.init === "copy" ? { ...specification, initializer: { kind: "copy", of } } : specification);
  }
  const bindings = node.weights.map((weight) => bindingOf(weight, unit, copy));
  const { operation: name, arguments: values } = node;
  const label = `${prefix}.${node.label}`;
  return fragment.add({
    operation: name,
    inputs,
    arguments: values,
    type: inferred.type,
    weights,
    bindings,
    label,
    place: site,
  });
}

/** A clone of what is frozen is frozen; a clone of what is shared has a weight of its own. */
function bindingOf(weight: FragmentWeight, unit: Unit, { decay, init }: UnitCopy): WeightBinding | undefined {
  if (init === "same") {
    if (weight.binding?.kind === "shared") return weight.binding;
    const of = wholeAddress(unit.address, weight);
    return { kind: "tied", of, unit: unit.index, isTrained: isTrained(weight) };
  }
  if (weight.specification.group === "statistic") return undefined;
  if (decay !== undefined) return { kind: "average", of: wholeAddress(unit.address, weight), decay };
  return weight.binding?.kind === "frozen" ? weight.binding : undefined;
}

function misfit(node: FragmentNode, message: string, { unit, site, evaluation }: Inlining): undefined {
  const related = [{ place: node.place, text: `in \`${unit.address}\`` }];
  const help = `\`${unit.address}\` is made for the tensor that flows into it in the backbone`;
  evaluation.report("unit-does-not-fit", { unit: unit.address, message }, { place: site, related, help });
  return undefined;
}
