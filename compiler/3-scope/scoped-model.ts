/**
 * The ScopedModel: a Model cut into gradient-isolated modules, with heads attached, every weight owned and the reach of
 * every loss known.
 *
 *     scoped model = model, modules, owners, isolation
 *     module       = index, units, heads, cut
 */
import type { LossWeight } from "../../runtime/program/loss-weight.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Fragment, Head, Model, Reach, Unit, WeightBinding } from "../2-elaborate/model.ts";
import type { WeightSpecification } from "../operations/operation.ts";

export interface ScopedModel {
  readonly model: Model;
  readonly modules: readonly Module[];
  /** Every part that owns weights, in program order. */
  readonly owners: readonly Owner[];
  readonly losses: readonly ScopedLoss[];
  readonly isolation: IsolationMatrix;
}

export interface Module {
  /** 1-based. */
  readonly index: number;
  readonly units: readonly Unit[];
  readonly input: TensorType;
  readonly output: TensorType;
  /** Computes what is added to the module's input. Belongs to the module, is trained by its losses, stays in inference. */
  readonly context?: Fragment;
  /** None where the head is `off`. */
  readonly head?: Head;
}

/** A unit, a head or a context encoder: the grain of the isolation matrix. */
export interface Owner {
  /** `stage[1].block[2]` or `head[1]` */
  readonly name: string;
  readonly kind: "unit" | "head" | "context" | "shared";
  readonly module: number;
  /** True where inference needs it: units, and the head of the last module. */
  readonly inference: boolean;
  readonly weights: readonly OwnedWeight[];
}

export interface OwnedWeight {
  /** `stage[1].block[2].conv[1].kernel` */
  readonly address: string;
  readonly specification: WeightSpecification;
  readonly binding?: WeightBinding;
}

export interface ScopedLoss {
  /** `module[1].rebuild` */
  readonly name: string;
  readonly module: number;
  readonly weight: LossWeight;
  readonly reach: Reach;
  /** 1-based index of the first unit the loss may train; everything before it is a constant to the loss. */
  readonly firstUnit: number;
  /** Addresses of the weights the loss gives a gradient to, in program order. */
  readonly trains: readonly string[];
}

/** `reaches[loss][owner]`: whether the loss gives a gradient to at least one weight of the owner. */
export interface IsolationMatrix {
  readonly losses: readonly string[];
  readonly owners: readonly string[];
  readonly reaches: readonly (readonly boolean[])[];
}
