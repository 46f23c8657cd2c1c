/** What the runtime knows about one primitive operation. One file per family in this folder, collected in `registry.ts`. */
import type { Attributes } from "../program/step-program.ts";
import type { BatchScalar, DataType, Dimension, TensorType } from "../program/tensor-type.ts";

export interface Primitive {
  /** The field's term, in snake_case: `conv2d`, `batch_norm_training`, `conv2d_kernel_gradient`. */
  readonly name: string;
  /** One sentence: operands and results with axis names. */
  readonly summary: string;
  /** Result types from operand types; throws `ProgramError` where the operands or attributes do not fit. */
  readonly results: (call: PrimitiveCall) => readonly TensorType[];
  /**
   * `operand`: the only result shares the buffer of operand 0 (reshape), no bytes are taken.
   * `variable`: the result is the variable's own buffer (read).
   */
  readonly alias?: "operand" | "variable";
  /** True where it changes its variables; such an instruction is never dead and keeps its order. */
  readonly hasEffect?: boolean;
  /** Multiply-adds of convolutions and matrix products, for one sample (batch = 1). Absent: none are counted. */
  readonly macs?: (call: PrimitiveCall) => number;
  /** The single TensorFlow kernel that computes it; what prepares an operand for it is an input of the kind `call`. */
  readonly tensorflow: (call: PrimitiveCall) => TensorFlowCall;
}

export interface PrimitiveCall {
  readonly operands: readonly TensorType[];
  readonly attributes: Attributes;
  /** Types of the instruction's variables. */
  readonly variables: readonly TensorType[];
}

/** One kernel launch, in terms both the eager and the graph executor understand, for every batch size. */
export interface TensorFlowCall {
  /** TensorFlow's name, for example `Conv2DBackpropFilter`. */
  readonly operation: string;
  readonly inputs: readonly TensorFlowInput[];
  readonly attributes: Readonly<Record<string, TensorFlowAttribute>>;
  /** For each TensorFlow output, the number of the primitive's result it is, or `null` for one that is dropped. */
  readonly outputs: readonly (number | null)[];
}

export type TensorFlowInput =
  | { readonly kind: "operand"; readonly index: number }
  /** The resource handle of a variable. */
  | { readonly kind: "variable"; readonly index: number }
  /** What another kernel makes of the operands, its first output; the launch alone needs it. */
  | { readonly kind: "call"; readonly call: TensorFlowCall }
  /** An int32 vector of axis lengths; batch axes are filled in at run time. */
  | { readonly kind: "shape"; readonly shape: readonly Dimension[] }
  /** A constant int32 vector: axes, permutations, paddings (`dimensions` reshapes it, for example `[4, 2]`). */
  | { readonly kind: "integers"; readonly values: readonly number[]; readonly dimensions?: readonly number[] }
  /** A constant float32 vector, such as one number per channel (`dimensions` reshapes it: a matrix `[8, 4]`). */
  | { readonly kind: "floats"; readonly values: readonly number[]; readonly dimensions?: readonly number[] }
  /** A constant scalar, possibly depending on the batch size. */
  | { readonly kind: "scalar"; readonly value: BatchScalar; readonly dataType: DataType };

export type TensorFlowAttribute =
  | { readonly kind: "type"; readonly value: DataType }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integers"; readonly value: readonly number[] };

/** A program that is not well formed: always a bug of the compiler or of a hand-edited file, never a user's mistake. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}
