/** What every possible module would cost: units by prefix sums, with what its head, its context and its losses' reach add. */
import { bytesAt } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment, Model, SplitMeasure } from "../2-elaborate/model.ts";
import { type CandidateCosts, costCandidates } from "./candidate-costs.ts";
import { countMacs, countParameters, measureSaved, type Saved } from "./measure-fragment.ts";
import type { Module } from "./scoped-model.ts";
import { oncePerStructure } from "./structure.ts";
import { unitOutput } from "./view-module.ts";
import { createDescriptions, reachOfPath } from "./watch-view.ts";

export interface ModuleCosts {
  /** Cost of the last of the modules whose last units (1-based) are `ends`, its head included. */
  module(ends: readonly number[]): number;
  /** Cost of the units alone: never falls as the range grows. */
  units(first: number, last: number): number;
  /** How many boundaries before that of its own first unit the cost of a module depends on. */
  readonly depth: number;
  /** What it depends on at boundary number `distance` (from 1) of those, where it lies behind `unit`: equal texts, equal costs. */
  keyOf(unit: number, distance: number): string;
}

/**
 * Costs by a measure. `units` counts units; `parameters` and `macs` count what inference keeps, so local heads are left
 * out; `memory` is the bytes kept for the backward pass of the module with its head and context, the module's input, and of
 * the modules before it what its losses reach.
 */
export function costModules(model: Model, measure: SplitMeasure, count: number): ModuleCosts {
  const { units } = model.backbone;
  if (measure !== "memory") {
    const cost = oncePerStructure((fragment) => unitCost(fragment, measure));
    const upTo = prefixSums(units.map(({ fragment }) => cost(fragment)));
    const between = (first: number, last: number): number => (upTo[last] ?? 0) - (upTo[first - 1] ?? 0);
    const module = (ends: readonly number[]): number => between((ends.at(-2) ?? 0) + 1, ends.at(-1) as number);
    return { units: between, module, depth: 0, keyOf: () => "" };
  }
  return costMemory(model, count);
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

function costMemory(model: Model, count: number): ModuleCosts {
  const chain = costChain(model);
  const candidates = costCandidates(model);
  const { typeAt } = createDescriptions(model);
  const { depth, exact } = findDependence(model, count, candidates);
  const boundsOf = (ends: readonly number[]): readonly [number, number] => [
    (ends.at(-2) ?? 0) + 1,
    ends.at(-1) as number,
  ];
  /** What a window keeps of a module before the one whose loss reaches it. */
  const beforeBytes = (ends: readonly number[]): number => {
    const [first, last] = boundsOf(ends);
    return chain.inner(first, last) + chain.output(first - 1) + candidates.context(ends, count).cost;
  };
  return {
    depth,
    keyOf: (unit, distance) => (distance <= exact ? `${unit}` : typeAt(unit)),
    units: chain.inner,
    module(ends) {
      const [first, last] = boundsOf(ends);
      const head = candidates.head(ends, count).cost;
      let bytes = keptBytes(chain, first, last, head) + candidates.context(ends, count).cost;
      let window = ends;
      while (window.length > 1 && ends.length - window.length < head.modules - 1) {
        // A context is added to a copy: what the unit before returned is there besides.
        if (candidates.context(window, count).cost > 0 && chain.keepsOutput(window.at(-2) as number)) {
          bytes += chain.output(window.at(-2) as number);
        }
        window = window.slice(0, -1);
        bytes += beforeBytes(window);
      }
      const from = Math.max(boundsOf(window)[0] - head.units, 1);
      const start = boundsOf(window)[0];
      return from < start ? bytes + chain.inner(from, start - 1) + chain.output(from - 1) : bytes;
    },
  };
}

/** How many earlier boundaries the cost of a module depends on, and of how many of them the place counts. */
function findDependence(model: Model, count: number, candidates: CandidateCosts): { depth: number; exact: number } {
  const { length } = model.backbone.units;
  let [window, depth, exact] = [0, 0, 0];
  // Contexts and heads are asked where modules are as short as they can be, from the beginning and from the end.
  for (let index = 2; index <= count; index++) {
    for (const shift of new Set([0, Math.max(length - count, 0)])) {
      const ends = Array.from({ length: index }, (_, position) => position + 1 + (position > 0 ? shift : 0));
      const { cost, looked } = candidates.head(ends, count);
      window = Math.max(window, Math.min(cost.modules, index) - 1);
      for (const path of [...looked, ...candidates.context(ends, count).looked]) {
        const own = reachOfPath(path);
        depth = Math.max(depth, own.depth);
        if (own.isExact) exact = Math.max(exact, own.depth);
      }
    }
  }
  // A window holds contexts of the modules in it, which look back from there.
  return { depth: Math.min(window + depth, count), exact: window + exact };
}

/** Bytes each module keeps for its backward pass at the recipe's batch size, with its own head and context. */
export function savedByModule(model: Model, modules: readonly Module[]): number[] {
  const chain = costChain(model);
  const { batch, memory } = model.recipe;
  const measure = (wantedOf: (fragment: Fragment) => readonly Edge[]) =>
    oncePerStructure((fragment) => measureSaved(fragment, wantedOf(fragment), batch, memory !== undefined));
  const savedByContext = measure(outputOf);
  const savedByHead = measure(({ losses }) => losses.map(({ value }) => value));
  return modules.map(({ units, head, context }) => {
    const [first, last] = [units[0]?.index ?? 1, units.at(-1)?.index ?? 1];
    const inContext = context === undefined ? 0 : savedByContext(context).inside;
    return keptBytes(chain, first, last, head === undefined ? nothing : savedByHead(head.fragment)) + inContext;
  });
}

const nothing: Saved = { inside: 0, keepsInput: false, keepsOutput: false };

function prefixSums(numbers: readonly number[]): number[] {
  const sums = [0];
  for (const number of numbers) sums.push((sums.at(-1) ?? 0) + number);
  return sums;
}
