import { printShape, sameShape } from "../../runtime/program/tensor-type.ts";
import type { Fragment, Model, ModuleBound, ModuleView, Unit } from "../2-elaborate/model.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { checkShared } from "./check-shared.ts";
import { createHeadInstantiation } from "./instantiate-heads.ts";
import { isReadout } from "./own-weights.ts";
import type { Module } from "./scoped-model.ts";
import { boundAt, selectContext, selectHead } from "./select-head.ts";
import { viewModules } from "./view-module.ts";

/** The modules between the cuts, each with its head evaluated for it. */
export function attachHeads(model: Model, cuts: readonly number[]): Result<readonly Module[]> {
  const count = cuts.length + 1;
  const ends = [...cuts, model.backbone.units.length];
  const diagnostics: Diagnostic[] = checkSelectors(model, count);
  const heads = new Map<number, Fragment>();
  const views = viewModules(model, ends, (index) => heads.get(index));
  const instantiate = createHeadInstantiation(model, ends);
  const modules = ends.map((_, position) => {
    const index = position + 1;
    const view = views[position] as ModuleView;
    const assignment = selectHead(model, index, count);
    const { head, diagnostics: problems } =
      assignment === undefined ? { head: undefined, diagnostics: [] } : instantiate(assignment, view, index);
    if (head !== undefined) heads.set(index, head.fragment);
    diagnostics.push(...problems);
    if (assignment === undefined) diagnostics.push(missingHead(model, index, count, view.units));
    const context = selectContext(model, index, count)?.instantiate?.(view);
    diagnostics.push(...(context?.diagnostics ?? []));
    const { units, input, output } = view;
    return {
      index,
      units,
      input,
      output,
      ...(head !== undefined && { head }),
      ...(context?.fragment !== undefined && { context: context.fragment }),
    };
  });
  diagnostics.push(...checkReadout(model, modules), ...checkShared(model, modules));
  return { value: modules, diagnostics };
}

/** Inference needs a prediction from every head it reads. */
function checkReadout(model: Model, modules: readonly Module[]): Diagnostic[] {
  const { readout } = model;
  if (readout.kind === "exit" && readout.module > modules.length) {
    return [outsideBound({ fromLast: false, offset: readout.module, place: readout.place }, modules.length)];
  }
  return modules.flatMap(({ index, head }) => {
    const assignment = selectHead(model, index, modules.length);
    if (assignment === undefined || !isReadout(index, modules.length, model.readout)) return [];
    const problem = (reason: string, help: string): Diagnostic =>
      diagnose("no-readout", { module: index, reason }, { place: assignment.place, help });
    if (assignment.instantiate === undefined) {
      return [problem("its head is `off`", "give it a head that classifies, such as `classifier`")];
    }
    const { output, inputs, nodes } = head?.fragment ?? { inputs: [], nodes: [] };
    if (head === undefined) return [];
    if (output === undefined) {
      const help = "use a head with a cross-entropy, such as `classifier`, or let the head `return` its logits";
      return [problem(`its head \`${head.name}\` makes no prediction`, help)];
    }
    const type = (inputs[output] ?? nodes[output - inputs.length])?.type;
    if (type === undefined || sameShape(type.shape, [-1, model.classes])) return [];
    const expected = printShape([-1, model.classes]);
    return [
      problem(`expected logits ${expected}, found ${printShape(type.shape)}`, "end the head in `dense(classes)`"),
    ];
  });
}

/** Selectors with module numbers the split does not make; in a model that is not cut, a context selects nothing. */
function checkSelectors(model: Model, count: number): Diagnostic[] {
  const lines = count === 1 ? model.heads : [...model.heads, ...model.context];
  return lines.flatMap(({ selector }) => {
    if (selector.kind !== "range") return [];
    const bounds = [selector.from, selector.to].filter((bound, position) => position === 0 || bound !== selector.from);
    const outside = bounds.find((bound) => boundAt(bound, count) < 1 || boundAt(bound, count) > count);
    return outside === undefined ? [] : [outsideBound(outside, count)];
  });
}

function outsideBound(bound: ModuleBound, count: number): Diagnostic {
  return diagnose(
    "no-such-module",
    { module: boundAt(bound, count), count },
    {
      place: bound.place,
      help: count === 1 ? "this model has one module" : `modules count from 1 to ${count}`,
    },
  );
}

function missingHead(model: Model, index: number, count: number, units: readonly Unit[]): Diagnostic {
  const place = model.split.kind === "none" ? model.place : model.split.place;
  const range = units.length === 1 ? units[0]?.address : `${units[0]?.address} to ${units.at(-1)?.address}`;
  return diagnose(
    "module-without-head",
    { module: index, units: range ?? "" },
    {
      place,
      help:
        index < count
          ? "add `local: …` to `heads`, or `off` to leave the module untrained"
          : "add `last: classifier` to `heads`",
    },
  );
}
