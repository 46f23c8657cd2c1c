import type { EngineTensor } from "../../engine/portable-engine.ts";
import type { Attributes } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import type { Kit } from "./kit.ts";

/** How a primitive is computed with TensorFlow.js's kernels. */
export interface PortableKernel {
  /** The kernels it needs; an engine without one of them refuses the program. */
  readonly uses: readonly string[];
  /** Computes the results. Everything else it made is given back afterwards. */
  readonly run: (kit: Kit, call: PortableCall) => readonly EngineTensor[];
}

export type PortableKernels = Readonly<Record<string, PortableKernel>>;

/** One instruction at one batch size. */
export interface PortableCall {
  readonly operands: readonly EngineTensor[];
  readonly types: readonly TensorType[];
  readonly attributes: Attributes;
  readonly batch: number;
  /** The shapes its results must have. */
  readonly results: readonly (readonly number[])[];
  readonly variables: readonly PortableVariable[];
}

/** A variable's tensor; whoever replaces it hands the new one over. */
export interface PortableVariable {
  tensor(): EngineTensor;
  replace(tensor: EngineTensor): void;
}

export function operandOf(call: PortableCall, index: number): EngineTensor {
  const tensor = call.operands[index];
  if (tensor === undefined) throw new Error(`operand ${index} is missing`);
  return tensor;
}

export function variableOf(call: PortableCall, index: number): PortableVariable {
  const variable = call.variables[index];
  if (variable === undefined) throw new Error(`variable ${index} is missing`);
  return variable;
}

/** Attributes as the primitive's own checks have found them. */
export function numberOf(call: PortableCall, name: string): number {
  return call.attributes[name] as number;
}

export function numbersOf(call: PortableCall, name: string): readonly number[] {
  return call.attributes[name] as readonly number[];
}

export function flagOf(call: PortableCall, name: string): boolean {
  return call.attributes[name] as boolean;
}

/**
 * Adam's decay rates as float32, which is what the fed powers of them are made of: `1 − 0.999` in double precision is 1.3e-5
 * more than what `1 − beta2_power` gives at the first step, where the two must cancel.
 */
export function decaysOf(call: PortableCall): readonly [beta1: number, beta2: number] {
  return [Math.fround(numberOf(call, "beta1")), Math.fround(numberOf(call, "beta2"))];
}

export function resultShape(call: PortableCall, index = 0): readonly number[] {
  const shape = call.results[index];
  if (shape === undefined) throw new Error(`result ${index} is missing`);
  return shape;
}
