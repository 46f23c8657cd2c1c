/** What every possible module would cost: units by prefix sums, heads evaluated once per kind of module they can tell apart. */
import { bytesAt } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment, Head, HeadAssignment, Model, ModuleView, SplitMeasure } from "../2-elaborate/model.ts";
import { countMacs, countParameters, measureSaved, type Saved } from "./measure-fragment.ts";
import type { Module } from "./scoped-model.ts";
import { selectHead } from "./select-head.ts";
import { oncePerStructure } from "./structure.ts";
import { unitOutput, viewCandidate } from "./view-module.ts";

export interface ModuleCosts {
  /** Cost of module `index` of `count` if it holds the units `first` … `last` (1-based), its head included. */
  module(index: number, count: number, first: number, last: number): number;
  /** Cost of the units alone: never falls as the range grows. */
  units(first: number, last: number): number;
}

/**
 * Costs by a measure. `units` counts units; `parameters` and `macs` count what inference keeps, so local heads are left
 * out; `memory` is the bytes kept for the backward pass of the module and its head, and the module's input.
 */
export function costModules(model: Model, measure: SplitMeasure): ModuleCosts {
  const { units } = model.backbone;
  if (measure !== "memory") {
    const cost = oncePerStructure((fragment) => unitCost(fragment, measure));
    const upTo = prefixSums(units.map(({ fragment }) => cost(fragment)));
    const between = (first: number, last: number): number => (upTo[last] ?? 0) - (upTo[first - 1] ?? 0);
    return { units: between, module: (_index, _count, first, last) => between(first, last) };
  }
  return costMemory(model);
}

function unitCost(fragment: Fragment, measure: Exclude<SplitMeasure, "memory">): number {
  if (measure === "units") return 1;
  if (measure === "parameters") return countParameters(fragment);
  return countMacs(fragment, outputOf(fragment));
}

function outputOf({ output }: Fragment): Edge[] {
  return output === undefined ? [] : [output];
}

/** Bytes of a chain of units: by prefix sums, so that any range costs the same to ask for. */
interface ChainCosts {
  /** What the backward pass of the units `first` … `last` keeps, without the chain's tensors at the two ends. */
  inner(first: number, last: number): number;
  /** What unit `index` returns; for 0, what the model is fed. */
  output(index: number): number;
  keepsOutput(index: number): boolean;
}

function costChain(model: Model): ChainCosts {
  const { batch, memory } = model.recipe;
  const { units } = model.backbone;
  const measure = oncePerStructure((fragment) =>
    measureSaved(fragment, outputOf(fragment), batch, memory !== undefined),
  );
  const saved = units.map(({ fragment }) => measure(fragment));
  const savedAt = (unit: number): Saved => saved[unit - 1] as Saved;
  const output = (unit: number): number => bytesAt(unitOutput(model, unit), batch);
  // What unit u adds to a module it lies in: its inner tensors, and the tensor handed to it where either side keeps it.
  const upTo = prefixSums(
    units.map((_, position) => {
      const unit = position + 1;
      const isKept = unit > 1 && (savedAt(unit).keepsInput || savedAt(unit - 1).keepsOutput);
      return savedAt(unit).inside + (isKept ? output(unit - 1) : 0);
    }),
  );
  return {
    inner: (first, last) => savedAt(first).inside + ((upTo[last] ?? 0) - (upTo[first] ?? 0)),
    output,
    keepsOutput: (unit) => savedAt(unit).keepsOutput,
  };
}

/** Bytes a module keeps for its backward pass: its units, its head, its input, and its output where one of them needs it. */
function keptBytes(chain: ChainCosts, first: number, last: number, head: Saved): number {
  const keepsOutput = chain.keepsOutput(last) || head.keepsInput;
  return chain.inner(first, last) + chain.output(first - 1) + (keepsOutput ? chain.output(last) : 0) + head.inside;
}

