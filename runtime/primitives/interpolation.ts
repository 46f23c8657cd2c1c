/**
 * One axis at another length, every element a fixed mixture of the old ones: a product with a constant matrix, whose
 * gradient is the product with its transpose. Unlike TensorFlow's resizing kernels it is right for half-pixel centres too.
 */
import { expectSignature, float32, numberAttribute, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall, TensorFlowCall } from "./primitive.ts";
import { boolean, floatsInput, kernel, operand, type } from "./tensorflow-call.ts";

/** `half_pixel`: linear between pixel centres at i + ½; `mean_bins`: the mean of ⌊i · old / new⌋ … ⌈(i + 1) · old / new⌉ − 1. */
const methods = { half_pixel: halfPixelRow, mean_bins: meanBinRow };

export const interpolationPrimitives: readonly Primitive[] = [
  {
    name: "interpolate",
    summary: "Operand x[rows, old, columns]; result [rows, length, columns], mixed along the middle axis by `method`.",
    results: (call) => resized(call),
    tensorflow: (call) => mixed(call, operandType(call, 0).shape[1] as number, numberAttribute(call, "length"), false),
  },
  {
    name: "interpolate_gradient",
    summary:
      "Operand output gradient[rows, new, columns] of interpolate; result [rows, length, columns], of its operand.",
    results: (call) => resized(call),
    tensorflow: (call) => mixed(call, numberAttribute(call, "length"), operandType(call, 0).shape[1] as number, true),
  },
];

function resized(call: PrimitiveCall) {
  expectSignature(call, 1, ["length", "method"]);
  methodOf(call);
  const [rows, old, columns] = operandType(call, 0, "float32", 3).shape as readonly [number, number, number];
  const length = numberAttribute(call, "length");
  if (!Number.isInteger(length) || length < 1 || old < 1) reject("an axis is interpolated from and to a fixed length");
  return [float32([rows, length, columns])];
}

function mixed(call: PrimitiveCall, from: number, to: number, transposed: boolean): TensorFlowCall {
  const matrix = mixture(methodOf(call), from, to);
  return kernel("BatchMatMulV2", [floatsInput(matrix, [to, from]), operand(0)], {
    T: type("float32"),
    adj_x: boolean(transposed),
    adj_y: boolean(false),
  });
}

/** `[to, from]`, row by row. */
function mixture(method: keyof typeof methods, from: number, to: number): number[] {
  return Array.from({ length: to }, (_, index) => methods[method](index, from, to)).flat();
}

/** The constant matrix `[to, from]` of `interpolate`, or its transpose, row by row, for engines that multiply it themselves. */
export function interpolationMatrix(method: unknown, from: number, to: number, transposed: boolean): Float32Array {
  if (method !== "half_pixel" && method !== "mean_bins") throw new Error(`there is no method ${String(method)}`);
  const matrix = mixture(method, from, to);
  if (!transposed) return Float32Array.from(matrix);
  return Float32Array.from(matrix, (_, index) => matrix[(index % to) * from + Math.floor(index / to)] as number);
}

function methodOf(call: PrimitiveCall): keyof typeof methods {
  const { method } = call.attributes;
  return method === "half_pixel" || method === "mean_bins"
    ? method
    : reject(`attribute method: expected half_pixel or mean_bins, found ${String(method)}`);
}

function halfPixelRow(index: number, from: number, to: number): number[] {
  const place = Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, from - 1);
  const row = new Array<number>(from).fill(0);
  row[low] = 1 - (place - low);
  row[high] = (row[high] as number) + (place - low);
  return row;
}

function meanBinRow(index: number, from: number, to: number): number[] {
  const [start, end] = [Math.floor((index * from) / to), Math.ceil(((index + 1) * from) / to)];
  return Array.from({ length: from }, (_, old) => (old >= start && old < end ? 1 / (end - start) : 0));
}
