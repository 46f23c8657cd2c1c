/** Where a model is cut: addresses become positions in the chain. Whether the cuts are possible is the next phase's matter. */
import type { Address, SplitClause, SplitItem } from "../../grammar/syntax-tree.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { findAddress, printAddress, unitsBelow } from "./address-tree.ts";
import { addressSteps } from "./backbone.ts";
import type { BuiltBackbone, Evaluation } from "./evaluation.ts";
import { expectInteger } from "./expect.ts";
import { givenBy } from "./given.ts";
import type { SplitMeasure, SplitSpecification, Unit } from "./model.ts";
import { placeIn, type Scope } from "./scope.ts";

export function elaborateSplit(
  item: SplitItem,
  built: BuiltBackbone,
  scope: Scope,
  evaluation: Evaluation,
): SplitSpecification | undefined {
  const inText = evaluation.origins.get(item) ?? scope;
  const together = item.together.map((group) =>
    group.flatMap((address) => unitsAt(address, built, inText, evaluation)),
  );
  const context: SplitContext = { built, together, scope: inText, evaluation };
  return item.split.kind === "SplitInto" ? splitInto(item.split, context) : splitAfter(item.split, context);
}

interface SplitContext {
  readonly built: BuiltBackbone;
  readonly together: readonly (readonly number[])[];
  readonly scope: Scope;
  readonly evaluation: Evaluation;
}

const measures: readonly SplitMeasure[] = ["units", "parameters", "macs", "memory"];

function splitInto(clause: SplitClause & { kind: "SplitInto" }, context: SplitContext): SplitSpecification | undefined {
  const { evaluation, together } = context;
  const scope = evaluation.origins.get(clause) ?? context.scope;
  const count = expectInteger(givenBy(clause.count, scope, evaluation), "an int: the number of modules", evaluation);
  const measure = measures.find((each) => each === (clause.measure?.text ?? "units"));
  if (measure === undefined && clause.measure !== undefined && clause.measure.text !== "") {
    const name = clause.measure.text;
    const help = didYouMean(name, measures) ?? `it can be ${measures.map((each) => `\`${each}\``).join(", ")}`;
    evaluation.report("unknown-measure", { name }, { place: placeIn(scope, clause.measure.span), help });
  }
  if (count === undefined || measure === undefined) return undefined;
  return { kind: "into", count, measure, together, place: placeIn(scope, clause.span) };
}

/** A group stands for its last unit: `after stage[1]` cuts behind the whole stage. */
function splitAfter(
  clause: SplitClause & { kind: "SplitAfter" },
  context: SplitContext,
): SplitSpecification | undefined {
  const { evaluation, built, together } = context;
  const scope = evaluation.origins.get(clause) ?? context.scope;
  const cuts = clause.addresses.flatMap((address) => {
    const units = unitsAt(address, built, scope, evaluation);
    const unit = units[units.length - 1];
    return unit === undefined ? [] : [{ unit, place: placeIn(scope, address.span) }];
  });
  if (cuts.length < clause.addresses.length || cuts.length === 0) return undefined;
  return { kind: "after", cuts, together, place: placeIn(scope, clause.span) };
}

/** The units an address stands for, in order: one, or all of a group; none where there is none, which is reported. */
function unitsAt(address: Address, built: BuiltBackbone, scope: Scope, evaluation: Evaluation): number[] {
  const steps = addressSteps(address, evaluation.origins.get(address) ?? scope, evaluation);
  if (steps === undefined) return [];
  const node = findAddress(built.addresses, steps);
  if (node !== undefined) return unitsBelow(node);
  const place = placeIn(scope, address.span);
  const wanted = printAddress(steps);
  const outer = steps
    .map((_, end) => findAddress(built.addresses, steps.slice(0, end))?.unit)
    .find((unit) => unit !== undefined);
  const { units } = built.backbone;
  if (outer !== undefined) {
    const unit = units[outer.index - 1]?.address ?? "";
    evaluation.report("cut-inside-unit", { address: wanted, unit }, { place, help: `cut after \`${unit}\`` });
    return [];
  }
  evaluation.report(
    "unknown-unit",
    { address: wanted },
    { place, help: nearestUnits(wanted, steps[0]?.name ?? "", units) },
  );
  return [];
}

/** The likely ones: near in spelling, or the last of the same group. */
function nearestUnits(wanted: string, first: string, units: readonly Unit[]): string | undefined {
  const near = didYouMean(
    wanted,
    units.map(({ address }) => address),
  );
  const siblings = units.filter(({ address }) => address.startsWith(first));
  const shown = siblings.length > 0 ? siblings : units;
  return near ?? `the units go from \`${shown[0]?.address}\` to \`${shown[shown.length - 1]?.address}\``;
}
