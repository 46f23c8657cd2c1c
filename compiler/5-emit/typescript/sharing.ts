/** Which step functions a program needs: `gradients` and `predict` are usually variations of the other two. */
import type { Procedure, StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { cutIntoFragments, type Fragment } from "./fragments.ts";
import { classifyOutputs, type Output, placeOutputs } from "./outputs.ts";
import { buildsExactly } from "./variation.ts";

/** A function to emit, and the procedures it is called for. */
export interface StepFunction {
  readonly procedure: Procedure;
  readonly serves: readonly Procedure["name"][];
  readonly fragments: readonly Fragment[];
  readonly outputs: ReadonlyMap<Fragment, readonly Output[]>;
  /** Whether updates also say what the gradient is. */
  readonly namesGradients: boolean;
}

export function planStepFunctions(program: StepProgram): StepFunction[] {
  const { train, gradients, evaluate, predict } = program.procedures;
  const training = plan(program, train);
  const inference = withLogits(plan(program, evaluate), predict);
  const functions: StepFunction[] = [];
  if (buildsExactly(training, gradients)) {
    functions.push({ ...training, serves: ["train", "gradients"], namesGradients: true });
  } else functions.push(training, plan(program, gradients));
  if (buildsExactly(inference, predict)) {
    functions.push({ ...inference, serves: ["evaluate", "predict"] });
  } else functions.push(plan(program, evaluate), plan(program, predict));
  return functions;
}

function plan(program: StepProgram, procedure: Procedure): StepFunction {
  const fragments = cutIntoFragments(procedure);
  const outputs = placeOutputs(fragments, classifyOutputs(program, procedure));
  return { procedure, serves: [procedure.name], fragments, outputs, namesGradients: false };
}

/** The last prediction of `evaluate` is the answer of `predict`. */
function withLogits(evaluation: StepFunction, predict: Procedure): StepFunction {
  const predictions = [...evaluation.outputs].flatMap(([fragment, outputs]) =>
    outputs.filter(({ kind }) => kind === "prediction").map(({ value }) => ({ fragment, value })),
  );
  const last: { fragment: Fragment; value: ValueNumber } | undefined = predictions.at(-1);
  if (last === undefined || predict.outputs.length !== 1) return evaluation;
  const logits = { kind: "logits", name: "logits", value: last.value } as const;
  const outputs = new Map(evaluation.outputs);
  outputs.set(last.fragment, [...(outputs.get(last.fragment) ?? []), logits]);
  return { ...evaluation, outputs };
}
