/**
 * What heads and contexts keep for their backward pass, for any place a module could lie. Each is evaluated once per combination
 * of what it looks at: a head that only asks for its module's output shape is measured once per shape, however many places a
 * cut could go.
 */
import { bytesAt } from "../../runtime/program/tensor-type.ts";
import type { ContextAssignment, Fragment, HeadAssignment, Model } from "../2-elaborate/model.ts";
import { measureSaved, type Saved } from "./measure-fragment.ts";
import { selectContext, selectHead } from "./select-head.ts";
import { oncePerStructure } from "./structure.ts";
import { viewCandidate } from "./view-module.ts";
import { createDescriptions, type ViewPath, watchView } from "./watch-view.ts";

export interface HeadCost extends Saved {
  /** How many modules its losses reach, its own counted, and how many units before those. */
  readonly modules: number;
  readonly units: number;
}

export interface CandidateCosts {
  /** Of the last of the modules that end at `ends`. */
  head(ends: readonly number[], count: number): Known<HeadCost>;
  /** Bytes kept inside its context and the tensors of earlier modules it reads. */
  context(ends: readonly number[], count: number): Known<number>;
}

export interface Known<Cost> {
  readonly cost: Cost;
  /** What it was found to depend on. */
  readonly looked: readonly ViewPath[];
}

const noHead: HeadCost = { inside: 0, keepsInput: false, keepsOutput: false, modules: 1, units: 0 };

export function costCandidates(model: Model): CandidateCosts {
  const head = remember(
    model,
    (index, count) => selectHead(model, index, count),
    ({ instantiate }, view) => instantiate?.(view).head?.fragment,
    createHeadMeasure(model),
    noHead,
  );
  const context = remember(
    model,
    (index, count) => selectContext(model, index, count),
    ({ instantiate }, view) => instantiate?.(view).fragment,
    createContextMeasure(model),
    0,
  );
  return { head, context };
}

type Assignment = HeadAssignment | ContextAssignment;

function remember<From extends Assignment, Cost>(
  model: Model,
  select: (index: number, count: number) => From | undefined,
  make: (assignment: From, view: ReturnType<typeof viewCandidate>) => Fragment | undefined,
  measure: (fragment: Fragment) => Cost,
  nothing: Cost,
): (ends: readonly number[], count: number) => Known<Cost> {
  const { describe } = createDescriptions(model);
  const tables = new Map<From, { looked: readonly ViewPath[]; known: Map<string, Known<Cost>> }[]>();
  const keyOf = (looked: readonly ViewPath[], ends: readonly number[], count: number) =>
    looked.map((path) => describe(path, ends, count)).join(" ");
  return (ends, count) => {
    const assignment = select(ends.length, count);
    if (assignment?.instantiate === undefined) return { cost: nothing, looked: [] };
    const own = tables.get(assignment) ?? [];
    tables.set(assignment, own);
    for (const { looked, known } of own) {
      const found = known.get(keyOf(looked, ends, count));
      if (found !== undefined) return found;
    }
    const seen = new Set<ViewPath>();
    const fragment = make(assignment, watchView(viewCandidate(model, ends, count, headOf), seen));
    const looked = [...seen].sort();
    const result = { cost: fragment === undefined ? nothing : measure(fragment), looked };
    const table = own.find((other) => other.looked.join() === looked.join()) ?? { looked, known: new Map() };
    if (!own.includes(table)) own.push(table);
    table.known.set(keyOf(looked, ends, count), result);
    return result;

    function headOf(of: readonly number[]): Fragment | undefined {
      const line = of.length < ends.length ? selectHead(model, of.length, count) : undefined;
      return line?.instantiate?.(viewCandidate(model, of, count, headOf)).head?.fragment;
    }
  };
}

/** The reach of losses is no part of a fragment's structure, what they keep is. */
function createHeadMeasure({ recipe }: Model): (fragment: Fragment) => HeadCost {
  const saved = oncePerStructure((fragment) => {
    const losses = fragment.losses.map(({ value }) => value);
    return measureSaved(fragment, losses, recipe.batch, recipe.memory !== undefined);
  });
  return (fragment) => {
    const reaches = fragment.losses.filter(({ weight }) => weight !== 0).map(({ reach }) => reach);
    const modules = Math.max(1, ...reaches.map((reach) => reach.modules));
    return { ...saved(fragment), modules, units: Math.max(0, ...reaches.map((reach) => reach.units)) };
  };
}

function createContextMeasure({ recipe }: Model): (fragment: Fragment) => number {
  const { batch, memory } = recipe;
  const inside = oncePerStructure((fragment) => {
    const { output } = fragment;
    return measureSaved(fragment, output === undefined ? [] : [output], batch, memory !== undefined).inside;
  });
  return (fragment) => {
    // What is fed is there anyway; so is what the first module was given.
    const read = fragment.inputs.filter(
      ({ source }) =>
        source.kind === "unit" || source.kind === "tap" || (source.kind === "module_input" && source.module !== 1),
    );
    return read.reduce((sum, { type }) => sum + bytesAt(type, batch), inside(fragment));
  };
}
