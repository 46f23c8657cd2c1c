import type { EngineAttributes } from "../../../engine/portable-engine.ts";

/** One axis of a window that slides over an image: position o covers `o · stride + tap · dilation − before`. */
export interface Sliding {
  readonly stride: number;
  readonly dilation: number;
  /** Padding before and after. */
  readonly before: number;
  readonly after: number;
}

/** Height and width, from the attributes TensorFlow.js's kernels take; padding is `"valid"` or explicit. */
export function slidingOf(attributes: EngineAttributes): readonly [Sliding, Sliding] {
  const { strides, dilations, pad } = attributes as {
    readonly strides: readonly number[];
    readonly dilations?: readonly number[];
    readonly pad: "valid" | readonly (readonly [number, number])[];
  };
  const axis = (index: 0 | 1): Sliding => {
    const [before, after] = pad === "valid" ? [0, 0] : (pad[index + 1] as readonly [number, number]);
    return { stride: strides[index] as number, dilation: dilations?.[index] ?? 1, before, after };
  };
  return [axis(0), axis(1)];
}
