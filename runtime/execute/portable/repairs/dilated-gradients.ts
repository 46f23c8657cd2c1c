import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/**
 * WebGPU's gradients of convolutions forget dilations. A dilated filter is a larger one with zeros between its weights:
 * the gradients are taken with that one.
 */
export const dilatedBackpropInput: Repair = (kit, inputs, attributes) => {
  const dilations = dilationsOf(attributes);
  const filter = spread(kit, inputOf(inputs, "filter"), dilations);
  return kit.unrepaired("Conv2DBackpropInput", { ...inputs, filter }, { ...attributes, dilations: [1, 1] });
};

/** The gradient of the larger filter, without the weights that are always 0. */
export const dilatedBackpropFilter: Repair = (kit, inputs, attributes) => {
  const dilations = dilationsOf(attributes);
  const [height, width, from, to] = attributes["filterShape"] as readonly [number, number, number, number];
  const filterShape = [...spreadSize([height, width], dilations), from, to];
  const gradient = kit.unrepaired("Conv2DBackpropFilter", inputs, { ...attributes, filterShape, dilations: [1, 1] });
  if (isDense(dilations)) return gradient;
  const [down, right] = dilations;
  const whole = kit.pad(gradient, [[0, down - 1], [0, right - 1], none, none]);
  const blocks = kit.reshape(whole, [height, down, width, right * from * to]);
  const kept = kit.slice(blocks, [0, 0, 0, 0], [height, 1, width, from * to]);
  return kit.reshape(kept, [height, width, from, to]);
};

const none = [0, 0] as const;

/** `[height, width, in, out]` with `dilation − 1` zeros between neighbours of the first two axes. */
function spread(kit: Kit, filter: EngineTensor, dilations: readonly [number, number]): EngineTensor {
  if (isDense(dilations)) return filter;
  const [down, right] = dilations;
  const [height, width, from, to] = filter.shape as readonly [number, number, number, number];
  const weights = from * to;
  const blocks = kit.pad(kit.reshape(filter, [height, 1, width, weights]), [
    none,
    [0, down - 1],
    none,
    [0, (right - 1) * weights],
  ]);
  const whole = kit.reshape(blocks, [height * down, width * right, from, to]);
  return kit.slice(whole, [0, 0, 0, 0], [...spreadSize([height, width], dilations), from, to]);
}

function spreadSize([height, width]: readonly [number, number], [down, right]: readonly [number, number]): number[] {
  return [(height - 1) * down + 1, (width - 1) * right + 1];
}

function isDense([down, right]: readonly [number, number]): boolean {
  return down === 1 && right === 1;
}

function dilationsOf(attributes: Readonly<Record<string, unknown>>): readonly [number, number] {
  return (attributes["dilations"] ?? [1, 1]) as readonly [number, number];
}
