/**
 * What attention inside windows of an image needs to know about places (Swin, Liu et al., arXiv 2103.14030, section 3.2). A
 * window of side w holds w² tokens, row by row; two of them are (dy, dx) apart, in −(w − 1) … w − 1 each.
 */
import { printShape } from "../program/tensor-type.ts";
import { expectSignature, float32, integersAttribute, numberAttribute, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { floatsInput, integer, integersInput, kernel, operand, scalarInput, type } from "./tensorflow-call.ts";

export const windowPrimitives: readonly Primitive[] = [
  {
    name: "relative_positions",
    summary:
      "Operand table[(2 · window − 1)², columns], a row per distance; result [window⁴, columns]: the row of every pair of " +
      "tokens of a window, the first token outermost.",
    results: (call) => {
      expectSignature(call, 1, ["window"]);
      const { shape } = operandType(call, 0, "float32", 2);
      const window = windowOf(call);
      if (shape[0] !== (2 * window - 1) ** 2) reject(`${printShape(shape)} is no table for a window of ${window}`);
      return [float32([window ** 4, shape[1] as number])];
    },
    tensorflow: (call) =>
      kernel("GatherV2", [operand(0), integersInput(relativeDistances(windowOf(call))), scalarInput(0, "int32")], {
        batch_dims: integer(0),
        Tparams: type("float32"),
        Tindices: type("int32"),
        Taxis: type("int32"),
      }),
  },
  {
    name: "relative_positions_gradient",
    summary:
      "Operand output gradient[window⁴, columns]; result the gradient of the table, [(2 · window − 1)², columns].",
    results: (call) => {
      expectSignature(call, 1, ["window"]);
      const { shape } = operandType(call, 0, "float32", 2);
      const window = windowOf(call);
      if (shape[0] !== window ** 4) reject(`${printShape(shape)} is not from a window of ${window}`);
      return [float32([(2 * window - 1) ** 2, shape[1] as number])];
    },
    tensorflow: (call) => {
      const window = windowOf(call);
      return kernel(
        "UnsortedSegmentSum",
        [operand(0), integersInput(relativeDistances(window)), scalarInput((2 * window - 1) ** 2, "int32")],
        { T: type("float32"), Tindices: type("int32"), Tnumsegments: type("int32") },
      );
    },
  },
  {
    name: "window_regions",
    summary:
      "No operand; result [windows, window²]: the number of the region each token comes from, in an image of `size` " +
      "[height, width] rolled by `shift` up and left. Tokens of different regions of a window are no neighbours.",
    results: (call) => {
      expectSignature(call, 0, ["size", "window", "shift"]);
      const { window, height, width } = placement(call);
      return [float32([(height * width) / window ** 2, window ** 2])];
    },
    tensorflow: (call) => {
      const { window, height, width } = placement(call);
      const dimensions = [(height * width) / window ** 2, window ** 2];
      return kernel("Identity", [floatsInput(regions(call), dimensions)], { T: type("float32") });
    },
  },
];

/** The table's row for every pair of tokens: `(dy + w − 1) · (2w − 1) + dx + w − 1`. */
export function relativeDistances(window: number): number[] {
  const tokens = [...Array(window ** 2).keys()].map((token) => [Math.floor(token / window), token % window] as const);
  return tokens.flatMap(([y, x]) =>
    tokens.map(([otherY, otherX]) => (y - otherY + window - 1) * (2 * window - 1) + x - otherX + window - 1),
  );
}

/** The number of the region of every token, window by window. */
export function regions(call: PrimitiveCall): number[] {
  const { window, height, width, shift } = placement(call);
  // The last window of an axis holds the last pixels before the shift and the first ones, which came around the end.
  const part = (place: number, length: number): number =>
    place < length - window ? 0 : place < length - shift ? 1 : 2;
  const result: number[] = [];
  for (let top = 0; top < height; top += window) {
    for (let left = 0; left < width; left += window) {
      for (let y = top; y < top + window; y++) {
        for (let x = left; x < left + window; x++) result.push(3 * part(y, height) + part(x, width));
      }
    }
  }
  return result;
}

function placement(call: PrimitiveCall) {
  const [height, width] = integersAttribute(call, "size", 2) as readonly [number, number];
  const window = windowOf(call);
  const shift = numberAttribute(call, "shift");
  if (height < 1 || width < 1 || height % window !== 0 || width % window !== 0) {
    reject(`windows of ${window} do not tile ${height} × ${width}`);
  }
  if (!Number.isInteger(shift) || shift < 0 || shift >= window) reject(`attribute shift: expected 0 … ${window - 1}`);
  return { window, height, width, shift };
}

function windowOf(call: PrimitiveCall): number {
  const window = numberAttribute(call, "window");
  return Number.isInteger(window) && window >= 1
    ? window
    : reject("attribute window: expected a whole number, at least 1");
}
