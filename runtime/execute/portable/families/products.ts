/** Matrix products, biases, interpolation, and the diagonal of square matrices. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import { interpolationMatrix } from "../../../primitives/interpolation.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernels } from "../portable-kernel.ts";
import { flagOf, numberOf, operandOf, resultShape } from "../portable-kernel.ts";

export const productKernels: PortableKernels = {
  matmul: {
    uses: ["BatchMatMul"],
    run: (kit, call) => {
      const attributes = { transposeA: flagOf(call, "transposeA"), transposeB: flagOf(call, "transposeB") };
      return [kit.run("BatchMatMul", { a: operandOf(call, 0), b: operandOf(call, 1) }, attributes)];
    },
  },
  bias_add: { uses: ["Add"], run: (kit, call) => [kit.add(operandOf(call, 0), operandOf(call, 1))] },
  bias_gradient: {
    uses: ["Sum"],
    run: (kit, call) => {
      const gradient = operandOf(call, 0);
      return [kit.sum(gradient, [...gradient.shape.keys()].slice(0, -1))];
    },
  },
  interpolate: { uses: ["Transpose", "BatchMatMul"], run: (kit, call) => [mixed(kit, call, false)] },
  interpolate_gradient: { uses: ["Transpose", "BatchMatMul"], run: (kit, call) => [mixed(kit, call, true)] },
  matrix_set_diagonal: {
    uses: ["Select", "Multiply"],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const size = x.shape[0] as number;
      const ones = kit.constant(`ones ${size}`, [1, size], () => new Float32Array(size).fill(1));
      const columns = kit.multiply(kit.reshape(operandOf(call, 1), [size, 1]), ones);
      return [kit.run("Select", { condition: identityMask(kit, size), t: columns, e: x })];
    },
  },
  matrix_diagonal: {
    uses: ["Select", "Fill", "Sum"],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const size = x.shape[0] as number;
      const zeros = kit.run("Fill", {}, { shape: x.shape, value: 0, dtype: "float32" });
      return [kit.sum(kit.run("Select", { condition: identityMask(kit, size), t: x, e: zeros }), [1])];
    },
  },
};

function identityMask(kit: Kit, size: number): EngineTensor {
  const values = () => Uint8Array.from({ length: size * size }, (_, index) => (index % (size + 1) === 0 ? 1 : 0));
  return kit.constant(`identity ${size}`, [size, size], values, "bool");
}

/** One product of two matrices: the mixed axis goes first, all others are columns. */
function mixed(kit: Kit, call: PortableCall, transposed: boolean): EngineTensor {
  const x = operandOf(call, 0);
  const [rows, old, columns] = x.shape as [number, number, number];
  const length = numberOf(call, "length");
  const [from, to] = transposed ? [length, old] : [old, length];
  const matrix = kit.constant(
    `interpolation ${String(call.attributes.method)} ${from} ${to} ${transposed}`,
    [length, old],
    () => interpolationMatrix(call.attributes.method, from, to, transposed),
  );
  const first = kit.reshape(kit.transpose(x, [1, 0, 2]), [old, rows * columns]);
  const product = kit.reshape(kit.matmul(matrix, first), [length, rows, columns]);
  return kit.reshape(kit.transpose(product, [1, 0, 2]), resultShape(call));
}
