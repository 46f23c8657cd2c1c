/** Choosing and repeating elements, where TensorFlow.js's kernels copy more than they must. */
import type { PortableKernels } from "../portable-kernel.ts";
import { operandOf, resultShape } from "../portable-kernel.ts";

export const heapElements: PortableKernels = {
  keep_where: {
    uses: [],
    run: (kit, call) => {
      const [x, mask] = [operandOf(call, 0), operandOf(call, 1)];
      const result = kit.empty(x.shape);
      const [from, kept, to] = [kit.heap().floats(x), kit.heap().bytes(mask), kit.heap().floats(result)];
      for (let index = 0; index < to.length; index++) to[index] = kept[index] === 0 ? 0 : (from[index] as number);
      return [result];
    },
  },
  broadcast: {
    uses: [],
    run: (kit, call) => {
      const x = operandOf(call, 0);
      const shape = resultShape(call);
      const result = kit.empty(shape, x.dtype);
      const aligned = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
      const heap = kit.heap();
      if (x.dtype === "bool") repeat(heap.bytes(x), heap.bytes(result), aligned, shape);
      else if (x.dtype === "int32") repeat(heap.integers(x), heap.integers(result), aligned, shape);
      else repeat(heap.floats(x), heap.floats(result), aligned, shape);
      return [result];
    },
  },
};

/** Fills `to` of `shape` from `from` of `lengths`, axes of length 1 repeated: the outer axes first, the last one in a loop. */
function repeat<Values extends Float32Array | Int32Array | Uint8Array>(
  from: Values,
  to: Values,
  lengths: readonly number[],
  shape: readonly number[],
): void {
  let target = 0;
  function fill(axis: number, start: number, end: number): void {
    const length = shape[axis];
    if (length === undefined || from.length === 0) {
      if (length === undefined) to[target++] = from[start] as number;
      return;
    }
    const size = (end - start) / (lengths[axis] as number);
    const isRepeated = lengths[axis] === 1 && length > 1;
    if (!isRepeated) {
      // From here on nothing is repeated: one block.
      if (lengths.slice(axis).every((own, index) => own === shape[axis + index])) {
        to.set(from.subarray(start, end) as never, target);
        target += end - start;
        return;
      }
      for (let index = 0; index < length; index++) fill(axis + 1, start + index * size, start + (index + 1) * size);
      return;
    }
    if (end - start === 1) {
      const count = shape.slice(axis).reduce((product, own) => product * own, 1);
      to.fill(from[start] as number, target, target + count);
      target += count;
      return;
    }
    const first = target;
    fill(axis + 1, start, end);
    const written = target - first;
    for (let index = 1; index < length; index++) {
      to.copyWithin(target, first, first + written);
      target += written;
    }
  }
  fill(0, 0, from.length);
}
