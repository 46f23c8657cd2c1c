/** Gradients beside finite differences on an engine of TensorFlow.js, along directions that know nothing of the gradient. */
import { expect } from "vitest";
import type { Numbers } from "./execute.ts";
import type { PortableSetup } from "./execute-portable.ts";
import { executePortable } from "./execute-portable.ts";
import type { OperationCase } from "./harness.ts";
import { prepare, wave } from "./harness.ts";

/** One gradient that was found, and the value it belongs to. */
export interface FoundGradient {
  readonly name: string;
  readonly value: number;
  readonly gradient: Float32Array;
}

/** Central differences extrapolated once: an error of O(step⁴). Small enough that no case reaches a kink or a tie. */
const step = 0.05;

/**
 * What float32 leaves of a slope: results are some hundred numbers near 1, each rounded to 2⁻²⁴ of itself, so their sum's
 * differences are known to about 1e-6, and divided by a step of 0.025 to some 4e-5. Ten times what was measured.
 */
const tolerance = 2e-4;

/**
 * Compares gradients of Σ weights ∘ result with slopes along directions through all elements. A direction is a wave of
 * elements between 0.12 and 1, drawn without looking at the gradient: one wrong element in one gradient moves its slope, and so
 * does one that is missing.
 */
export async function expectSlopes(
  testCase: OperationCase,
  { inputs, weights }: { readonly inputs: ReadonlyMap<number, Numbers>; readonly weights: Float32Array },
  found: readonly FoundGradient[],
  setup: PortableSetup,
): Promise<void> {
  for (const { name, value, gradient } of found) {
    for (let number = 0; number < setup.directions; number++) {
      const direction = wave(gradient.length, 31 + number);
      const length = Math.hypot(...direction);
      const slope = await slopeAlong(testCase, inputs, value, direction, weights, setup);
      const along = gradient.reduce((sum, element, place) => sum + element * (direction[place] as number), 0) / length;
      const unit = Math.max(1, ...gradient.map(Math.abs));
      expect(Math.abs(along - slope) / unit, `${name}: slope ${slope}, gradient ${along}`).toBeLessThan(tolerance);
    }
  }
}

/** d/dt of Σ weights ∘ result at t = 0 where one input moves by t along a direction of length 1. */
async function slopeAlong(
  testCase: OperationCase,
  inputs: ReadonlyMap<number, Numbers>,
  value: number,
  direction: Float32Array,
  weights: Float32Array,
  setup: PortableSetup,
): Promise<number> {
  const { recorder, output } = prepare(testCase);
  const isOwn = (number: number) =>
    number < recorder.values.length && !recorder.instructions.some(({ results }) => results.includes(number));
  const length = Math.hypot(...direction);
  const at = async (distance: number): Promise<number> => {
    const moved = (inputs.get(value) as Float32Array).map((x, i) => x + (distance / length) * (direction[i] as number));
    const own = new Map([...inputs, [value, moved] as const].filter(([number]) => isOwn(number)));
    const [result] = await executePortable(recorder, testCase.batch, own, [output], setup);
    return (result as Float32Array).reduce((total, element, i) => total + element * (weights[i] as number), 0);
  };
  const central = async (distance: number) => ((await at(distance)) - (await at(-distance))) / (2 * distance);
  return (4 * (await central(step / 2)) - (await central(step))) / 3;
}
