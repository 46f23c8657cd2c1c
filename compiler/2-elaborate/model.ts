/**
 * The Model: what is left of a file once every number is known. Blocks, loops, conditions and shape arithmetic are gone;
 * there is a shape on every edge and a place in the source behind every node.
 *
 *     model    = input shape, classes, backbone, split, heads, recipe
 *     backbone = unit { unit }                       a chain: each unit is given what the one before returned
 *     unit     = address, fragment
 *     fragment = inputs, nodes, output, taps, losses (acyclic; nodes in evaluation order)
 */
import type { Place } from "../../grammar/span.ts";
import type { LossWeight } from "../../runtime/program/loss-weight.ts";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ArgumentValue, WeightSpecification } from "../operations/operation.ts";

export interface Model {
  readonly name: string;
  readonly documentation?: string;
  readonly place: Place;
  /** One sample: `[height, width, channels]` or `[features]`. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly backbone: Backbone;
  readonly split: SplitSpecification;
  readonly heads: readonly HeadAssignment[];
  readonly context: readonly ContextAssignment[];
  readonly readout: Readout;
  readonly recipe: Recipe;
  /** Where the recipe says how to save memory, if it does. */
  readonly memoryPlace?: Place;
  /** Where the recipe asks for an optimizer per module, if it does: `sgd(per = "module")`. */
  readonly perModule?: Place;
}

/** Which classifiers inference uses: the last one, that of module `module`, or the mean of all their probabilities. */
export type Readout =
  | { readonly kind: "final" }
  | { readonly kind: "exit"; readonly module: number; readonly place: Place }
  | { readonly kind: "ensemble"; readonly place: Place };

export interface Backbone {
  /** As written, for people: `resnet_cifar(depth = 32)`. */
  readonly name: string;
  readonly units: readonly Unit[];
}

export interface Unit {
  /** `stage[2].block[1]` */
  readonly address: string;
  /** 1-based position in the chain. */
  readonly index: number;
  readonly fragment: Fragment;
  readonly place: Place;
}

/** A small graph of operations: the inside of a unit or of a head. */
export interface Fragment {
  readonly inputs: readonly FragmentInput[];
  /** In evaluation order; a node refers to inputs and to earlier nodes only. */
  readonly nodes: readonly FragmentNode[];
  /** A unit's result; a head's prediction (logits) where it has one. */
  readonly output?: Edge;
  readonly taps: Readonly<Record<string, Edge>>;
  readonly losses: readonly FragmentLoss[];
}

/** A tensor inside a fragment: inputs first (0 … inputs − 1), then nodes (inputs, inputs + 1, …). */
export type Edge = number;

export interface FragmentInput {
  readonly source: Source;
  readonly type: TensorType;
  readonly place: Place;
}

/** Where a fragment's input comes from. */
export type Source =
  /** What the model is fed: augmented and normalised. */
  | { readonly kind: "input" }
  /** The fed input un-normalised and clamped to [0, 1]. A constant. */
  | { readonly kind: "pixels" }
  | { readonly kind: "label" }
  /** In a unit: the output of the unit before (the fed input for the first). */
  | { readonly kind: "chain" }
  /** The output of a unit by its 1-based index: a long-range edge. */
  | { readonly kind: "unit"; readonly unit: number }
  /** A published inner tensor of a unit. */
  | { readonly kind: "tap"; readonly unit: number; readonly name: string }
  /**
   * In a head or context: what module `module` (1-based) was given, context included. A constant. Absent: the module the
   * fragment belongs to.
   */
  | { readonly kind: "module_input"; readonly module?: number }
  /** In a head: what the head of an earlier module publishes. A constant. */
  | { readonly kind: "head_tap"; readonly module: number; readonly name: string }
  /** In a head: what the module returned. Not a constant: the head trains the module through it. */
  | { readonly kind: "module_output" };

export interface FragmentNode {
  /** Name of an operation in `compiler/operations`; `detach` stops gradients. */
  readonly operation: string;
  readonly inputs: readonly Edge[];
  readonly arguments: Readonly<Record<string, ArgumentValue | undefined>>;
  readonly type: TensorType;
  readonly weights: readonly FragmentWeight[];
  /** For people and addresses: `conv[1]`, or the name a `let` gives; unique in the fragment. */
  readonly label: string;
  readonly place: Place;
}

