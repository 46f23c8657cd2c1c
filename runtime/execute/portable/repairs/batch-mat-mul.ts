import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { Repair } from "./repair.ts";
import { inputOf } from "./repair.ts";

/** Below this many multiply-adds per matrix the engine's own loop over a batch costs less than taking matrices out. */
const worthTakingOut = 2e5;

/**
 * Slow: TensorFlow.js 4.22 gives only a product of two whole, untransposed matrices to XNNPACK (20 to 25 times as fast). So
 * operands are transposed first, and large matrices of a batch are multiplied one by one.
 */
export const batchMatMul: Repair = (kit, inputs, attributes) => {
  const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
  const a = transposeA ? swapLast(kit, inputOf(inputs, "a")) : inputOf(inputs, "a");
  const b = transposeB ? swapLast(kit, inputOf(inputs, "b")) : inputOf(inputs, "b");
  const plain = { transposeA: false, transposeB: false };
  const leading = a.shape.slice(0, -2);
  const batch = leading.reduce((product, length) => product * length, 1);
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const columns = b.shape.at(-1) as number;
  if (batch === 1) {
    const product = kit.unrepaired(
      "BatchMatMul",
      { a: kit.reshape(a, [rows, inner]), b: kit.reshape(b, [inner, columns]) },
      plain,
    );
    return kit.reshape(product, [...leading, rows, columns]);
  }
  if (rows * inner * columns < worthTakingOut) return kit.unrepaired("BatchMatMul", { a, b }, plain);
  const result = kit.empty([...leading, rows, columns]);
  for (let index = 0; index < batch; index++) {
    const left = matrixOf(kit, a, index, [rows, inner]);
    const right = matrixOf(kit, b, index, [inner, columns]);
    const product = kit.unrepaired("BatchMatMul", { a: left, b: right }, plain);
    kit
      .heap()
      .floats(result)
      .set(kit.heap().floats(product), index * rows * columns);
    for (const tensor of [left, right, product]) kit.drop(tensor);
  }
  return result;
};

function matrixOf(kit: Kit, tensor: EngineTensor, index: number, shape: readonly [number, number]): EngineTensor {
  const size = shape[0] * shape[1];
  const matrix = kit.empty(shape);
  kit
    .heap()
    .floats(matrix)
    .set(
      kit
        .heap()
        .floats(tensor)
        .subarray(index * size, (index + 1) * size),
    );
  return matrix;
}

function swapLast(kit: Kit, tensor: EngineTensor): EngineTensor {
  const rank = tensor.shape.length;
  const leading = [...Array(rank - 2).keys()];
  return kit.transpose(tensor, [...leading, rank - 1, rank - 2]);
}
