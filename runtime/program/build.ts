/** Building a procedure instruction by instruction: what the compiler's lowering and emitted TypeScript both use. */
import { ProgramError } from "../primitives/primitive.ts";
import { findPrimitive } from "../primitives/registry.ts";
import { computeFrees } from "./liveness.ts";
import type {
  Attributes,
  InputRole,
  Instruction,
  Procedure,
  ProcedureInput,
  Section,
  ValueNumber,
} from "./step-program.ts";
import type { TensorType } from "./tensor-type.ts";

export interface ProcedureBuilder {
  /** Declares something that is fed. */
  input(name: string, type: TensorType, role: InputRole): ValueNumber;
  /** Opens the section the following instructions belong to, and closes the one before. */
  beginSection(section: Pick<Section, "module" | "part" | "owner">): void;
  /** Appends an instruction and returns its results; their types follow from the primitive. */
  emit(
    primitive: string,
    operands: readonly ValueNumber[],
    attributes?: Attributes,
    variables?: readonly string[],
    label?: string,
  ): readonly ValueNumber[];
  output(name: string, value: ValueNumber): void;
  typeOf(value: ValueNumber): TensorType;
  /**
   * The finished procedure: instructions without effect whose results nobody uses are gone, as are inputs nobody reads;
   * values are numbered densely, inputs first; every instruction says what it frees.
   */
  finish(): Procedure;
  /** A procedure with other outputs from the same instructions, without those that change a variable. */
  finishWithoutEffects(name: Procedure["name"], outputs: Procedure["outputs"]): Procedure;
}

/** Starts a procedure over variables of the given types, by address; the map may still grow while the builder is used. */
export function createProcedureBuilder(
  name: Procedure["name"],
  variables: ReadonlyMap<string, TensorType>,
): ProcedureBuilder {
  const types: TensorType[] = [];
  const inputs: ProcedureInput[] = [];
  const drafts: Draft[] = [];
  const outputs: { name: string; value: ValueNumber }[] = [];
  let section: DraftSection | undefined;

  function define(type: TensorType): ValueNumber {
    return types.push(type) - 1;
  }

  function typeOf(value: ValueNumber): TensorType {
    const type = types[value];
    if (type === undefined) throw new ProgramError(`%${value} is not defined in procedure ${name}`);
    return type;
  }

  function variableType(address: string): TensorType {
    const type = variables.get(address);
    if (type === undefined) throw new ProgramError(`there is no variable ${address}`);
    return type;
  }

  return {
    typeOf,
    input(inputName, type, role) {
      const value = define(type);
      inputs.push({ name: inputName, value, role });
      return value;
    },
    beginSection({ module, part, owner }) {
      section = { module, part, owner };
    },
    emit(primitiveName, operands, attributes = {}, addresses = [], label = "") {
      const primitive = findPrimitive(primitiveName);
      if (primitive === undefined) throw new ProgramError(`there is no primitive ${primitiveName}`);
      if (section === undefined) throw new ProgramError(`${primitiveName} is emitted before any section has begun`);
      const call = { operands: operands.map(typeOf), attributes, variables: addresses.map(variableType) };
      const results = primitive.results(call).map(define);
      const instruction = { primitive: primitiveName, operands, results, attributes, variables: addresses, label };
      drafts.push({ instruction, section, hasEffect: primitive.hasEffect === true });
      return results;
    },
    output(outputName, value) {
      typeOf(value);
      outputs.push({ name: outputName, value });
    },
    finish: () => finishProcedure(name, inputs, types, drafts, outputs),
    finishWithoutEffects: (variant, wanted) =>
      finishProcedure(variant, inputs, types, drafts.filter(({ hasEffect }) => !hasEffect), wanted),
  };
}

type DraftSection = Pick<Section, "module" | "part" | "owner">;

interface Draft {
  readonly instruction: Omit<Instruction, "free">;
  readonly section: DraftSection;
  readonly hasEffect: boolean;
}

function finishProcedure(
  name: Procedure["name"],
  inputs: readonly ProcedureInput[],
  types: readonly TensorType[],
  drafts: readonly Draft[],
  outputs: readonly { readonly name: string; readonly value: ValueNumber }[],
): Procedure {
  const { live, used } = findLive(
    drafts,
    outputs.map(({ value }) => value),
  );
  const keptInputs = inputs.filter(({ value }) => used.has(value));
  const order = [...keptInputs.map(({ value }) => value), ...live.flatMap(({ instruction }) => instruction.results)];
  const numbers = new Map(order.map((value, number) => [value, number]));
  const renumber = (value: ValueNumber): ValueNumber => numbers.get(value) as ValueNumber;

  const instructions = live.map(({ instruction }) => ({
    ...instruction,
    operands: instruction.operands.map(renumber),
    results: instruction.results.map(renumber),
  }));
  const finalOutputs = outputs.map((output) => ({ name: output.name, value: renumber(output.value) }));
  const frees = computeFrees(
    instructions,
    finalOutputs.map(({ value }) => value),
  );
  return {
    name,
    inputs: keptInputs.map((input) => ({ ...input, value: renumber(input.value) })),
    values: order.map((value) => types[value] as TensorType),
    sections: closeSections(live),
    instructions: instructions.map(({ primitive, operands, results, attributes, variables, label }, index) => ({
      primitive,
      operands,
      results,
      attributes,
      variables,
      free: frees[index] ?? [],
      label,
    })),
    outputs: finalOutputs,
  };
}

/** The instructions that matter, in order, and every value one of them or an output uses. */
function findLive(
  drafts: readonly Draft[],
  outputs: readonly ValueNumber[],
): { live: Draft[]; used: Set<ValueNumber> } {
  const used = new Set(outputs);
  const live: Draft[] = [];
  for (const draft of [...drafts].reverse()) {
    if (!draft.hasEffect && !draft.instruction.results.some((value) => used.has(value))) continue;
    for (const operand of draft.instruction.operands) used.add(operand);
    live.push(draft);
  }
  return { live: live.reverse(), used };
}

function closeSections(drafts: readonly Draft[]): Section[] {
  const sections: Section[] = [];
  drafts.forEach(({ section }, index) => {
    const last = sections.at(-1);
    const continues = last?.module === section.module && last.part === section.part && last.owner === section.owner;
    if (last !== undefined && continues) sections[sections.length - 1] = { ...last, end: index + 1 };
    else sections.push({ ...section, start: index, end: index + 1 });
  });
  return sections;
}
