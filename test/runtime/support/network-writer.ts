/** Writes small two-module networks as step programs by hand: every backward instruction below is spelled out. */
import type { ProcedureBuilder } from "../../../runtime/program/build.ts";
import { createProcedureBuilder } from "../../../runtime/program/build.ts";
import type { Recipe } from "../../../runtime/program/recipe.ts";
import type {
  Initializer,
  InputRole,
  Procedure,
  Section,
  StepProgram,
  Variable,
} from "../../../runtime/program/step-program.ts";
import type { TensorType } from "../../../runtime/program/tensor-type.ts";

export type Mode = Procedure["name"];

/** A layer writes its forward pass and returns its result and how to go back through it. */
export interface Written {
  readonly y: number;
  /** Writes the backward pass given the gradient of `y`; returns that of the input where it is wanted. */
  readonly backward: (dy: number, wantsInput: boolean) => number;
}
export type Layer = (step: Step, x: number) => Written;

/** One procedure being written, with what layers need. */
export interface Step {
  readonly mode: Mode;
  readonly builder: ProcedureBuilder;
  read(address: string): number;
  /** What happens to a finished gradient: an update, or an output. */
  finishGradient(address: string, gradient: number): void;
  emit(primitive: string, operands: readonly number[], attributes?: Parameters<ProcedureBuilder["emit"]>[2]): number;
}

/** Large enough that its placement shows. */
export const ADAM_EPSILON = 0.01;

const recipe: Recipe = {
  optimizer: { kind: "sgd", momentum: 0.9, nesterov: true, weightDecay: 1e-4, decayMode: "coupled", noDecay: [] },
  rate: { kind: "constant", value: 0.05 },
  batch: 6,
  epochs: 3,
  augment: [],
  seed: 1,
};

export interface NetworkModule {
  readonly units: readonly { readonly name: string; readonly layers: readonly Layer[] }[];
  /** The layers of the head; the last module's own classifier is a unit, and its head is empty. */
  readonly head: readonly Layer[];
  readonly loss: string;
}

export function writeNetwork(
  name: string,
  inputShape: readonly number[],
  classes: number,
  variables: readonly Variable[],
  modules: readonly NetworkModule[],
  optimizer: "sgd" | "adam" = "sgd",
): StepProgram {
  const slotNames = optimizer === "sgd" ? ["momentum"] : ["m", "v"];
  const weights = variables.filter(({ role }) => role === "weight");
  const slots = weights.flatMap((weight) => slotNames.map((slot) => slotOf(weight, slot)));
  const all = [...variables, ...slots];
  const types = new Map<string, TensorType>(all.map(({ address, type }) => [address, type]));
  const write = (mode: Mode): Procedure => writeProcedure(mode, inputShape, modules, types, optimizer);
  return {
    format: "llnet-step-program",
    version: 1,
    name,
    classes,
    inputShape,
    modules: modules.map(({ units, head }, index) => ({
      index: index + 1,
      units: units.map((unit) => unit.name),
      heads: head.length > 0 ? [`head[${index + 1}]`] : [],
    })),
    losses: modules.map(({ loss }, index) => ({ name: loss, module: index + 1, weight: 1 })),
    predictions: modules.map((_, index) => ({ name: `module[${index + 1}].classifier`, module: index + 1 })),
    variables: all,
    procedures: {
      train: write("train"),
      gradients: write("gradients"),
      evaluate: write("evaluate"),
      predict: write("predict"),
    },
    recipe,
  };
}

function writeProcedure(
  mode: Mode,
  inputShape: readonly number[],
  modules: readonly NetworkModule[],
  types: ReadonlyMap<string, TensorType>,
  optimizer: "sgd" | "adam",
): Procedure {
  const builder = createProcedureBuilder(mode, types);
  const input = builder.input("input", { dataType: "float32", shape: [-1, ...inputShape] }, { kind: "input" });
  const label = builder.input("label", { dataType: "int32", shape: [-1] }, { kind: "label" });
  const scalar = (name: string, role: InputRole): number =>
    builder.input(name, { dataType: "float32", shape: [] }, role);
  const rate = scalar("rate", { kind: "rate" });
  const powers = [0.9, 0.999].map((base, index) => scalar(`beta${index + 1}_power`, { kind: "power", base }));
  const epsilon = scalar("epsilon", { kind: "adam_epsilon", epsilon: ADAM_EPSILON, beta2: 0.999 });
  const emit: Step["emit"] = (primitive, operands, attributes) =>
    builder.emit(primitive, operands, attributes)[0] as number;
  const step: Step = {
    mode,
    builder,
    emit,
    read: (address) => builder.emit("read", [], {}, [address])[0] as number,
    finishGradient(address, gradient) {
      if (mode === "gradients") return builder.output(address, gradient);
      if (optimizer === "adam") {
        const slots = [`${address}/m`, `${address}/v`];
        const operands = [gradient, rate, ...powers, epsilon];
        builder.emit("apply_adam", operands, { beta1: 0.9, beta2: 0.999 }, [address, ...slots]);
        return;
      }
      const decay = emit("scale", [step.read(address)], { factor: { value: 1e-4, batchPower: 0 } });
      const total = emit("add", [gradient, decay]);
      const attributes = { momentum: 0.9, nesterov: true };
      builder.emit("apply_momentum", [total, rate], attributes, [address, `${address}/momentum`]);
    },
  };

  let x = input;
  modules.forEach(({ units, head, loss }, position) => {
    const module = position + 1;
    const begin = (part: Section["part"], owner: string): void => builder.beginSection({ module, part, owner });
    const tape: { owner: string; written: Written }[] = [];
    const forward = (part: "forward" | "head", owner: string, layers: readonly Layer[], start: number): number => {
      begin(part, owner);
      return layers.reduce((value, layer) => {
        const written = layer(step, value);
        tape.push({ owner, written });
        return written.y;
      }, start);
    };
    for (const unit of units) x = forward("forward", unit.name, unit.layers, x);
    const logits = forward("head", `head[${module}]`, head, x);
    if (mode === "predict") {
      if (module === modules.length) builder.output("logits", logits);
      return;
    }
    const [losses, slope] = builder.emit("softmax_cross_entropy", [logits, label]) as [number, number];
    builder.output(loss, emit("mean", [losses], { axes: [0], keepAxes: false }));
    if (mode === "evaluate") {
      builder.output(`module[${module}].classifier`, logits);
      return;
    }

    begin("backward", tape.at(-1)?.owner ?? "");
    let gradient = emit("scale", [slope], { factor: { value: 1, batchPower: -1 } });
    [...tape].reverse().forEach(({ owner, written }, index) => {
      begin("backward", owner);
      gradient = written.backward(gradient, index < tape.length - 1);
    });
  });
  return builder.finish();
}

export function variable(
  address: string,
  shape: readonly number[],
  module: number,
  initializer: Initializer = { kind: "normal", mean: 0, standardDeviation: 0.3 },
  role: Variable["role"] = "weight",
): Variable {
  const kind = address.startsWith("head[1]") ? "head" : "unit";
  const owner = { kind, module, name: address.slice(0, address.lastIndexOf(".")) } as const;
  return { address, type: { dataType: "float32", shape }, role, owner, inference: kind === "unit", initializer };
}

function slotOf(weight: Variable, slot: string): Variable {
  const initializer = { kind: "constant", value: 0 } as const;
  return { ...weight, address: `${weight.address}/${slot}`, role: "slot", inference: false, initializer };
}