function costMemory(model: Model): ModuleCosts {
  const chain = costChain(model);
  const heads = createHeadCosts(model);
  return {
    units: chain.inner,
    module: (index, count, first, last) => keptBytes(chain, first, last, heads({ index, count, first, last })),
  };
}

/** Bytes each module keeps for its backward pass at the recipe's batch size, with its own head and context. */
export function savedByModule(model: Model, modules: readonly Module[]): number[] {
  const chain = costChain(model);
  const { batch, memory } = model.recipe;
  return modules.map(({ units, head, context }) => {
    const [first, last] = [units[0]?.index ?? 1, units.at(-1)?.index ?? 1];
    const inContext =
      context === undefined ? 0 : measureSaved(context, outputOf(context), batch, memory !== undefined).inside;
    return keptBytes(chain, first, last, head === undefined ? nothing : measureHead(head, model)) + inContext;
  });
}

const nothing: Saved = { inside: 0, keepsInput: false, keepsOutput: false };

/** Where a module could lie: its number, how many there are, its first and last unit. */
interface Candidate {
  readonly index: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

type Property = keyof ModuleView;

/**
 * Costs of heads. A head is evaluated once per combination of what it looked at: one that only asks for its module's
 * output shape is measured once per shape, however many places a cut could go.
 */
function createHeadCosts(model: Model): (candidate: Candidate) => Saved {
  const describe = createDescriptions(model);
  const keyOf = (looked: readonly Property[], candidate: Candidate): string =>
    looked.map((property) => describe(property, candidate)).join(" ");
  const known = new Map<
    HeadAssignment,
    { readonly looked: readonly Property[]; readonly saved: Map<string, Saved> }[]
  >();
  return (candidate) => {
    const assignment = selectHead(model, candidate.index, candidate.count);
    if (assignment?.instantiate === undefined) return nothing;
    const tables = known.get(assignment) ?? [];
    known.set(assignment, tables);
    for (const { looked, saved } of tables) {
      const found = saved.get(keyOf(looked, candidate));
      if (found !== undefined) return found;
    }
    const seen = new Set<Property>();
    const { head } = assignment.instantiate(watch(viewCandidate(model, candidate), seen));
    const saved = head === undefined ? nothing : measureHead(head, model);
    const looked = [...seen].sort();
    const table = tables.find((other) => other.looked.join() === looked.join()) ?? { looked, saved: new Map() };
    if (!tables.includes(table)) tables.push(table);
    table.saved.set(keyOf(looked, candidate), saved);
    return saved;
  };
}

function measureHead({ fragment }: Head, { recipe }: Model): Saved {
  const losses = fragment.losses.map(({ value }) => value);
  return measureSaved(fragment, losses, recipe.batch, recipe.memory !== undefined);
}

/** The view, with a note of every property looked at. */
function watch(view: ModuleView, seen: Set<Property>): ModuleView {
  return new Proxy(view, {
    get(target, property: Property) {
      seen.add(property);
      return target[property];
    },
  });
}

/** A short text for each property of a candidate's view; equal texts stand for equal values. */
function createDescriptions(model: Model): (property: Property, candidate: Candidate) => string {
  const types = [0, ...model.backbone.units.map(({ index }) => index)].map((unit) =>
    JSON.stringify(unitOutput(model, unit)),
  );
  return (property, { index, count, first, last }) => {
    switch (property) {
      case "index":
        return `${index}`;
      case "count":
        return `${count}`;
      case "input":
        return types[first - 1] as string;
      case "output":
        return types[last] as string;
      case "units":
        return `${first}-${last}`;
      case "next":
        return `${last + 1}`;
      case "previous":
      case "head":
        return "unknown";
    }
  };
}

function prefixSums(numbers: readonly number[]): number[] {
  const sums = [0];
  for (const number of numbers) sums.push((sums.at(-1) ?? 0) + number);
  return sums;
}
