import type { Model, SplitSpecification, Unit } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { costModules } from "./costs.ts";
import { partition } from "./partition.ts";

/**
 * The last unit of every module but the last, as ascending 1-based indices. An impossible split is reported and gives
 * undefined.
 */
export function placeCuts(model: Model): Result<readonly number[] | undefined> {
  const { split } = model;
  if (split.kind === "none") return { value: [], diagnostics: [] };
  return split.kind === "after" ? explicitCuts(model, split) : evenCuts(model, split);
}

type AfterSplit = Extract<SplitSpecification, { kind: "after" }>;
type IntoSplit = Extract<SplitSpecification, { kind: "into" }>;

function explicitCuts(model: Model, split: AfterSplit): Result<readonly number[] | undefined> {
  const { units } = model.backbone;
  const parted = unitsKeptTogether(split.together);
  const address = (unit: number): string => (units[unit - 1] as Unit).address;
  const diagnostics: Diagnostic[] = [];
  split.cuts.forEach(({ unit, place }, position) => {
    const before = split.cuts[position - 1];
    if (split.cuts.slice(0, position).some((cut) => cut.unit === unit)) {
      const first = split.cuts.find((cut) => cut.unit === unit);
      diagnostics.push(
        diagnose(
          "repeated-cut",
          { address: address(unit) },
          {
            place,
            related: first === undefined ? [] : [{ place: first.place, text: "cut here already" }],
            help: "remove one of the two",
          },
        ),
      );
    } else if (before !== undefined && unit < before.unit) {
      diagnostics.push(
        diagnose(
          "cut-out-of-order",
          { address: address(unit), before: address(before.unit) },
          {
            place,
            help: `name cuts in the order of the backbone: ${sortedCuts(split).map(address).join(", ")}`,
          },
        ),
      );
    } else if (unit === units.length) {
      const nearest = units.at(-2)?.address;
      diagnostics.push(
        diagnose(
          "cut-at-end",
          { address: address(unit) },
          {
            place,
            help:
              nearest === undefined
                ? "a backbone of one unit cannot be split"
                : `the last possible cut is after \`${nearest}\``,
          },
        ),
      );
    } else if (parted.has(unit)) {
      const nearest = nearestCuts(unit, units, parted).map((near) => `\`${address(near)}\``);
      diagnostics.push(
        diagnose(
          "cut-parts-units",
          { address: address(unit) },
          { place, help: `cut after ${nearest.join(" or ")} instead` },
        ),
      );
    }
  });
  return { value: diagnostics.length > 0 ? undefined : split.cuts.map(({ unit }) => unit), diagnostics };
}

function sortedCuts(split: AfterSplit): number[] {
  return [...new Set(split.cuts.map(({ unit }) => unit))].sort((a, b) => a - b);
}

/** Units after which a cut would part a group: all of a group but its last. */
function unitsKeptTogether(together: readonly (readonly number[])[]): ReadonlySet<number> {
  const parted = new Set<number>();
  for (const group of together) {
    for (let unit = Math.min(...group); unit < Math.max(...group); unit++) parted.add(unit);
  }
  return parted;
}

/** The nearest places before and after where a cut is possible. */
function nearestCuts(unit: number, units: readonly Unit[], parted: ReadonlySet<number>): number[] {
  const isPossible = (candidate: number): boolean =>
    candidate >= 1 && candidate < units.length && !parted.has(candidate);
  const candidates = units.map(({ index }) => index).filter(isPossible);
  return [candidates.findLast((near) => near < unit), candidates.find((near) => near > unit)].filter(
    (near) => near !== undefined,
  );
}

function evenCuts(model: Model, split: IntoSplit): Result<readonly number[] | undefined> {
  const { units } = model.backbone;
  const parted = unitsKeptTogether(split.together);
  const most = units.length - parted.size;
  if (split.count < 1 || split.count > most) {
    const help =
      parted.size > 0
        ? `${units.length} units, of which \`with\` keeps some together`
        : `the backbone has ${units.length} units`;
    const diagnostic = diagnose("too-many-modules", { count: split.count, most }, { place: split.place, help });
    return { value: undefined, diagnostics: [diagnostic] };
  }
  const cuts =
    split.measure === "units" && parted.size === 0
      ? equalCuts(units.length, split.count)
      : search(model, split, parted);
  return { value: cuts, diagnostics: [] };
}

/** Sizes that differ by at most one, smaller ones first. */
function equalCuts(length: number, count: number): number[] {
  const size = Math.floor(length / count);
  const larger = length - size * count;
  const cuts: number[] = [];
  for (let index = 1, end = 0; index < count; index++) {
    end += index <= count - larger ? size : size + 1;
    cuts.push(end);
  }
  return cuts;
}

function search(model: Model, split: IntoSplit, parted: ReadonlySet<number>): number[] | undefined {
  const costs = costModules(model, split.measure, split.count);
  return partition({
    length: model.backbone.units.length,
    segments: split.count,
    mayCutAfter: (unit) => !parted.has(unit),
    cost: (_segment, _first, _last, ends) => costs.module(ends),
    atLeast: costs.units,
    depth: costs.depth,
    keyOf: costs.keyOf,
  });
}
