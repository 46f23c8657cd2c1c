/** What a tensor is: its element type and its shape, with the batch size left open. */

export type DataType = "float32" | "int32" | "bool";

/**
 * The length of one axis. `n ≥ 0` is fixed; `−n` is n times the batch size, so `-1` is the batch axis itself and `-64` an
 * axis that holds 64 entries for every sample (attention windows, for example). One program thus serves every batch size.
 */
export type Dimension = number;

/** Axis lengths, outermost first: images are `[batch, height, width, channels]`, tokens `[batch, tokens, channels]`. */
export type Shape = readonly Dimension[];

export interface TensorType {
  readonly dataType: DataType;
  readonly shape: Shape;
}

/** A number that may depend on the batch size: `value · batch ^ batchPower`; means use `batchPower = -1`. */
export interface BatchScalar {
  readonly value: number;
  readonly batchPower: number;
}

const bytesPerElement: Record<DataType, number> = { float32: 4, int32: 4, bool: 1 };

/** The length of an axis at a given batch size. */
export function dimensionAt(dimension: Dimension, batch: number): number {
  return dimension < 0 ? -dimension * batch : dimension;
}

/** The shape with every axis length a plain number, at a given batch size. */
export function shapeAt(shape: Shape, batch: number): number[] {
  return shape.map((dimension) => dimensionAt(dimension, batch));
}

/** The number of elements at a given batch size; 1 for a scalar. */
export function elementsAt(shape: Shape, batch: number): number {
  return shape.reduce<number>((product, dimension) => product * dimensionAt(dimension, batch), 1);
}

/** The bytes a buffer of this type takes at a given batch size. */
export function bytesAt(type: TensorType, batch: number): number {
  return elementsAt(type.shape, batch) * bytesPerElement[type.dataType];
}

export function scalarAt(scalar: BatchScalar, batch: number): number {
  return scalar.value * batch ** scalar.batchPower;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** `[batch, 32, 32, 16]`, `[64·batch, 49, 96]`, `[]`. */
export function printShape(shape: Shape): string {
  return `[${shape.map((d) => (d >= 0 ? `${d}` : d === -1 ? "batch" : `${-d}·batch`)).join(", ")}]`;
}

/** `float32[batch, 32, 32, 16]` */
export function printType(type: TensorType): string {
  return `${type.dataType}${printShape(type.shape)}`;
}
