/**
 * Reverse-mode differentiation of a tape, ahead of time: the backward pass is written as more primitives. Only entries in
 * the scope of the losses are visited; what lies before the scope is a constant, so beyond a gradient stop there is
 * nothing to compute and nothing to keep.
 */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { BackwardStep, Cotangent } from "../operations/gradient.ts";
import { findGradientRule } from "../operations/gradients/registry.ts";
import type { Value } from "../operations/operation.ts";
import { type Cotangents, createCotangents } from "./cotangents.ts";
import type { Position, Tape, TapeEntry } from "./tape.ts";

export interface Differentiation {
  readonly tape: Tape;
  readonly builder: ProcedureBuilder;
  /** What to differentiate, each with the cotangent to begin from. */
  readonly seeds: readonly { readonly value: Value; readonly cotangent: Cotangent }[];
  /** The first unit (1-based) the losses reach; everything before it is constant. */
  readonly firstUnit: number;
  /** Values to differentiate for besides weights. */
  readonly alsoFor?: readonly Value[];
  /** Called once for every weight reached, as soon as its gradient is complete. */
  readonly onGradient: (address: string, gradient: Cotangent) => void;
  /** Called before an entry is differentiated, to open sections. */
  readonly onEntry?: (position: Position) => void;
}

/** Writes the backward pass and returns the cotangents of `alsoFor`. */
export function differentiate(request: Differentiation): ReadonlyMap<Value, Cotangent> {
  const { tape, builder, seeds, alsoFor = [] } = request;
  const inScope = tape.entries.slice(firstEntryOf(request.firstUnit, tape.entries));
  const dependent = findDependent(inScope, tape, alsoFor);
  const active = findActive(inScope, dependent, seeds);
  const weights = active.map((entry) => weightsOf(entry, tape));
  const pendingUses = countUses(weights);
  let label = "";
  const cotangents = createCotangents(tape, builder, () => label);
  for (const { value, cotangent } of seeds) if (dependent.has(value)) cotangents.add(value, cotangent);

  for (let index = active.length - 1; index >= 0; index--) {
    const entry = active[index] as TapeEntry;
    label = entry.label;
    request.onEntry?.(entry.position);
    findGradientRule(entry.primitive)?.backward(backwardStep(entry, dependent, cotangents, request));
    for (const result of entry.results) if (!alsoFor.includes(result)) cotangents.forget(result);
    for (const address of weights[index] as readonly string[]) {
      const uses = (pendingUses.get(address) ?? 0) - 1;
      pendingUses.set(address, uses);
      const gradient = uses === 0 ? cotangents.takeWeight(address) : undefined;
      if (gradient !== undefined) request.onGradient(address, gradient);
    }
  }
  return new Map(
    alsoFor.flatMap((value) => {
      const cotangent = cotangents.of(value);
      return cotangent === undefined ? [] : [[value, cotangent] as const];
    }),
  );
}

/** Entries stand in order of units, so that the scope's beginning is found without looking at what lies before it. */
function firstEntryOf(unit: number, entries: readonly TapeEntry[]): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as TapeEntry).position.unit < unit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Values that depend on a weight of the scope, or on a value asked for: all others are constants. */
function findDependent(entries: readonly TapeEntry[], tape: Tape, alsoFor: readonly Value[]): Set<Value> {
  const dependent = new Set<Value>(alsoFor);
  for (const entry of entries) {
    if (findGradientRule(entry.primitive) === undefined) continue;
    for (const operand of entry.operands) if (tape.addressOf(operand) !== undefined) dependent.add(operand);
    if (entry.operands.some((operand) => dependent.has(operand))) {
      for (const result of entry.results) dependent.add(result);
    }
  }
  return dependent;
}

/** The entries between the seeds and what is differentiated for, in forward order. */
function findActive(
  entries: readonly TapeEntry[],
  dependent: ReadonlySet<Value>,
  seeds: Differentiation["seeds"],
): TapeEntry[] {
  const wanted = new Set(seeds.map(({ value }) => value));
  const active: TapeEntry[] = [];
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index] as TapeEntry;
    if (!entry.results.some((result) => wanted.has(result) && dependent.has(result))) continue;
    active.push(entry);
    for (const operand of entry.operands) if (dependent.has(operand)) wanted.add(operand);
  }
  return active.reverse();
}

const noWeights: readonly string[] = [];

/** The weights an entry reads, each once. */
function weightsOf({ operands }: TapeEntry, tape: Tape): readonly string[] {
  let weights: string[] | undefined;
  for (const operand of operands) {
    const address = tape.addressOf(operand);
    if (address !== undefined && !weights?.includes(address)) (weights ??= []).push(address);
  }
  return weights ?? noWeights;
}

/** How many active entries use each weight. */
function countUses(weights: readonly (readonly string[])[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const ofEntry of weights) for (const address of ofEntry) uses.set(address, (uses.get(address) ?? 0) + 1);
  return uses;
}

function backwardStep(
  entry: TapeEntry,
  dependent: ReadonlySet<Value>,
  cotangents: Cotangents,
  { tape, builder }: Differentiation,
): BackwardStep {
  const needs = (operand: number): boolean => dependent.has(entry.operands[operand] as Value);
  return {
    operands: entry.operands,
    results: entry.results,
    attributes: entry.attributes,
    typeOf: tape.typeOf,
    needs,
    cotangent: (result) => cotangents.of(entry.results[result] as Value),
    tensorCotangent: (result) => cotangents.tensorOf(entry.results[result] as Value),
    contribute(operand, cotangent) {
      if (needs(operand)) cotangents.add(entry.operands[operand] as Value, cotangent);
    },
    emit: (primitive, operands, attributes) =>
      builder.emit(primitive, operands.map(tape.number), attributes, [], entry.label).map(tape.constant),
  };
}
