/** Which outputs each fragment gives. */
import type { Procedure, StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Fragment, visitInstructions } from "./fragments.ts";

/** `loss` and `prediction` are named within their module. */
export interface Output {
  readonly kind: "loss" | "prediction" | "logits" | "output";
  readonly name: string;
  readonly value: ValueNumber;
  /** Of a loss or a prediction. */
  readonly module?: number;
}

export function classifyOutputs(program: StepProgram, procedure: Procedure): Output[] {
  const losses = new Map(program.losses.map((loss) => [loss.name, loss.module]));
  const predictions = new Map(program.predictions.map((prediction) => [prediction.name, prediction.module]));
  return procedure.outputs.map(({ name, value }) => {
    const local = (module: number | undefined): string | undefined =>
      name.startsWith(`module[${module}].`) ? name.slice(`module[${module}].`.length) : undefined;
    const [lossModule, predictionModule] = [losses.get(name), predictions.get(name)];
    const loss = procedure.name === "predict" ? undefined : local(lossModule);
    if (loss !== undefined && lossModule !== undefined) return { kind: "loss", name: loss, value, module: lossModule };
    const prediction = procedure.name === "evaluate" ? local(predictionModule) : undefined;
    if (prediction !== undefined && predictionModule !== undefined) {
      return { kind: "prediction", name: prediction, value, module: predictionModule };
    }
    return { kind: procedure.name === "predict" && name === "logits" ? "logits" : "output", name, value };
  });
}

/** Outputs by the fragment that gives them: where they are computed, or later where they come in another order. */
export function placeOutputs(
  fragments: readonly Fragment[],
  outputs: readonly Output[],
): ReadonlyMap<Fragment, readonly Output[]> {
  const wanted = new Set(outputs.map(({ value }) => value));
  const definedIn = new Map<ValueNumber, number>();
  for (const { steps, index } of fragments) {
    visitInstructions(steps, ({ results }) => {
      for (const value of results) if (wanted.has(value)) definedIn.set(value, index);
    });
  }
  const placed = new Map<Fragment, Output[]>();
  let last = 0;
  for (const output of outputs) {
    last = Math.max(last, definedIn.get(output.value) ?? 0);
    const fragment = fragments[last] as Fragment;
    // `step.loss` names what it is given within the current module.
    const isLocal = output.module === undefined || output.module === fragment.module;
    const whole: Output = isLocal
      ? output
      : { ...output, kind: "output", name: `module[${output.module}].${output.name}` };
    placed.set(fragment, [...(placed.get(fragment) ?? []), whole]);
  }
  return placed;
}
