import type {
  EngineAttributes,
  EngineDataType,
  EngineHeap,
  EngineInputs,
  EngineTensor,
  EngineValues,
  PortableEngine,
} from "../../engine/portable-engine.ts";
import type { Repairs } from "./repairs/repair.ts";

/**
 * What kernels are composed with: operations that note every tensor they make, so that what is not a result is given back
 * after the instruction.
 */
export interface Kit {
  readonly engine: PortableEngine;
  /** A kernel by TensorFlow.js's name, repaired where this engine's own is missing, wrong or slow. */
  run(kernel: string, inputs: EngineInputs, attributes?: EngineAttributes): EngineTensor;
  /** The engine's own kernel, whatever is wrong with it. */
  unrepaired(kernel: string, inputs: EngineInputs, attributes?: EngineAttributes): EngineTensor;
  create(values: EngineValues, shape: readonly number[], dataType: EngineDataType): EngineTensor;
  /** A tensor of undefined values in directly addressable memory. */
  empty(shape: readonly number[], dataType?: EngineDataType): EngineTensor;
  heap(): EngineHeap;
  /** A constant, made once per procedure and batch size; `key` names its content. */
  constant(key: string, shape: readonly number[], values: () => EngineValues, dataType?: EngineDataType): EngineTensor;
  scalar(value: number): EngineTensor;
  reshape(tensor: EngineTensor, shape: readonly number[]): EngineTensor;
  add(a: EngineTensor, b: EngineTensor): EngineTensor;
  subtract(a: EngineTensor, b: EngineTensor): EngineTensor;
  multiply(a: EngineTensor, b: EngineTensor): EngineTensor;
  divide(a: EngineTensor, b: EngineTensor): EngineTensor;
  scale(x: EngineTensor, factor: number): EngineTensor;
  sum(x: EngineTensor, axes: readonly number[], keepAxes?: boolean): EngineTensor;
  transpose(x: EngineTensor, permutation: readonly number[]): EngineTensor;
  slice(x: EngineTensor, begin: readonly number[], size: readonly number[]): EngineTensor;
  concat(tensors: readonly EngineTensor[], axis: number): EngineTensor;
  /** Zeros around x: before and after for every axis. */
  pad(x: EngineTensor, paddings: readonly (readonly [number, number])[]): EngineTensor;
  matmul(a: EngineTensor, b: EngineTensor): EngineTensor;
  /** Gives one tensor back before the instruction ends. */
  drop(tensor: EngineTensor): void;
  /** Numbers this process knows without asking the engine: the seeds it feeds. */
  readonly known: WeakMap<object, Int32Array>;
}

/** A kit with its bookkeeping, for the executor. */
export interface OwnedKit extends Kit {
  /** Gives everything back that was made since the last time and is none of the results. */
  finish(results: readonly EngineTensor[]): void;
  dispose(): void;
}

export function createKit(engine: PortableEngine, repairs: Repairs): OwnedKit {
  const made = new Set<EngineTensor>();
  const constants = new Map<string, EngineTensor>();

  function note(tensor: EngineTensor): EngineTensor {
    made.add(tensor);
    return tensor;
  }

  function first(tensors: readonly EngineTensor[]): EngineTensor {
    for (const tensor of tensors) note(tensor);
    return tensors[0] as EngineTensor;
  }

  function heap(): EngineHeap {
    if (engine.heap === undefined) throw new Error(`the engine ${engine.name} has no memory of ours`);
    return engine.heap;
  }

  const kit: OwnedKit = {
    engine,
    known: new WeakMap(),
    heap,
    run(kernel, inputs, attributes = {}) {
      const repair = repairs[kernel];
      if (repair === undefined) return first(engine.run(kernel, inputs, attributes));
      return repair(kit, inputs as never, attributes as never);
    },
    unrepaired: (kernel, inputs, attributes = {}) => first(engine.run(kernel, inputs, attributes)),
    create: (values, shape, dataType) => note(engine.create(values, shape, dataType)),
    empty: (shape, dataType = "float32") => note(heap().empty(shape, dataType)),
    constant(key, shape, values, dataType = "float32") {
      const found = constants.get(key) ?? engine.create(values(), shape, dataType);
      constants.set(key, found);
      return found;
    },
    scalar: (value) => kit.constant(`scalar ${value}`, [], () => Float32Array.of(value)),
    reshape: (tensor, shape) => note(engine.share(tensor, shape)),
    add: (a, b) => kit.run("Add", { a, b }),
    subtract: (a, b) => kit.run("Sub", { a, b }),
    multiply: (a, b) => kit.run("Multiply", { a, b }),
    divide: (a, b) => kit.run("RealDiv", { a, b }),
    scale: (x, factor) => kit.multiply(x, kit.scalar(factor)),
    sum: (x, axes, keepAxes = false) => kit.run("Sum", { x }, { axis: axes, keepDims: keepAxes }),
    transpose: (x, permutation) => kit.run("Transpose", { x }, { perm: permutation }),
    slice: (x, begin, size) => kit.run("Slice", { x }, { begin, size }),
    concat: (tensors, axis) =>
      tensors.length === 1 ? (tensors[0] as EngineTensor) : kit.run("Concat", tensors, { axis }),
    pad: (x, paddings) =>
      paddings.every(([before, after]) => before === 0 && after === 0)
        ? x
        : kit.run("PadV2", { x }, { paddings, constantValue: 0 }),
    matmul: (a, b) => kit.run("BatchMatMul", { a, b }, { transposeA: false, transposeB: false }),
    drop(tensor) {
      if (made.delete(tensor)) engine.release(tensor);
    },
    finish(results) {
      for (const tensor of made) if (!results.includes(tensor)) engine.release(tensor);
      made.clear();
    },
    dispose() {
      for (const tensor of constants.values()) engine.release(tensor);
      constants.clear();
    },
  };
  return kit;
}
