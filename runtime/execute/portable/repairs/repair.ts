import type { EngineAttributes, EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";

/**
 * A kernel of TensorFlow.js under its own name and with its own inputs and attributes, where an engine's is missing, wrong
 * or slow. `test/runtime/portable/repairs.test.ts` shows for each that it is still needed.
 */
export type Repair = (
  kit: Kit,
  inputs: Readonly<Record<string, EngineTensor>>,
  attributes: EngineAttributes,
) => EngineTensor;

/** By the kernel's name. */
export type Repairs = Readonly<Record<string, Repair>>;

export function inputOf(inputs: Readonly<Record<string, EngineTensor>>, name: string): EngineTensor {
  const tensor = inputs[name];
  if (tensor === undefined) throw new Error(`the input ${name} is missing`);
  return tensor;
}
