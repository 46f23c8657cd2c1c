import { createProcedureBuilder } from "./build.ts";
import type { Procedure, StepProgram, TrainingPhase, ValueNumber } from "./step-program.ts";
import type { TensorType } from "./tensor-type.ts";

/** A phase's step in two: what the finished modules compute, and the rest, which is fed that. */
export interface SplitPhase {
  /** As `predict`: from the input to the values handed on, by name. */
  readonly frozen: Procedure;
  /** As `train`: the values handed on are inputs of role `frozen`. */
  readonly rest: Procedure;
  /** What one sample takes of each value handed on, in elements. */
  readonly elements: ReadonlyMap<string, number>;
}

/**
 * Splits the step of a phase after its finished modules. Since these run with inference statistics, what they hand on
 * depends on the image (and its label) alone and may be kept as long as that stays the same. Undefined where nothing lies before
 * the module, or where a value handed on is drawn at random or is not one row per sample.
 */
export function splitFrozen(program: StepProgram, { module, procedures }: TrainingPhase): SplitPhase | undefined {
  const { train } = procedures;
  const frozen = frozenInstructions(train, module);
  const handedOn = valuesHandedOn(train, frozen).map<HandedOn>((value, position) => ({
    name: `frozen[${position + 1}]`,
    value,
    type: train.values[value] as TensorType,
  }));
  if (handedOn.length === 0 || !handedOn.every(isPerSample)) return undefined;
  const before = copyPart(program, train, {
    name: "predict",
    isWanted: (index) => frozen.has(index),
    given: [],
    outputs: handedOn,
  });
  // What is drawn anew in every step cannot be kept.
  if (before.inputs.some(({ role }) => role.kind !== "input" && role.kind !== "label")) return undefined;
  return {
    frozen: before,
    rest: copyPart(program, train, {
      name: "train",
      isWanted: (index) => !frozen.has(index),
      given: handedOn,
      outputs: train.outputs,
    }),
    elements: new Map(handedOn.map(({ name, type }) => [name, elementsPerSample(type)])),
  };
}

interface HandedOn {
  readonly name: string;
  readonly value: ValueNumber;
  readonly type: TensorType;
}

interface Part {
  readonly name: Procedure["name"];
  readonly isWanted: (instruction: number) => boolean;
  /** Values that are fed instead of computed. */
  readonly given: readonly HandedOn[];
  readonly outputs: readonly { readonly name: string; readonly value: ValueNumber }[];
}

function copyPart(program: StepProgram, from: Procedure, { name, isWanted, given, outputs }: Part): Procedure {
  const builder = createProcedureBuilder(name, new Map(program.variables.map(({ address, type }) => [address, type])));
  const copies = new Map<ValueNumber, ValueNumber>();
  const copyOf = (value: ValueNumber): ValueNumber => copies.get(value) as ValueNumber;
  for (const input of from.inputs) {
    copies.set(input.value, builder.input(input.name, from.values[input.value] as TensorType, input.role));
  }
  for (const { name: own, value, type } of given) {
    copies.set(value, builder.input(own, type, { kind: "frozen", name: own }));
  }
  for (const section of from.sections) {
    builder.beginSection(section);
    for (let index = section.start; index < section.end; index++) {
      const instruction = from.instructions[index];
      if (instruction === undefined || !isWanted(index)) continue;
      const { primitive, operands, attributes, variables, label } = instruction;
      const results = builder.emit(primitive, operands.map(copyOf), attributes, variables, label);
      for (const [position, result] of instruction.results.entries()) {
        copies.set(result, results[position] as ValueNumber);
      }
    }
  }
  for (const output of outputs) builder.output(output.name, copyOf(output.value));
  return builder.finish();
}

/** Instructions of modules before the one that is trained. */
function frozenInstructions({ sections }: Procedure, module: number): ReadonlySet<number> {
  const frozen = new Set<number>();
  for (const section of sections) {
    if (section.module >= module) continue;
    for (let index = section.start; index < section.end; index++) frozen.add(index);
  }
  return frozen;
}

/** Values made by frozen instructions and used by others, in ascending order. */
function valuesHandedOn({ instructions, outputs }: Procedure, frozen: ReadonlySet<number>): ValueNumber[] {
  const used = new Set([
    ...instructions.flatMap(({ operands }, index) => (frozen.has(index) ? [] : operands)),
    ...outputs.map(({ value }) => value),
  ]);
  return instructions
    .flatMap(({ results }, index) => (frozen.has(index) ? results : []))
    .filter((value) => used.has(value));
}

function isPerSample({ type: { dataType, shape } }: HandedOn): boolean {
  return dataType === "float32" && shape[0] === -1 && shape.slice(1).every((length) => length > 0);
}

function elementsPerSample({ shape }: TensorType): number {
  return shape.slice(1).reduce((product, length) => product * length, 1);
}
