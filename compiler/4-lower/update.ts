/** How a weight moves: one update per step, from its complete gradient and its value before the step. */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { AdamOptimizer, Optimizer, SgdOptimizer } from "../../runtime/program/recipe.ts";
import type { InputRole, ValueNumber } from "../../runtime/program/step-program.ts";
import type { WeightSpecification } from "../operations/operation.ts";
import { slotAddress, slotNames } from "./variables.ts";

export interface WeightUpdate {
  readonly address: string;
  readonly group: WeightSpecification["group"];
  /** The complete gradient; undefined where it is exactly zero: the weight still decays and its momentum still moves. */
  readonly gradient: ValueNumber | undefined;
  /** Whose optimizer moves it, where modules have one each and share the weight. */
  readonly optimizer?: number | undefined;
}

export interface Updater {
  update(weight: WeightUpdate): void;
}

/** Declares the scalars the optimizer is fed, and gives the function that writes updates. */
export function createUpdater(builder: ProcedureBuilder, optimizer: Optimizer): Updater {
  const scalar = (name: string, role: InputRole): ValueNumber =>
    builder.input(name, { dataType: "float32", shape: [] }, role);
  const rate = scalar("rate", { kind: "rate" });
  const apply =
    optimizer.kind === "sgd" ? sgdRule(builder, optimizer, rate) : adamRule(builder, optimizer, rate, scalar);
  return {
    update({ address, group, gradient, optimizer: module }) {
      const decays = optimizer.weightDecay !== 0 && !optimizer.noDecay.some((excluded) => excluded === group);
      const coupled = decays && optimizer.decayMode === "coupled" ? optimizer.weightDecay : 0;
      if (decays && optimizer.decayMode === "decoupled") decayWeight(builder, address, optimizer.weightDecay, rate);
      apply(address, addDecay(builder, address, gradient, coupled), module);
    },
  };
}

/** `g + decay · w` (or the part of it that is not zero). */
function addDecay(
  builder: ProcedureBuilder,
  address: string,
  gradient: ValueNumber | undefined,
  decay: number,
): ValueNumber {
  const one = (values: readonly ValueNumber[]): ValueNumber => values[0] as ValueNumber;
  if (decay === 0 && gradient !== undefined) return gradient;
  const weight = one(builder.emit("read", [], {}, [address], "decay"));
  if (decay === 0) {
    return one(
      builder.emit("fill", [], { shape: builder.typeOf(weight).shape, value: constant(0) }, [], "no gradient"),
    );
  }
  const decayed = one(builder.emit("scale", [weight], { factor: constant(decay) }, [], "decay"));
  return gradient === undefined ? decayed : one(builder.emit("add", [gradient, decayed], {}, [], "decay"));
}

/** `w ← w − rate · decay · w` */
function decayWeight(builder: ProcedureBuilder, address: string, decay: number, rate: ValueNumber): void {
  const [weight] = builder.emit("read", [], {}, [address], "decay");
  const [scaled] = builder.emit("multiply", [weight as ValueNumber, rate], {}, [], "decay");
  const [step] = builder.emit("scale", [scaled as ValueNumber], { factor: constant(decay) }, [], "decay");
  builder.emit("assign_subtract", [step as ValueNumber], {}, [address], "decay");
}

type Apply = (address: string, gradient: ValueNumber, module: number | undefined) => void;

function sgdRule(builder: ProcedureBuilder, optimizer: SgdOptimizer, rate: ValueNumber): Apply {
  const [slot] = slotNames(optimizer);
  return (address, gradient, module) => {
    if (slot === undefined) builder.emit("apply_sgd", [gradient, rate], {}, [address], "update");
    else {
      const attributes = { momentum: optimizer.momentum, nesterov: optimizer.nesterov };
      const variables = [address, slotAddress(address, slot, module)];
      builder.emit("apply_momentum", [gradient, rate], attributes, variables, "update");
    }
  };
}

function adamRule(
  builder: ProcedureBuilder,
  optimizer: AdamOptimizer,
  rate: ValueNumber,
  scalar: (name: string, role: InputRole) => ValueNumber,
): Apply {
  const { beta1, beta2, epsilon } = optimizer;
  const scalars = [
    scalar("beta1_power", { kind: "power", base: beta1 }),
    scalar("beta2_power", { kind: "power", base: beta2 }),
    scalar("epsilon", { kind: "adam_epsilon", epsilon, beta2 }),
  ];
  return (address, gradient, module) => {
    const slots = slotNames(optimizer).map((slot) => slotAddress(address, slot, module));
    builder.emit("apply_adam", [gradient, rate, ...scalars], { beta1, beta2 }, [address, ...slots], "update");
  };
}

function constant(value: number) {
  return { value, batchPower: 0 };
}
