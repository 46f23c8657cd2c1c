/** Inlay hints and code lenses: what the compiler knows, shown beside what is written. */

import { countParameters } from "../../compiler/3-scope/measure-fragment.ts";
import type { Snapshot } from "../../compiler/incremental/index.ts";
import type { Span } from "../../grammar/index.ts";
import { count } from "./describe.ts";
import { modelsUsing, unitsOf } from "./hover.ts";

export interface Hint {
  /** As the editor counts. */
  readonly offset: number;
  readonly text: string;
}

/** The shape behind every unit of the range, in the first model of the file that has it; module numbers at each cut. */
export function hintsIn(snapshot: Snapshot, start: number, end: number): readonly Hint[] {
  const hints: Hint[] = [];
  const shownOffset = (span: Span): number | undefined => {
    const offset = snapshot.layout.toShown(span.end);
    return offset !== undefined && start <= offset && offset <= end ? offset : undefined;
  };
  for (const declaration of snapshot.tree.declarations) {
    const at = snapshot.layout.spanToShown(declaration.span);
    if (at === undefined || at.end < start || end < at.start) continue;
    if (declaration.kind === "Model") {
      const split = declaration.items.find((item) => item.kind === "Split")?.split;
      const scoped = split === undefined ? undefined : snapshot.scopedModel(declaration);
      if (split === undefined || scoped === undefined) continue;
      if (split.kind === "SplitAfter") {
        for (const [index, address] of split.addresses.entries()) {
          const offset = shownOffset(address.span);
          if (offset !== undefined) hints.push({ offset, text: ` module ${index + 1} ends` });
        }
      } else {
        const offset = shownOffset(split.span);
        const cuts = scoped.modules.slice(0, -1).map(({ units }) => units.at(-1)?.address ?? "");
        if (offset !== undefined && cuts.length > 0 && cuts.length <= 8)
          hints.push({ offset, text: ` after ${cuts.join(", ")}` });
      }
    }
    if (declaration.kind !== "Backbone") continue;
    const [model] = modelsUsing(declaration.span, snapshot);
    const scoped = model && snapshot.scopedModel(model);
    if (scoped === undefined) continue;
    const seen = new Set<number>();
    for (const { place } of scoped.model.backbone.units) {
      if (place.file !== snapshot.path || seen.has(place.start)) continue;
      seen.add(place.start);
      const offset = shownOffset(place);
      const units = offset === undefined ? [] : unitsOf(place, scoped, snapshot.path);
      const shapes = [...new Set(units.map(({ shape }) => shape.replace("[batch, ", "[").replace("[-1, ", "[")))];
      const modules = [...new Set(units.map(({ module }) => module))];
      if (offset === undefined || shapes.length === 0) continue;
      const shown = shapes.length > 3 ? `${shapes[0]} … ${shapes.at(-1)}` : shapes.join(", ");
      const where =
        scoped.modules.length < 2
          ? ""
          : ` · module ${modules.length > 1 ? `${modules[0]}–${modules.at(-1)}` : modules[0]}`;
      hints.push({ offset, text: ` → ${shown}${where}` });
    }
  }
  return hints;
}

export interface Lens {
  readonly span: Span;
  readonly title: string;
  readonly command: "llnet.summary" | "llnet.isolation";
  readonly model: string;
}

export function lenses(snapshot: Snapshot): readonly Lens[] {
  return snapshot.project.main.models.flatMap((model): Lens[] => {
    const span = snapshot.layout.spanToShown(model.name.span);
    const scoped = span && snapshot.scopedModel(model);
    if (span === undefined || scoped === undefined) return [];
    const units = scoped.model.backbone.units.length;
    const parameters = scoped.model.backbone.units.reduce((sum, { fragment }) => sum + countParameters(fragment), 0);
    const modules = scoped.modules.length === 1 ? "one module" : `${scoped.modules.length} modules`;
    const isIsolated = scoped.losses.every(({ reach }) => reach.modules === 1 && reach.units === 0);
    return [
      {
        span,
        title: `${modules} · ${units} units · ${count(parameters)} parameters`,
        command: "llnet.summary",
        model: model.name.text,
      },
      {
        span,
        title: isIsolated ? "every loss trains its own module" : "some losses reach into earlier modules",
        command: "llnet.isolation",
        model: model.name.text,
      },
    ];
  });
}
