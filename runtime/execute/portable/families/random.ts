/**
 * Random numbers as TensorFlow draws them (Philox, see `philox.ts`), from seeds that this process has fed itself: the same
 * masks as on the native engine, bit for bit. Also what attention in windows knows about places.
 */
import { regions, relativeDistances } from "../../../primitives/windows.ts";
import { shapeAt } from "../../../program/tensor-type.ts";
import { philoxUniform } from "../philox.ts";
import type { PortableKernels } from "../portable-kernel.ts";
import { numberOf, numbersOf, operandOf, resultShape } from "../portable-kernel.ts";

export const randomKernels: PortableKernels = {
  derive_seed: {
    uses: [],
    run: (kit, call) => {
      const [first, second] = kit.known.get(operandOf(call, 0).dataId) ?? [];
      if (first === undefined || second === undefined) throw new Error("a seed must come from an input");
      const seed = Int32Array.of(first ^ numberOf(call, "stream"), second);
      const result = kit.create(seed, [2], "int32");
      kit.known.set(result.dataId, seed);
      return [result];
    },
  },
  random_uniform: {
    uses: [],
    run: (kit, call) => {
      const [first, second] = kit.known.get(operandOf(call, 0).dataId) ?? [];
      if (first === undefined || second === undefined) throw new Error("a seed must come from an input");
      const shape = shapeAt(numbersOf(call, "shape"), call.batch);
      const count = shape.reduce((product, length) => product * length, 1);
      return [kit.create(philoxUniform(first, second, count), shape, "float32")];
    },
  },
  relative_positions: {
    uses: ["GatherV2"],
    run: (kit, call) => {
      const indices = windowIndices(numberOf(call, "window"));
      const tensor = kit.constant(indices.key, [indices.count], indices.values, "int32");
      return [kit.run("GatherV2", { x: operandOf(call, 0), indices: tensor }, { axis: 0, batchDims: 0 })];
    },
  },
  relative_positions_gradient: {
    uses: ["UnsortedSegmentSum"],
    run: (kit, call) => {
      const indices = windowIndices(numberOf(call, "window"));
      const segmentIds = kit.constant(indices.key, [indices.count], indices.values, "int32");
      const numSegments = resultShape(call)[0] as number;
      return [kit.run("UnsortedSegmentSum", { x: operandOf(call, 0), segmentIds }, { numSegments })];
    },
  },
  window_regions: {
    uses: [],
    run: (kit, call) => {
      const numbers = regions({ operands: [], variables: [], attributes: call.attributes });
      return [kit.create(Float32Array.from(numbers), resultShape(call), "float32")];
    },
  },
};

function windowIndices(window: number) {
  const values = () => Int32Array.from(relativeDistances(window));
  return { key: `relative positions ${window}`, count: window ** 4, values };
}
