import type { TensorValues } from "../execute/executor.ts";
import type { Variable } from "../program/step-program.ts";
import { elementsAt } from "../program/tensor-type.ts";
import { randomStream } from "../random/stream.ts";

/**
 * The value a variable starts with, row-major. Each has a random stream of its own, derived from the seed and its address:
 * adding a layer does not change the others, and every executor starts from the same bits.
 */
export function initialValue(
  { address, type, initializer }: Variable,
  seed: number,
  find: (address: string) => Variable | undefined,
): TensorValues {
  if (initializer.kind === "copy") return initialValue(originalOf(address, initializer.of, find), seed, find);
  const count = elementsAt(type.shape, 1);
  if (type.dataType === "int32") return new Int32Array(count).fill(constantOf(initializer, address));
  if (type.dataType === "bool") return new Uint8Array(count).fill(constantOf(initializer, address));
  const stream = randomStream(seed, "weight", address);
  switch (initializer.kind) {
    case "constant":
      return new Float32Array(count).fill(initializer.value);
    case "normal":
      return stream.normalArray(count, initializer.mean, initializer.standardDeviation);
    case "truncated_normal":
      return stream.truncatedNormalArray(count, initializer.mean, initializer.standardDeviation);
    case "uniform":
      return stream.uniformArray(count, initializer.low, initializer.high);
  }
}

function originalOf(copy: string, of: string, find: (address: string) => Variable | undefined): Variable {
  const original = find(of);
  if (original === undefined) throw new Error(`${copy} starts as a copy of ${of}, which does not exist`);
  return original;
}

function constantOf(initializer: Variable["initializer"], address: string): number {
  if (initializer.kind === "constant") return initializer.value;
  throw new Error(`${address} is not a float32 and cannot start with random values`);
}
