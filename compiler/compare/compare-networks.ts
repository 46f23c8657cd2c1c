import type { Model, Unit } from "../2-elaborate/model.ts";
import { countParameters } from "../3-scope/measure-fragment.ts";
import { structureOf } from "../3-scope/structure.ts";
import { listed, thousands } from "./wording.ts";

/** What differs before anything is cut: what is fed, how many classes, the chain of units. */
export function compareNetworks(before: Model, after: Model): readonly string[] {
  const texts: string[] = [];
  const shape = (model: Model) => `[${model.inputShape.join(", ")}]`;
  if (shape(before) !== shape(after)) texts.push(`input ${shape(before)} → ${shape(after)}`);
  if (before.classes !== after.classes) texts.push(`classes ${before.classes} → ${after.classes}`);
  const units = compareUnits(before.backbone.units, after.backbone.units);
  // Another way to write the same units changes nothing.
  if (units.length > 0 && before.backbone.name !== after.backbone.name) {
    texts.push(`backbone ${before.backbone.name} → ${after.backbone.name}`);
  }
  return [...texts, ...units];
}

function compareUnits(before: readonly Unit[], after: readonly Unit[]): readonly string[] {
  const texts: string[] = [];
  const known = new Map(before.map((unit) => [unit.address, unit]));
  const kept = new Set(after.map(({ address }) => address));
  const gone = before.filter(({ address }) => !kept.has(address)).map(({ address }) => address);
  const added = after.filter(({ address }) => !known.has(address)).map(({ address }) => address);
  if (gone.length > 0) texts.push(`without ${listed("unit", gone)}`);
  if (added.length > 0) texts.push(`with ${listed("unit", added)} more`);
  const changed = after.flatMap((unit) => {
    const was = known.get(unit.address);
    return was === undefined || structureOf(was.fragment) === structureOf(unit.fragment) ? [] : [{ was, unit }];
  });
  if (changed.length > 0) {
    const total = (side: "was" | "unit") =>
      changed.reduce((sum, each) => sum + countParameters(each[side].fragment), 0);
    const sizes = `parameters ${thousands(total("was"))} → ${thousands(total("unit"))}`;
    texts.push(
      `other layers in ${listed(
        "unit",
        changed.map(({ unit }) => unit.address),
      )}: ${sizes}`,
    );
  }
  const common = (units: readonly Unit[], others: ReadonlySet<string>) =>
    units
      .map(({ address }) => address)
      .filter((address) => others.has(address))
      .join();
  if (common(before, kept) !== common(after, new Set(known.keys()))) texts.push("units in another order");
  return texts;
}
