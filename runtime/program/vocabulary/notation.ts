/** Short forms of plain data, so that an emitted program reads like a definition. */
import type { LossWeight } from "../loss-weight.ts";
import type { Initializer, ProgramLoss, ProgramModule, ProgramPrediction, Variable } from "../step-program.ts";
import type { BatchScalar, Shape, TensorType } from "../tensor-type.ts";

export function float32(shape: Shape): TensorType {
  return { dataType: "float32", shape };
}

export function int32(shape: Shape): TensorType {
  return { dataType: "int32", shape };
}

/** The same number at every batch size. */
export function constant(value: number): BatchScalar {
  return { value, batchPower: 0 };
}

/** `value / batch`: the slope of a mean over the batch. */
export function perSample(value: number): BatchScalar {
  return { value, batchPower: -1 };
}

/** `numbered("stage[1].block", 1, 3)` is `stage[1].block[1]` … `stage[1].block[3]`. */
export function numbered(name: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${name}[${first + index}]`);
}

export function filled(value: number): Initializer {
  return { kind: "constant", value };
}

export function normal(mean: number, standardDeviation: number): Initializer {
  return { kind: "normal", mean, standardDeviation };
}

export function truncatedNormal(mean: number, standardDeviation: number): Initializer {
  return { kind: "truncated_normal", mean, standardDeviation };
}

export function uniform(low: number, high: number): Initializer {
  return { kind: "uniform", low, high };
}

/** The initial value of another variable. */
export function copyOf(of: string): Initializer {
  return { kind: "copy", of };
}

/** Modules from 1 on: the units of each, and the head of each that has one. */
export function listModules(
  units: readonly (readonly string[])[],
  heads: readonly (string | undefined)[],
): ProgramModule[] {
  return units.map((ofModule, position) => {
    const head = heads[position];
    return { index: position + 1, units: ofModule, heads: head === undefined ? [] : [head] };
  });
}

/** Losses of one module by name, with their weights. */
export function losses(module: number, weights: Readonly<Record<string, LossWeight>>): ProgramLoss[] {
  return Object.entries(weights).map(([name, weight]) => ({ name: `module[${module}].${name}`, module, weight }));
}

/** The classifier of one module. */
export function prediction(module: number, name: string): ProgramPrediction {
  return { name: `module[${module}].${name}`, module };
}

/** A variable by its address within its owner, with the optimizer's memory for it. */
export interface VariableEntry {
  readonly role: "weight" | "statistic" | "average";
  readonly address: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  readonly slots: readonly string[];
}

export function weight(
  address: string,
  shape: Shape,
  initializer: Initializer,
  slots: readonly string[] = [],
): VariableEntry {
  return { role: "weight", address, shape, initializer, slots };
}

export function statistic(address: string, shape: Shape, initializer: Initializer): VariableEntry {
  return { role: "statistic", address, shape, initializer, slots: [] };
}

/** A weight that follows another and is not trained itself. */
export function average(address: string, shape: Shape, initializer: Initializer): VariableEntry {
  return { role: "average", address, shape, initializer, slots: [] };
}

/** The variables of a block again, at another place: each begins as a copy of the one in `of`. */
export function copiesOf(place: string, of: string, entries: readonly VariableEntry[]): VariableEntry[] {
  return entries.map((entry) => ({
    ...entry,
    address: `${place}.${entry.address}`,
    initializer: copyOf(`${of}.${entry.address}`),
  }));
}

/** As `copiesOf`, of a block whose weights follow those of the other. */
export function averagesOf(place: string, of: string, entries: readonly VariableEntry[]): VariableEntry[] {
  return copiesOf(place, of, entries).map(
    ({ role, ...entry }): VariableEntry => ({ ...entry, role: role === "weight" ? "average" : role, slots: [] }),
  );
}

/** Whole numbers from the first to the last. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Who owns variables, and whether inference needs them. */
export type VariableOwner = Variable["owner"] & { readonly inference: boolean };

export function ofUnit(module: number, name: string): VariableOwner {
  return { kind: "unit", module, name, inference: true };
}

/** A head of training only. */
export function ofHead(module: number, name: string): VariableOwner {
  return { kind: "head", module, name, inference: false };
}

/** The head that answers for the network. */
export function ofReadout(module: number, name: string): VariableOwner {
  return { kind: "head", module, name, inference: true };
}

/** The variables of one owner: each entry, followed by its slots, which start at zero. */
export function ownedBy(owner: VariableOwner, entries: readonly VariableEntry[]): Variable[] {
  const { kind, module, name, inference } = owner;
  return entries.flatMap(({ role, address, shape, initializer, slots }) => {
    const variable: Variable = {
      address: `${name}.${address}`,
      type: float32(shape),
      role,
      owner: { kind, module, name },
      inference,
      initializer,
    };
    const slotOf = (slot: string): Variable => ({
      ...variable,
      address: `${variable.address}/${slot}`,
      role: "slot",
      inference: false,
      initializer: filled(0),
    });
    return [variable, ...slots.map(slotOf)];
  });
}
