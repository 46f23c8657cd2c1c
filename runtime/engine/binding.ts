/**
 * The part of tfjs-node's N-API addon that our executors call, as its C++ sources define it (tfjs-node-gpu 4.22.0,
 * `binding/tfjs_binding.cc` and `binding/tfjs_backend.cc`). All calls are synchronous, run on the calling thread's event
 * loop, and throw a plain `Error` with TensorFlow's message (cut to 500 characters) when they fail.
 *
 * A *tensor id* is a small integer that owns one reference to a tensor: every id that `createTensor`, `executeOp` or
 * `runSavedModel` returns must be given to `deleteTensor` exactly once. Nothing is freed by JavaScript's garbage collector.
 *
 * The addon's properties are not enumerable and cannot be replaced: to count or trace calls, write an object of your own
 * that calls on to the addon; `{ ...binding }` is empty.
 */
export interface Binding {
  /**
   * Makes a tensor from JavaScript values and returns its id.
   *
   * `data` must fit `dataType` and hold exactly the product of `shape` elements: `Float32Array` for `TF_FLOAT`, `Int32Array`
   * for `TF_INT32`, `Uint8Array` for `TF_BOOL` and `TF_UINT8`; `Int32Array` with *two* entries (low word, high word) per
   * element for `TF_INT64`; an array of `Uint8Array` (one per element) for `TF_STRING`. A scalar has shape `[]` and one entry.
   *
   * **The tensor may share the array's memory**: whether a copy is made depends on the array's alignment, that is, on luck.
   * So do not write to `data` before the tensor is deleted. A variable assigned from the tensor goes on sharing until its
   * first update (measured), so give it a copy (op `DeepCopy`; `Identity` does not copy) when `data` will be reused.
   * TensorFlow itself never writes to `data`: an update in place copies first (measured).
   */
  createTensor(shape: readonly number[], dataType: DataType, data: TensorData): number;

  /** Gives one tensor id back. Throws when the id is unknown, so deleting twice is an error. */
  deleteTensor(id: number): void;

  /**
   * Copies a tensor's values out, in row-major order: `Float32Array` for `TF_FLOAT` (and `TF_COMPLEX64`, interleaved),
   * `Int32Array` for `TF_INT32`, `Uint8Array` for `TF_BOOL`, `BigInt64Array` for `TF_INT64`, `Uint8Array[]` for `TF_STRING`.
   * Throws for every other type, `TF_UINT8` included: cast first. The result is the caller's own copy; about 2 ms per MB.
   */
  tensorDataSync(id: number): TensorValues;

  /**
   * Runs one TensorFlow operation at once and returns its `outputCount` results; 0 for operations that only have effects.
   * Another number than the operation has ends in an error.
   *
   * `inputIds` are flattened: an input that is a list takes several places, with its `N` attribute given. Type attributes
   * (`T`, `U`) that follow from the inputs may be left out. Inputs stay owned by the caller. Attributes of the types
   * list(string), list(type), list(shape), func and tensor cannot be expressed.
   */
  executeOp(
    name: string,
    attributes: readonly OperationAttribute[],
    inputIds: readonly number[],
    outputCount: number,
  ): TensorHandle[];

  /**
   * Loads a SavedModel folder into a new session and returns the session's id. `tags` are joined by commas ("serve"). Two
   * loads of one folder give two sessions with separate variables.
   */
  loadSavedModel(folder: string, tags: string): number;

  /** Closes a session and frees its graph and variables. */
  deleteSavedModel(sessionId: number): void;

  /**
   * Runs a session once: feeds `inputIds` to the tensors named in `inputNames` and returns those named in `outputNames`, in
   * that order. Both name lists are joined by commas, each name is `operation:index` ("x:0", "loss_1:0"; the colon and index
   * are needed), so no name may hold a comma; an empty list is "". Side effects happen only for what an output depends on.
   * Names are matched on every call at a cost that grows with the square of the list's length in characters: fetch few and
   * short names inside a loop. Inputs stay owned by the caller. A failing run throws, leaves the session usable, and may have
   * updated some variables.
   */
  runSavedModel(
    sessionId: number,
    inputIds: readonly number[],
    inputNames: string,
    outputNames: string,
  ): TensorHandle[];

  /** Number of tensor ids not yet deleted: a leak check for tests. */
  getNumOfTensors(): number;
  /** Number of sessions not yet deleted. */
  getNumOfSavedModels(): number;
  /** True when tensors are placed on a GPU. */
  isUsingGpuDevice(): boolean;

  /** Version of the TensorFlow library, for example "2.21.0". */
  readonly TF_Version: string;

  readonly TF_FLOAT: typeof dataTypes.float32;
  readonly TF_INT32: typeof dataTypes.int32;
  readonly TF_INT64: typeof dataTypes.int64;
  readonly TF_BOOL: typeof dataTypes.bool;
  readonly TF_UINT8: typeof dataTypes.uint8;
  readonly TF_STRING: typeof dataTypes.string;
  readonly TF_RESOURCE: typeof dataTypes.resource;
  readonly TF_COMPLEX64: typeof dataTypes.complex64;

  readonly TF_ATTR_STRING: typeof attributeTypes.string;
  readonly TF_ATTR_INT: typeof attributeTypes.int;
  readonly TF_ATTR_FLOAT: typeof attributeTypes.float;
  readonly TF_ATTR_BOOL: typeof attributeTypes.bool;
  readonly TF_ATTR_TYPE: typeof attributeTypes.type;
  readonly TF_ATTR_SHAPE: typeof attributeTypes.shape;
}

/**
 * TensorFlow's numbers for element types (`tf_datatype.h`), fixed for ever by its C interface. The same numbers stand in a
 * GraphDef, so programs can be lowered without loading the engine.
 */
export const dataTypes = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  complex64: 8,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;

/** A TensorFlow element type's number. */
export type DataType = (typeof dataTypes)[keyof typeof dataTypes];

/** TensorFlow's numbers for attribute types (`tf_attrtype.h`). */
export const attributeTypes = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

/**
 * One attribute of an operation. `value` by `type`: string → text or bytes as text; int → whole number or list (list entries
 * are cut to 32 bits); float → number or list; bool → boolean or list; type → a `DataType`; shape → list of sizes.
 */
export interface OperationAttribute {
  readonly name: string;
  readonly type: (typeof attributeTypes)[keyof typeof attributeTypes];
  readonly value: string | number | boolean | readonly number[] | readonly boolean[];
}

/** A result: its id (to be deleted by the caller), its shape, and its element type's number under the binding's own name. */
export interface TensorHandle {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: DataType;
}

/** What `createTensor` takes. */
export type TensorData = Float32Array | Int32Array | Uint8Array | readonly Uint8Array[];

/** What `tensorDataSync` gives. */
export type TensorValues = Float32Array | Int32Array | Uint8Array | BigInt64Array | Uint8Array[];
