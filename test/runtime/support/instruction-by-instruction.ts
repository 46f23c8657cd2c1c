/** A procedure on the native engine with every value kept, and each of its instructions again on a portable engine. */
import type { Binding } from "../../../runtime/engine/binding.ts";
import { bindProcedure } from "../../../runtime/execute/eager/bind-procedure.ts";
import { createByteTracker } from "../../../runtime/execute/eager/byte-tracker.ts";
import { createVariableStore } from "../../../runtime/execute/eager/variable-store.ts";
import type { TensorValues } from "../../../runtime/execute/executor.ts";
import { bindPortable } from "../../../runtime/execute/portable/bind-procedure.ts";
import { createPortableVariables } from "../../../runtime/execute/portable/variable-store.ts";
import type { Instruction, Procedure, StepProgram } from "../../../runtime/program/step-program.ts";
import type { PortableSetup } from "../../operations/execute-portable.ts";

/** What the two engines made of the same operands. */
export interface Compared {
  /** `conv2d_input_gradient of stage[1].block[2]` */
  readonly name: string;
  /** The largest difference, relative to the largest element, and for sums to what they would be if nothing cancelled. */
  readonly error: number;
}

/** Of every instruction of the gradients' procedure that has results in float32. */
export async function compareInstructions(
  program: StepProgram,
  binding: Binding,
  batch: number,
  feeds: ReadonlyMap<string, TensorValues>,
  variables: ReadonlyMap<string, TensorValues>,
  { load, kernelsOf }: PortableSetup,
): Promise<Compared[]> {
  const procedure = program.procedures.gradients;
  const known = runNatively(program, procedure, binding, batch, feeds, variables);
  const engine = await load();
  const store = createPortableVariables(program.variables, engine);
  store.write(variables);
  const compared: Compared[] = [];
  for (const instruction of procedure.instructions) {
    const results = instruction.results.filter((value) => procedure.values[value]?.dataType === "float32");
    if (results.length === 0) continue;
    const alone = onlyOf(procedure, instruction, known);
    const bound = bindPortable(alone, batch, store, engine, kernelsOf(engine));
    const inputs = new Map(alone.inputs.map(({ name, value }) => [name, known.get(value) as TensorValues]));
    const outputs = await bound.run(inputs, createByteTracker());
    bound.dispose();
    for (const value of results) {
      const error = largestError(outputs.get(`${value}`), known.get(value), unitOf(instruction, value, known));
      compared.push({ name: `${instruction.primitive} ${instruction.label}`, error });
    }
  }
  store.dispose();
  return compared;
}

function runNatively(
  program: StepProgram,
  procedure: Procedure,
  binding: Binding,
  batch: number,
  feeds: ReadonlyMap<string, TensorValues>,
  variables: ReadonlyMap<string, TensorValues>,
): ReadonlyMap<number, TensorValues> {
  const store = createVariableStore(program.variables, binding);
  store.write(variables);
  const made = procedure.instructions.flatMap(({ results }) => results);
  const readable = made.filter((value) => procedure.values[value]?.dataType !== "bool");
  const keeping: Procedure = {
    ...procedure,
    instructions: procedure.instructions.map((instruction) => ({ ...instruction, free: [] })),
    outputs: readable.map((value) => ({ name: `${value}`, value })),
  };
  const bound = bindProcedure(keeping, batch, store, binding);
  const outputs = bound.run(feeds, createByteTracker());
  bound.dispose();
  store.dispose();
  return new Map([
    ...procedure.inputs.map(({ name, value }) => [value, feeds.get(name) as TensorValues] as const),
    ...[...outputs].map(([name, values]) => [Number(name), values] as const),
  ]);
}

/** One instruction, fed what the native engine computed; comparisons, whose results nobody reads, are computed again. */
function onlyOf(procedure: Procedure, last: Instruction, known: ReadonlyMap<number, TensorValues>): Procedure {
  const needed: Instruction[] = [];
  const fed = new Set<number>();
  const require = (instruction: Instruction): void => {
    for (const value of instruction.operands) {
      const maker = procedure.instructions.find(({ results }) => results.includes(value));
      if (known.has(value) || maker === undefined) fed.add(value);
      else require(maker);
    }
    if (!needed.includes(instruction)) needed.push(instruction);
  };
  require(last);
  return {
    ...procedure,
    inputs: [...fed].map((value) => ({ name: `${value}`, value, role: { kind: "input" } })),
    instructions: needed.map((instruction) => ({ ...instruction, free: [] })),
    outputs: last.results.map((value) => ({ name: `${value}`, value })),
    sections: [],
  };
}

/** What rounding errors of a result are to be measured with, at least. */
function unitOf({ primitive, operands }: Instruction, value: number, known: ReadonlyMap<number, TensorValues>): number {
  if (!["bias_gradient", "sum", "mean"].includes(primitive)) return 1e-3;
  const summands = known.get(operands[0] as number) ?? new Float32Array();
  return Math.max(1e-3, magnitudeOf(summands) / (known.get(value)?.length ?? 1));
}

function magnitudeOf(values: TensorValues): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}

function largestError(found: TensorValues | undefined, expected: TensorValues | undefined, leastUnit: number): number {
  if (found === undefined || expected === undefined || found.length !== expected.length)
    return Number.POSITIVE_INFINITY;
  let [difference, unit] = [0, leastUnit];
  for (let index = 0; index < expected.length; index++) {
    const wanted = expected[index] as number;
    difference = Math.max(difference, Math.abs(wanted - (found[index] as number)));
    unit = Math.max(unit, Math.abs(wanted));
  }
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference / unit;
}
