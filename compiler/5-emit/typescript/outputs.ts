/** Which outputs each fragment gives, and whether one procedure can be written as a variation of another. */
import { findPrimitive } from "../../../runtime/primitives/registry.ts";
import { createProcedureBuilder } from "../../../runtime/program/build.ts";
import type { Procedure, StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Fragment, stepInstructions } from "./fragments.ts";
import type { Update } from "./updates.ts";

/** `loss` and `prediction` are named within their module. */
export interface Output {
  readonly kind: "loss" | "prediction" | "logits" | "output";
  readonly name: string;
  readonly value: ValueNumber;
}

export function classifyOutputs(program: StepProgram, procedure: Procedure): Output[] {
  const losses = new Map(program.losses.map((loss) => [loss.name, loss.module]));
  const predictions = new Map(program.predictions.map((prediction) => [prediction.name, prediction.module]));
  return procedure.outputs.map(({ name, value }) => {
    const local = (module: number | undefined): string | undefined =>
      name.startsWith(`module[${module}].`) ? name.slice(`module[${module}].`.length) : undefined;
    const loss = local(losses.get(name));
    if (loss !== undefined) return { kind: "loss", name: loss, value };
    const prediction = procedure.name === "evaluate" ? local(predictions.get(name)) : undefined;
    if (prediction !== undefined) return { kind: "prediction", name: prediction, value };
    return { kind: procedure.name === "predict" && name === "logits" ? "logits" : "output", name, value };
  });
}

/** The gradient a weight is updated by: the only thing an update uses that is not fed. None: it is zero. */
export function gradientOf(update: Update, procedure: Procedure): ValueNumber | undefined {
  const gradients = update.imports.filter((value) => value >= procedure.inputs.length);
  return gradients.length === 1 ? gradients[0] : undefined;
}

export interface Variation {
  readonly of: readonly Fragment[];
  readonly outputs: ReadonlyMap<Fragment, readonly Output[]>;
  readonly name: "gradients" | "predict";
  readonly variables: StepProgram["variables"];
}

/** What the emitted step function builds when it is asked for the other procedure. */
export function replay({ of, outputs, name, variables }: Variation): Procedure {
  const types = new Map(variables.map(({ address, type }) => [address, type]));
  const builder = createProcedureBuilder(name, types);
  const numbers = new Map<ValueNumber, ValueNumber>();
  const numberOf = (value: ValueNumber): ValueNumber => numbers.get(value) as ValueNumber;
  const source = of[0]?.procedure;
  for (const input of source?.inputs ?? []) {
    numbers.set(input.value, builder.input(input.name, source?.values[input.value] as never, input.role));
  }
  for (const fragment of of) {
    const { module, owner } = fragment;
    for (const step of fragment.steps) {
      if (step.kind === "section") builder.beginSection({ module, owner, part: step.part });
      if (step.kind === "update" && name === "gradients") outputGradient(step.update, fragment.procedure);
      for (const { primitive, operands, results, attributes, variables: addresses, label } of stepInstructions(step)) {
        if (name === "gradients" && findPrimitive(primitive)?.hasEffect === true) continue;
        const given = builder.emit(primitive, operands.map(numberOf), attributes, addresses, label);
        results.forEach((value, index) => {
          numbers.set(value, given[index] as ValueNumber);
        });
      }
    }
    for (const output of outputs.get(fragment) ?? []) {
      const isWanted = name === "predict" ? output.kind === "logits" : output.kind === "loss";
      if (isWanted) builder.output(output.kind === "loss" ? `module[${module}].${output.name}` : output.name, numberOf(output.value));
    }
  }
  return builder.finish();

  function outputGradient(update: Update, procedure: Procedure): void {
    const gradient = gradientOf(update, procedure);
    if (gradient !== undefined) return builder.output(update.weight, numberOf(gradient));
    const zero = { shape: types.get(update.weight)?.shape ?? [], value: { value: 0, batchPower: 0 } };
    builder.output(update.weight, builder.emit("fill", [], zero)[0] as ValueNumber);
  }
}

/** Outputs by the fragment that computes them, or undefined where that is not their order. */
export function placeOutputs(
  fragments: readonly Fragment[],
  outputs: readonly Output[],
): ReadonlyMap<Fragment, readonly Output[]> | undefined {
  const definedIn = new Map<ValueNumber, Fragment>();
  for (const fragment of fragments) {
    for (const step of fragment.steps) {
      for (const { results } of stepInstructions(step)) for (const value of results) definedIn.set(value, fragment);
    }
  }
  const placed = new Map<Fragment, Output[]>();
  let last = 0;
  for (const output of outputs) {
    const fragment = definedIn.get(output.value);
    if (fragment === undefined || fragment.index < last) return undefined;
    last = fragment.index;
    placed.set(fragment, [...(placed.get(fragment) ?? []), output]);
  }
  return placed;
}