export interface FragmentWeight {
  /** Local address: `conv[1].kernel`. The whole address puts the unit's or head's address before it. */
  readonly address: string;
  readonly specification: WeightSpecification;
  /** Absent: a weight of its own, trained by the losses that reach it. */
  readonly binding?: WeightBinding;
}

export type WeightBinding =
  /** One variable for all uses of the name; `address` in the fragment is not used, the whole address is `shared.NAME`. */
  | { readonly kind: "shared"; readonly name: string; readonly update: "sum" | "each" }
  /** Follows the weight with whole address `of`: `m ← decay · m + (1 − decay) · w`, from w before the step's update. */
  | { readonly kind: "average"; readonly of: string; readonly decay: number }
  /** Used, passed through by gradients, never updated. */
  | { readonly kind: "frozen" }
  /** The weight of unit `unit` (1-based) with whole address `of`, used once more. */
  | { readonly kind: "tied"; readonly of: string; readonly unit: number; readonly isTrained: boolean };

export interface FragmentLoss {
  readonly name: string;
  /** A scalar. */
  readonly value: Edge;
  /** 0 does not remove the loss: its head still runs. */
  readonly weight: LossWeight;
  readonly reach: Reach;
  readonly place: Place;
}

/** How far back a loss trains: `modules` whole modules (1: its own), or the own module and `units` units before it. */
export interface Reach {
  readonly modules: number;
  readonly units: number;
}

// ── Split ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type SplitMeasure = "units" | "parameters" | "macs" | "memory";

export type SplitSpecification =
  | { readonly kind: "none" }
  | {
      readonly kind: "into";
      readonly count: number;
      readonly measure: SplitMeasure;
      /** Groups of 1-based unit indices that no cut may part. */
      readonly together: readonly (readonly number[])[];
      readonly place: Place;
    }
  | {
      readonly kind: "after";
      readonly cuts: readonly { readonly unit: number; readonly place: Place }[];
      readonly together: readonly (readonly number[])[];
      readonly place: Place;
    };

// ── Heads ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One line of `heads { … }`. Where several select one module, the later line wins. */
export interface HeadAssignment {
  readonly selector: HeadSelector;
  readonly place: Place;
  /** Evaluates the head for one module; undefined for `off`. Pure: the same view gives the same head. */
  readonly instantiate?: (module: ModuleView) => InstantiatedHead;
}

export type HeadSelector =
  | { readonly kind: "local" }
  | { readonly kind: "last" }
  | { readonly kind: "each" }
  | { readonly kind: "range"; readonly from: ModuleBound; readonly to: ModuleBound };

/** `3` or `last - 1` (then `fromLast` is true and `offset` is −1). */
export interface ModuleBound {
  readonly fromLast: boolean;
  readonly offset: number;
  readonly place: Place;
}

/** One line of `context { … }`. */
export interface ContextAssignment {
  readonly selector: HeadSelector;
  readonly place: Place;
  /** Evaluates the context for one module; its fragment's `output` is added to the module's input. undefined for `off`. */
  readonly instantiate?: (module: ModuleView) => InstantiatedContext;
}

export interface InstantiatedContext {
  readonly fragment: Fragment | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What a head may know of its module. */
export interface ModuleView {
  /** 1-based. */
  readonly index: number;
  readonly count: number;
  readonly units: readonly Unit[];
  readonly input: TensorType;
  readonly output: TensorType;
  /** The module before and after; undefined at the ends of the chain. */
  readonly previous: ModuleView | undefined;
  readonly next: ModuleView | undefined;
  /** The inside of its head, once that is made: heads are made in order of the modules. */
  readonly head?: Fragment | undefined;
}

export interface InstantiatedHead {
  /** undefined where it could not be evaluated; `diagnostics` says why. */
  readonly head: Head | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Head {
  /** The declaration's name: `infopro`. */
  readonly name: string;
  /** As written, for people: `infopro(reconstruct = 6, classify = 0, contrast = true)`. */
  readonly title: string;
  readonly fragment: Fragment;
}
