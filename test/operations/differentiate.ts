/** The plainest reverse-mode differentiation that the gradient rules allow: the tape read backwards. */

import type { BackwardStep, Cotangent } from "../../compiler/operations/gradient.ts";
import { findGradientRule } from "../../compiler/operations/gradients/registry.ts";
import type { Value } from "../../compiler/operations/operation.ts";
import type { Recorder } from "./recorder.ts";

/** Emits the gradients of the seeded value with respect to the wanted ones; undefined where there is none. */
export function differentiate(recorder: Recorder, output: Value, seed: Cotangent, wanted: readonly Value[]) {
  const active = new Set<Value>(wanted);
  const forward = [...recorder.instructions];
  for (const { primitive, operands, results } of forward) {
    if (!findGradientRule(primitive) || !operands.some((value) => active.has(value))) continue;
    for (const result of results) active.add(result);
  }
  const cotangents = new Map<Value, Cotangent>([[output, seed]]);
  const filled = (value: Value): Value | undefined => {
    const cotangent = cotangents.get(value);
    if (!cotangent) return undefined;
    if (cotangent.kind === "tensor") return cotangent.value;
    const { shape } = recorder.typeOf(value);
    const tensor = recorder.emit("fill", [], { shape, value: cotangent.scalar })[0] as Value;
    cotangents.set(value, { kind: "tensor", value: tensor });
    return tensor;
  };
  for (const { primitive, operands, results, attributes } of forward.reverse()) {
    const rule = findGradientRule(primitive);
    if (!rule || !results.some((value) => cotangents.has(value))) continue;
    const step: BackwardStep = {
      operands,
      results,
      attributes,
      typeOf: recorder.typeOf,
      emit: recorder.emit,
      cotangent: (index) => cotangents.get(results[index] as Value),
      tensorCotangent: (index) => filled(results[index] as Value),
      needs: (index) => active.has(operands[index] as Value),
      contribute(index, cotangent) {
        const operand = operands[index] as Value;
        if (!active.has(operand)) throw new Error(`${primitive}: a gradient for operand ${index}, which nobody needs`);
        const before = filled(operand);
        if (before === undefined) return void cotangents.set(operand, cotangent);
        cotangents.set(operand, cotangent);
        const sum = recorder.emit("add", [before, filled(operand) as Value])[0] as Value;
        cotangents.set(operand, { kind: "tensor", value: sum });
      },
    };
    rule.backward(step);
  }
  return wanted.map(filled);
}
