/** Building a procedure instruction by instruction: what the compiler's lowering and emitted TypeScript both use. */
import { ProgramError } from "../primitives/primitive.ts";
import { findPrimitive } from "../primitives/registry.ts";
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
  /** Whether a value is a variable's own buffer, which nothing may hold on to while the variable changes. */
  showsVariable(value: ValueNumber): boolean;
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
  const views = new Set<ValueNumber>();
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
    showsVariable: (value) => views.has(value),
    input(inputName, type, role) {
      const value = define(type);
      inputs.push({ name: inputName, value, role });
      return value;
    },
    beginSection({ module, part, owner }) {
      section = { module, part, owner };
    },
    emit(primitiveName, operands, attributes = noAttributes, addresses = noAddresses, label = "") {
      const primitive = findPrimitive(primitiveName);
      if (primitive === undefined) throw new ProgramError(`there is no primitive ${primitiveName}`);
      if (section === undefined) throw new ProgramError(`${primitiveName} is emitted before any section has begun`);
      const call = { operands: operands.map(typeOf), attributes, variables: addresses.map(variableType) };
      const results = primitive.results(call).map(define);
      const { alias, hasEffect = false } = primitive;
      const isView = alias === "variable" || (alias === "operand" && views.has(operands[0] ?? -1));
      if (isView) for (const result of results) views.add(result);
      drafts.push({
        primitive: primitiveName,
        operands,
        results,
        attributes,
        variables: addresses,
        label,
        section,
        hasEffect,
      });
      return results;
    },
    output(outputName, value) {
      typeOf(value);
      outputs.push({ name: outputName, value });
    },
    finish: () => finishProcedure(name, inputs, types, drafts, outputs),
    finishWithoutEffects: (variant, wanted) =>
      finishProcedure(
        variant,
        inputs,
        types,
        drafts.filter(({ hasEffect }) => !hasEffect),
        wanted,
      ),
  };
}

type DraftSection = Pick<Section, "module" | "part" | "owner">;

/** Most instructions have none of these: one empty object is enough for all. */
const noAttributes: Attributes = {};
const noAddresses: readonly string[] = [];
const noValues: readonly ValueNumber[] = [];

interface Draft extends Omit<Instruction, "free"> {
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
  const { live, frees, used } = findLive(drafts, types.length, outputs);
  const keptInputs = inputs.filter(({ value }) => used[value] === 1);
  const numbers = new Int32Array(types.length);
  const values: TensorType[] = [];
  const define = (value: ValueNumber): void => {
    numbers[value] = values.push(types[value] as TensorType) - 1;
  };
  const renumber = (value: ValueNumber): ValueNumber => numbers[value] as ValueNumber;
  const renumberAll = (list: readonly ValueNumber[]) => (list.length === 0 ? noValues : list.map(renumber));
  for (const { value } of keptInputs) define(value);
  for (const { results } of live) for (const value of results) define(value);

  const instructions = live.map(
    ({ primitive, operands, results, attributes, variables, label }, index): Instruction => ({
      primitive,
      operands: renumberAll(operands),
      results: renumberAll(results),
      attributes,
      variables,
      free: ascending(renumberAll(frees[index] as readonly ValueNumber[])),
      label,
    }),
  );
  return {
    name,
    inputs: keptInputs.map((input) => ({ ...input, value: renumber(input.value) })),
    values,
    sections: closeSections(live),
    instructions,
    outputs: outputs.map((output) => ({ name: output.name, value: renumber(output.value) })),
  };
}

/**
 * The instructions that matter, in order; what each of them uses for the last time, or nobody uses; and for every value
 * whether an instruction or an output uses it (1) or not (0).
 */
function findLive(
  drafts: readonly Draft[],
  valueCount: number,
  outputs: readonly { readonly value: ValueNumber }[],
): { live: Draft[]; frees: (readonly ValueNumber[])[]; used: Uint8Array } {
  const used = new Uint8Array(valueCount);
  for (const { value } of outputs) used[value] = 1;
  const live: Draft[] = [];
  const frees: (readonly ValueNumber[])[] = [];
  for (let index = drafts.length - 1; index >= 0; index--) {
    const draft = drafts[index] as Draft;
    const { operands, results } = draft;
    if (!draft.hasEffect && !results.some((value) => used[value] === 1)) continue;
    let free: ValueNumber[] | undefined;
    for (const value of results) if (used[value] === 0) (free ??= []).push(value);
    for (const value of operands) {
      if (used[value] === 1) continue;
      used[value] = 1;
      (free ??= []).push(value);
    }
    live.push(draft);
    frees.push(free ?? noValues);
  }
  return { live: live.reverse(), frees: frees.reverse(), used };
}

/** A handful of numbers, sorted by insertion: `sort` takes longer to begin than they take. */
function ascending(values: readonly ValueNumber[]): readonly ValueNumber[] {
  if (values.length < 2) return values;
  const sorted = values.slice();
  for (let end = 1; end < sorted.length; end++) {
    const value = sorted[end] as ValueNumber;
    let place = end;
    for (; place > 0 && (sorted[place - 1] as ValueNumber) > value; place--)
      sorted[place] = sorted[place - 1] as ValueNumber;
    sorted[place] = value;
  }
  return sorted;
}

function closeSections(drafts: readonly Draft[]): Section[] {
  const isSame = (a: DraftSection, b: DraftSection): boolean =>
    a === b || (a.module === b.module && a.part === b.part && a.owner === b.owner);
  const sections: Section[] = [];
  let start = 0;
  drafts.forEach(({ section }, index) => {
    const next = drafts[index + 1]?.section;
    if (next !== undefined && isSame(section, next)) return;
    sections.push({ ...section, start, end: index + 1 });
    start = index + 1;
  });
  return sections;
}
