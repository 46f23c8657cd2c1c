/** Writing a step as a person would: what emitted TypeScript calls to build each procedure of its program. */
import { primitives } from "../../primitives/registry.ts";
import type { ProcedureBuilder } from "../build.ts";
import { createProcedureBuilder } from "../build.ts";
import type { Attributes, InputRole, Procedure, Section, ValueNumber, Variable } from "../step-program.ts";
import type { TensorType } from "../tensor-type.ts";
import type { Primitives, Tensor } from "./primitives.ts";
import { listPrimitives, methodName, resultNames } from "./primitives.ts";

/**
 * A step under construction. One function may serve two procedures: `gradients` is the training step without updates,
 * whose outputs are the gradients; `predict` is the inference step of which only the logits are wanted. What a procedure
 * does not need is left out of it.
 */
export interface Step extends Primitives, Frame {
  /** Declares something that is fed. */
  feed(name: string, type: TensorType, role: InputRole): Tensor;
  /** A loss of the current module: an output, except in `predict`. */
  loss(name: string, value: Tensor): void;
  /** The logits of a classifier of the current module: an output of `evaluate`. */
  prediction(name: string, logits: Tensor): void;
  /** The logits of the whole network: the output of `predict`. */
  logits(value: Tensor): void;
  /** Any other output. */
  output(name: string, value: Tensor): void;
  /**
   * Adds a part of a weight's gradient to what earlier backward passes gave, if any did, and gives the sum so far: a weight
   * that several losses reach is moved by all of them.
   */
  accumulate(weight: string, part: Tensor): Tensor;
  /** The complete gradient of a weight: an output of `gradients`, after the losses; nothing elsewhere. */
  gradient(weight: string, value: Tensor): void;
  /** Says that the gradient of a weight is zero, though present: all its losses have weight 0. */
  zeroGradient(weight: string): void;
  /** The shape of a value, or of a variable by its address. */
  shapeOf(of: Tensor | string): readonly number[];
  finish(): Procedure;
}

/** Which module, part and owner the following operations belong to. */
export interface Frame {
  module(index: number): void;
  prologue(owner: string): void;
  forward(owner: string): void;
  head(owner: string): void;
  backward(owner: string): void;
  update(owner: string): void;
}

export function beginStep(name: Procedure["name"], variables: readonly Variable[]): Step {
  const types = new Map(variables.map(({ address, type }) => [address, type]));
  const builder = createProcedureBuilder(name, types);
  const shapeOf = (of: Tensor | string): readonly number[] =>
    typeof of === "string" ? (types.get(of)?.shape ?? []) : builder.typeOf(of).shape;
  const frame = createFrame(builder);
  const output = (outputName: string, value: Tensor): void => builder.output(outputName, value);
  const gradients: { readonly weight: string; readonly value: Tensor }[] = [];
  const sums = new Map<string, Tensor>();
  const ofModule = (part: string): string => `module[${frame.current()}].${part}`;
  return {
    ...(bindPrimitives(builder, name === "gradients") as unknown as Primitives),
    ...frame.methods,
    feed: (input, type, role) => builder.input(input, type, role) as Tensor,
    loss(loss, value) {
      if (name !== "predict") output(ofModule(loss), value);
    },
    prediction(prediction, logits) {
      if (name === "evaluate") output(ofModule(prediction), logits);
    },
    logits(value) {
      if (name === "predict") output("logits", value);
    },
    output,
    accumulate(weight, part) {
      const before = sums.get(weight);
      const sum = before === undefined ? part : (builder.emit("add", [before, part])[0] as Tensor);
      sums.set(weight, sum);
      return sum;
    },
    gradient(weight, value) {
      if (name === "gradients") gradients.push({ weight, value });
    },
    zeroGradient(weight) {
      if (name !== "gradients") return;
      const zero = { shape: shapeOf(weight), value: { value: 0, batchPower: 0 } };
      gradients.push({ weight, value: builder.emit("fill", [], zero)[0] as Tensor });
    },
    shapeOf,
    finish() {
      for (const { weight, value } of gradients) output(weight, value);
      return builder.finish();
    },
  };
}

function createFrame(builder: ProcedureBuilder): { methods: Frame; current: () => number } {
  let module = 1;
  const part = (name: Section["part"]) => (owner: string) => builder.beginSection({ module, part: name, owner });
  const methods: Frame = {
    module(index) {
      module = index;
    },
    prologue: part("prologue"),
    forward: part("forward"),
    head: part("head"),
    backward: part("backward"),
    update: part("update"),
  };
  return { methods, current: () => module };
}

type Argument = string | ValueNumber | readonly string[] | readonly ValueNumber[] | Attributes;

/** One method per primitive. Without effects, instructions that would change variables are not written. */
function bindPrimitives(builder: ProcedureBuilder, withoutEffects: boolean): Record<string, unknown> {
  const methods = primitives.map(({ name, hasEffect, alias }) => {
    const takesVariables = hasEffect === true || alias === "variable";
    const method = (...given: Argument[]): unknown => {
      if (withoutEffects && hasEffect === true) return undefined;
      const { label, variables, operands, attributes } = readArguments(given, takesVariables, listPrimitives.has(name));
      return nameResults(name, builder.emit(name, operands, attributes, variables, label));
    };
    return [methodName(name), method] as const;
  });
  return Object.fromEntries(methods);
}

function readArguments(given: readonly Argument[], takesVariables: boolean, takesList: boolean) {
  const rest = [...given];
  const hasLabel =
    typeof rest[0] === "string" && (!takesVariables || typeof rest[1] === "string" || Array.isArray(rest[1]));
  const label = hasLabel ? (rest.shift() as string) : "";
  const variables = takesVariables ? [rest.shift() as string | readonly string[]].flat() : [];
  const operands = takesList
    ? (rest.shift() as readonly ValueNumber[])
    : rest.filter((argument) => typeof argument === "number");
  const last = rest.at(-1);
  const attributes = typeof last === "object" ? (last as Attributes) : {};
  return { label, variables, operands, attributes };
}

/** One result as it is, several as a record. */
function nameResults(primitive: string, results: readonly ValueNumber[]): unknown {
  if (results.length <= 1) return results[0];
  const names = resultNames[primitive] ?? [];
  return Object.fromEntries(results.map((value, index) => [names[index] ?? `result${index + 1}`, value]));
}
