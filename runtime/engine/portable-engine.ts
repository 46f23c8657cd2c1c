/** What an engine of TensorFlow.js offers the portable executor: its kernels, called directly, and its memory. */

/** One reference to a buffer of the engine; every one must be released exactly once. */
export interface EngineTensor {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: EngineDataType;
}

export type EngineDataType = "float32" | "int32" | "bool";
export type EngineValues = Float32Array | Int32Array | Uint8Array;
export type EngineInputs = Readonly<Record<string, EngineTensor>> | readonly EngineTensor[];
export type EngineAttributes = Readonly<Record<string, unknown>>;

export interface PortableEngine {
  readonly name: "wasm" | "webgpu";
  /** For people: "WebAssembly, SIMD". */
  readonly title: string;
  /** Whether TensorFlow.js has this kernel for the engine. */
  has(kernel: string): boolean;
  /** Runs a kernel as TensorFlow.js ships it; the results belong to the caller. */
  run(kernel: string, inputs: EngineInputs, attributes: EngineAttributes): readonly EngineTensor[];
  /** A tensor with these values, copied. */
  create(values: EngineValues, shape: readonly number[], dataType: EngineDataType): EngineTensor;
  /** Another reference to the same buffer, seen in another shape. */
  share(tensor: EngineTensor, shape: readonly number[]): EngineTensor;
  release(tensor: EngineTensor): void;
  /** The values, copied. WebGPU has no other way than to wait for them. */
  read(tensor: EngineTensor): Promise<EngineValues>;
  /** Direct access to memory, where the engine computes in ours. */
  readonly heap?: EngineHeap;
  /** Buffers alive: a leak check. */
  tensorCount(): number;
  /** Bytes the engine has taken from the system; undefined where that cannot be seen. */
  memoryBytes(): number | undefined;
}

/** A view is good until the next tensor is made: memory may move when it grows. */
export interface EngineHeap {
  /** A tensor of undefined values. */
  empty(shape: readonly number[], dataType: EngineDataType): EngineTensor;
  /** The `WebAssembly.Memory` that everything lies in. */
  readonly memory: object;
  /** Threads that may compute on it. */
  readonly threads: number;
  /** Where a tensor begins, in bytes. */
  address(tensor: EngineTensor): number;
  floats(tensor: EngineTensor): Float32Array;
  integers(tensor: EngineTensor): Int32Array;
  bytes(tensor: EngineTensor): Uint8Array;
  /** Whether someone else holds a reference to the buffer too. */
  isShared(tensor: EngineTensor): boolean;
  /** Says that values were changed in place: the engine forgets what it has prepared from the old ones (packed weights). */
  changed(tensor: EngineTensor): void;
}
