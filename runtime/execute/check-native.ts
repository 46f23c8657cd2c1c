import type { StepProgram } from "../program/step-program.ts";
import { firstRefusal, type Refusal, tooManyAxes } from "./refusal.ts";

/** Most of TensorFlow's kernels end here. */
const mostAxes = 8;

/** oneDNN's softmax, which TensorFlow puts into graphs. */
const mostAxesOfSoftmaxInGraphs = 5;

/** What of a program TensorFlow's library cannot do; it would say so, without a place, when the first step runs. */
export function checkNative(program: StepProgram, executor: "graph" | "eager"): Refusal | undefined {
  return firstRefusal(program, (procedure, instruction) => {
    const isLimited = executor === "graph" && instruction.primitive === "softmax";
    return tooManyAxes(procedure, instruction, isLimited ? mostAxesOfSoftmaxInGraphs : mostAxes);
  });
}
