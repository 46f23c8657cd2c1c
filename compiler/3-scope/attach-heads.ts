import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Model, ModuleBound, Unit } from "../2-elaborate/model.ts";
import type { Module } from "./scoped-model.ts";
import { boundAt, selectHead } from "./select-head.ts";
import { viewModule } from "./view-module.ts";

/** The modules between the cuts, each with its head evaluated for it. */
export function attachHeads(model: Model, cuts: readonly number[]): Result<readonly Module[]> {
  const count = cuts.length + 1;
  const ends = [...cuts, model.backbone.units.length];
  const diagnostics: Diagnostic[] = checkSelectors(model, count);
  const modules = ends.map((last, position) => {
    const index = position + 1;
    const view = viewModule(model, { index, count, first: (ends[position - 1] ?? 0) + 1, last });
    const assignment = selectHead(model, index, count);
    const { head, diagnostics: problems } = assignment?.instantiate?.(view) ?? { head: undefined, diagnostics: [] };
    diagnostics.push(...problems);
    if (assignment === undefined) diagnostics.push(missingHead(model, index, count, view.units));
    if (index === count && assignment !== undefined) {
      if (assignment.instantiate === undefined) {
        diagnostics.push(diagnose("no-readout", { reason: "its head is `off`" }, { place: assignment.place, help: "give the last module a head that classifies, such as `classifier`" }));
      } else if (head !== undefined && head.fragment.output === undefined) {
        diagnostics.push(diagnose("no-readout", { reason: `its head \`${head.name}\` makes no prediction` }, { place: assignment.place, help: "use a head with a cross-entropy, such as `classifier`, or let the head `return` its logits" }));
      }
    }
    const { units, input, output } = view;
    return { index, units, input, output, ...(head !== undefined && { head }) };
  });
  return { value: modules, diagnostics };
}

/** Selectors with module numbers the split does not make. */
function checkSelectors(model: Model, count: number): Diagnostic[] {
  return model.heads.flatMap(({ selector }) => {
    if (selector.kind !== "range") return [];
    const bounds = [selector.from, selector.to].filter((bound, position) => position === 0 || bound !== selector.from);
    const outside = bounds.find((bound) => boundAt(bound, count) < 1 || boundAt(bound, count) > count);
    return outside === undefined ? [] : [outsideBound(outside, count)];
  });
}

function outsideBound(bound: ModuleBound, count: number): Diagnostic {
  return diagnose("no-such-module", { module: boundAt(bound, count), count }, {
    place: bound.place,
    help: count === 1 ? "this model has one module" : `modules count from 1 to ${count}`,
  });
}

function missingHead(model: Model, index: number, count: number, units: readonly Unit[]): Diagnostic {
  const place = model.split.kind === "none" ? model.place : model.split.place;
  const range = units.length === 1 ? units[0]?.address : `${units[0]?.address} to ${units.at(-1)?.address}`;
  return diagnose("module-without-head", { module: index, units: range ?? "" }, {
    place,
    help: index < count ? "add `local: …` to `heads`, or `off` to leave the module untrained" : "add `last: classifier` to `heads`",
  });
}
