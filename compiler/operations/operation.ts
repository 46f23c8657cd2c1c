/**
 * What the compiler knows about one built-in operation of the language. One file per operation in this folder, collected
 * in `registry.ts`; adding an operation means that file, one example and no edit to a phase.
 */
import type { Attributes, Initializer } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

export interface Operation {
  /** As written in a file: `conv`, `batch_norm`, `cross_entropy`. */
  readonly name: string;
  /** One sentence for hover and help. */
  readonly summary: string;
  /** Names of the tensor arguments, which come first: `["x"]`, `["logits", "label"]`. */
  readonly tensors: readonly string[];
  readonly parameters: readonly OperationParameter[];
  /** Shape rule and weights; types carry the batch axis as `-1`. */
  readonly infer: (call: OperationCall) => Inferred | OperationProblem;
  /** Writes the forward computation as primitives; gradients follow from the primitives' rules. */
  readonly emit: (call: OperationCall, emitter: Emitter) => Value;
}

export interface OperationParameter {
  readonly name: string;
  readonly type: "int" | "float" | "bool" | "string" | "shape" | "ints" | "initializer";
  readonly summary: string;
  /** Absent: the argument must be given. `undefined` inside: may be left out, the operation decides. */
  readonly default?: { readonly value: ArgumentValue | undefined };
  /** Allowed strings. */
  readonly options?: readonly string[];
  /** Smallest allowed number. */
  readonly minimum?: number;
}

/** A compile-time argument: a number, a truth value, a string, a list of these, or an initializer. */
export type ArgumentValue = number | boolean | string | readonly number[] | Initializer;

export interface OperationCall {
  readonly tensors: readonly TensorType[];
  /** Every parameter by name, defaults filled in; types, options and minima already checked. */
  readonly arguments: Readonly<Record<string, ArgumentValue | undefined>>;
}

export interface Inferred {
  readonly type: TensorType;
  readonly weights: readonly WeightSpecification[];
}

export interface WeightSpecification {
  /** Last part of the address: `kernel`, `bias`, `scale`, `offset`, `mean`, `variance`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  /** `weight` and `bias` and `norm` are trained; `statistic` is updated by the forward pass. */
  readonly group: "weight" | "bias" | "norm" | "statistic";
}

/** The diagnostics of the catalogue that operations word themselves. */
export type OperationProblemName =
  | "shape-mismatch"
  | "rank-mismatch"
  | "argument-out-of-range"
  | "data-type-mismatch"
  | "label-expected"
  | "not-yet";

/** The operation does not accept these tensors or arguments. */
export interface OperationProblem {
  readonly problem: {
    readonly name: OperationProblemName;
    /** What is wrong, shapes printed whole. */
    readonly message: string;
    readonly help?: string;
    /** Which tensor (number) or parameter (name) is at fault, where one is. */
    readonly at?: number | string;
  };
}

/** A value of the program under construction. */
export type Value = number;

/** How an operation writes primitives. */
export interface Emitter {
  readonly mode: "train" | "evaluate";
  /** How often running statistics move towards the batch's in this step; once unless the recipe says otherwise. */
  readonly executions?: number;
  /** The operation's tensor arguments. */
  readonly tensors: readonly Value[];
  /** Appends an instruction and returns its results. */
  emit(
    primitive: string,
    operands: readonly Value[],
    attributes?: Attributes,
    variables?: readonly string[],
  ): readonly Value[];
  typeOf(value: Value): TensorType;
  /** The current value of one of the operation's weights, by its specification's name. */
  weight(name: string): Value;
  /** The address of one of the operation's weights, for `variables`. */
  address(name: string): string;
  /** Assigns a statistic at the end of the step (train mode only). */
  assign(name: string, value: Value): void;
  /** A seed int32[2] for `random_uniform` that is this operation's own and another one in every step (train mode only). */
  seed(): Value;
}
