import type { ScopedModel } from "../3-scope/scoped-model.ts";
import { listed } from "./wording.ts";

/** Where the cuts are: how many modules, and which cuts moved, came or went. */
export function compareSplits(before: ScopedModel, after: ScopedModel): readonly string[] {
  const [from, to] = [cutsOf(before), cutsOf(after)];
  const gone = from.filter((cut) => !to.includes(cut));
  const added = to.filter((cut) => !from.includes(cut));
  if (gone.length === 0 && added.length === 0) return [];
  const count = from.length === to.length ? [] : [`${from.length + 1} → ${to.length + 1} modules`];
  if (from.length === to.length) {
    return from.flatMap((cut, position) => {
      const moved = to[position];
      return moved === undefined || moved === cut
        ? []
        : [`cut ${position + 1} moves from after ${cut} to after ${moved}`];
    });
  }
  return [
    ...count,
    ...(gone.length > 0 ? [`no longer cut after ${listed("unit", gone)}`] : []),
    ...(added.length > 0 ? [`cut after ${listed("unit", added)} as well`] : []),
  ];
}

/** The address of the last unit of every module but the last. */
function cutsOf({ modules }: ScopedModel): readonly string[] {
  return modules.slice(0, -1).map(({ units }) => units.at(-1)?.address ?? "");
}
