import type { PortableEngine } from "../../engine/portable-engine.ts";
import type { Instruction, StepProgram } from "../../program/step-program.ts";
import { firstRefusal, type Refusal, tooManyAxes } from "../refusal.ts";
import type { KernelSet } from "./portable-kernels.ts";

/** TensorFlow.js's kernels know up to this many axes; beyond, some of them give wrong numbers without a word. */
const mostAxes = 6;

/** What of a program an engine of TensorFlow.js cannot do. */
export function checkProgram(program: StepProgram, engine: PortableEngine, set: KernelSet): Refusal | undefined {
  return firstRefusal(
    program,
    (procedure, instruction) =>
      missingKernel(instruction, engine, set) ?? tooManyAxes(procedure, instruction, mostAxes),
  );
}

function missingKernel(
  { primitive }: Instruction,
  engine: PortableEngine,
  { kernels, repairs }: KernelSet,
): string | undefined {
  const kernel = kernels[primitive];
  if (kernel === undefined) return "does not know the operation";
  const missing = kernel.uses.find((name) => !engine.has(name) && repairs[name] === undefined);
  return missing === undefined ? undefined : `has no kernel ${missing}`;
}
