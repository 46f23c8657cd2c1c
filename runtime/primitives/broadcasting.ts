/** Shapes that follow from shapes: broadcasting, reductions, counts of elements for every batch size. */
import type { BatchScalar, Dimension, Shape } from "../program/tensor-type.ts";

/** The common shape of two operands, aligned at the last axis, axes of length 1 repeated; undefined where they clash. */
export function broadcastShapes(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let fromLast = rank; fromLast >= 1; fromLast--) {
    const left = a[a.length - fromLast] ?? 1;
    const right = b[b.length - fromLast] ?? 1;
    if (left !== right && left !== 1 && right !== 1) return undefined;
    result.push(left === 1 ? right : left);
  }
  return result;
}

/** The axes of `result` along which an operand of shape `operand` was repeated. */
export function repeatedAxes(operand: Shape, result: Shape): number[] {
  const missing = result.length - operand.length;
  return result.flatMap((dimension, axis) =>
    axis < missing || (operand[axis - missing] === 1 && dimension !== 1) ? [axis] : [],
  );
}

/** The shape after a reduction over `axes`; reduced axes stay with length 1 when `keepAxes`. */
export function reducedShape(shape: Shape, axes: readonly number[], keepAxes: boolean): Shape {
  return shape.flatMap((dimension, axis) => (axes.includes(axis) ? (keepAxes ? [1] : []) : [dimension]));
}

/** How many elements the given axes hold, as a function of the batch size. */
export function elementCount(shape: Shape): BatchScalar {
  return {
    value: shape.reduce<number>((product, dimension) => product * Math.abs(dimension), 1),
    batchPower: shape.filter((dimension) => dimension < 0).length,
  };
}
