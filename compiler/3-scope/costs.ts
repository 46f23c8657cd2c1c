/** What every possible module would cost: units by prefix sums, heads evaluated once per kind of module they can tell apart. */
import { bytesAt } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment, Model, ModuleView, SplitMeasure } from "../2-elaborate/model.ts";
import { countMacs, countParameters, measureSaved, type Saved } from "./measure-fragment.ts";
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

function costMemory(model: Model): ModuleCosts {
  const { batch, memory } = model.recipe;
  const recomputes = memory !== undefined;
  const { units } = model.backbone;
  const measure = oncePerStructure((fragment) => measureSaved(fragment, outputOf(fragment), batch, recomputes));
  const saved = units.map(({ fragment }) => measure(fragment));
  const savedAt = (unit: number): Saved => saved[unit - 1] as Saved;
  const outputBytes = (unit: number): number => bytesAt(unitOutput(model, unit), batch);
  // What unit u adds to a module it lies in: its inner tensors, and the tensor handed to it where either side keeps it.
  const upTo = prefixSums(
    units.map((_, position) => {
      const unit = position + 1;
      const isKept = unit > 1 && (savedAt(unit).keepsInput || savedAt(unit - 1).keepsOutput);
      return savedAt(unit).inside + (isKept ? outputBytes(unit - 1) : 0);
    }),
  );
  const inner = (first: number, last: number): number =>
    savedAt(first).inside + ((upTo[last] ?? 0) - (upTo[first] ?? 0));
  const heads = createHeadCosts(model);
  return {
    units: inner,
    module(index, count, first, last) {
      const head = heads(index, count, first, last);
      const keepsOutput = savedAt(last).keepsOutput || head.keepsInput;
      return inner(first, last) + outputBytes(first - 1) + (keepsOutput ? outputBytes(last) : 0) + head.inside;
    },
  };
}

const nothing: Saved = { inside: 0, keepsInput: false, keepsOutput: false };

/**
 * Costs of heads. A head is evaluated once per combination of what it looked at: one that only asks for its module's
 * output shape is measured once per shape, however many places a cut could go.
 */
function createHeadCosts(model: Model): (index: number, count: number, first: number, last: number) => Saved {
  const known: { readonly looked: ReadonlyMap<keyof ModuleView, string>; readonly assignment: unknown; readonly saved: Saved }[] = [];
  return (index, count, first, last) => {
    const assignment = selectHead(model, index, count);
    if (assignment?.instantiate === undefined) return nothing;
    const view = viewCandidate(model, { index, count, first, last });
    const found = known.find(
      (entry) =>
        entry.assignment === assignment &&
        [...entry.looked].every(([property, value]) => describe(view, property) === value),
    );
    if (found !== undefined) return found.saved;
    const looked = new Map<keyof ModuleView, string>();
    const head = assignment.instantiate(watch(view, looked)).head;
    const saved =
      head === undefined
        ? nothing
        : measureSaved(
            head.fragment,
            head.fragment.losses.map(({ value }) => value),
            model.recipe.batch,
            model.recipe.memory !== undefined,
          );
    known.push({ looked, assignment, saved });
    return saved;
  };
}

/** The view, with a note of every property looked at. */
function watch(view: ModuleView, looked: Map<keyof ModuleView, string>): ModuleView {
  return new Proxy(view, {
    get(target, property: keyof ModuleView) {
      looked.set(property, describe(target, property));
      return target[property];
    },
  });
}

function describe(view: ModuleView, property: keyof ModuleView): string {
  if (property === "units") return view.units.map(({ index }) => index).join();
  if (property === "next" || property === "previous") return `${view[property]?.units[0]?.index}`;
  return JSON.stringify(view[property]);
}

function prefixSums(numbers: readonly number[]): number[] {
  const sums = [0];
  for (const number of numbers) sums.push((sums.at(-1) ?? 0) + number);
  return sums;
}
