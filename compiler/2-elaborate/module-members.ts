/** What heads and contexts may know of modules and units: `module.previous.input`, `module.next.units[1]`, taps. */
import type { Place } from "../../grammar/span.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { bind } from "./bind.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectInteger } from "./expect.ts";
import type { Edge, Fragment, ModuleView, Unit } from "./model.ts";
import {
  type FunctionValue,
  type Given,
  integer,
  list,
  sourceTensor,
  string,
  type TensorValue,
  unknown,
  type Value,
} from "./value.ts";

export const moduleMembers = [
  "output",
  "input",
  "index",
  "count",
  "units",
  "taps",
  "head_tap",
  "previous",
  "next",
] as const;
export const unitMembers = ["index", "address", "output", "tap", "taps"] as const;

/** Undefined where a module has no such member. `place` is that of the whole expression. */
export function moduleMember(view: ModuleView, name: string, place: Place, evaluation: Evaluation): Value | undefined {
  // By identity: a planner notes every property that is looked at.
  const isOwn = view === evaluation.module;
  switch (name) {
    case "output": {
      if (isOwn) return sourceTensor({ kind: "module_output" }, view.output, place);
      // What another module returned, before any context: no gradient passes into it.
      const unit = view.units.at(-1)?.index ?? 0;
      return { kind: "tensor", type: view.output, origin: { source: { kind: "unit", unit }, isConstant: true }, place };
    }
    case "input":
      return sourceTensor({ kind: "module_input", ...(!isOwn && { module: view.index }) }, view.input, place);
    case "index":
      return integer(view.index);
    case "count":
      return integer(view.count);
    case "units":
      return list(view.units.map((unit) => ({ kind: "unit" as const, unit })));
    case "taps":
      return tapsFunction(view.units, `module ${view.index}`, evaluation);
    case "head_tap":
      return headTapFunction(view, evaluation);
    case "previous":
    case "next":
      return neighbour(view, name, 1, place, evaluation);
    default:
      return undefined;
  }
}

/** `module.previous(2)`: the module two places before. */
export function callNeighbour(
  view: ModuleView,
  which: "previous" | "next",
  given: readonly Given[],
  site: Place,
  evaluation: Evaluation,
): Value {
  const bound = bind(`module.${which}`, [{ name: "count", isRequired: true }], given, site, evaluation);
  const argument = bound?.byName.get("count");
  const count = argument && expectInteger(argument, "an int: how many modules away", evaluation);
  if (argument === undefined || count === undefined) return unknown;
  if (count >= 1) return neighbour(view, which, count, site, evaluation);
  const message = `modules ${which === "previous" ? "before" : "after"} this one count from 1, found ${count}`;
  evaluation.report("argument-out-of-range", { message }, { place: argument.place });
  return unknown;
}

function neighbour(
  view: ModuleView,
  which: "previous" | "next",
  count: number,
  place: Place,
  evaluation: Evaluation,
): Value {
  let found: ModuleView | undefined = view;
  for (let step = 0; step < count; step++) found = found?.[which];
  if (found !== undefined) return { kind: "module", view: found };
  const help =
    which === "previous"
      ? "ask first: `if module.index > 1 { … }`, or count in `1..min(n, module.index - 1)`"
      : "ask first: `if module.index < module.count { … }`, or give the head by `local: …`, which leaves the last module out";
  evaluation.report("no-neighbour", { module: view.index, count, which }, { place, help });
  return unknown;
}

export function unitMember(unit: Unit, name: string, place: Place, evaluation: Evaluation): Value | undefined {
  switch (name) {
    case "index":
      return integer(unit.index);
    case "address":
      return string(unit.address);
    case "output":
      return sourceTensor({ kind: "unit", unit: unit.index }, typeOf(unit.fragment, unit.fragment.output), place);
    case "tap":
      return tapFunction(unit, evaluation);
    case "taps":
      return tapsFunction([unit], `\`${unit.address}\``, evaluation);
    default:
      return undefined;
  }
}

/** `unit.tap("residual")`: the one tensor it publishes under this name. */
function tapFunction(unit: Unit, evaluation: Evaluation): FunctionValue {
  return functionOfName("tap", evaluation, (name, place) => {
    const edge = Object.hasOwn(unit.fragment.taps, name) ? unit.fragment.taps[name] : undefined;
    if (edge === undefined) return unknownTap(name, [unit], `\`${unit.address}\``, place, evaluation);
    return tapTensor(unit, name, edge, place);
  });
}

/** `module.taps("residual")`: what all units publish under this name, in order; a unit may do so several times. */
function tapsFunction(units: readonly Unit[], of: string, evaluation: Evaluation): FunctionValue {
  return functionOfName("taps", evaluation, (name, place) => {
    const tensors = units.flatMap((unit) =>
      Object.entries(unit.fragment.taps)
        .filter(([tap]) => tap === name || tap.startsWith(`${name}[`))
        .map(([tap, edge]) => tapTensor(unit, tap, edge, place)),
    );
    return tensors.length > 0 ? list(tensors) : unknownTap(name, units, of, place, evaluation);
  });
}

/** `module.previous.head_tap("negative")`: what an earlier module's head publishes under this name, as a constant. */
function headTapFunction(view: ModuleView, evaluation: Evaluation): FunctionValue {
  const of = `the head of module ${view.index}`;
  return functionOfName("head_tap", evaluation, (name, place) => {
    const own = evaluation.module?.index ?? 1;
    if (evaluation.room === "context") {
      const help = "a context stays in inference, where there are no heads: use what modules compute";
      evaluation.report("head-in-context", {}, { place, help });
      return unknown;
    }
    if (view.index >= own) {
      const help = "a head can use what heads of earlier modules publish: `module.previous.head_tap(…)`";
      const facts = { what: `the tap of ${of}`, where: `the head of module ${own}` };
      evaluation.report("not-computed-yet", facts, { place, help });
      return unknown;
    }
    const taps = view.head?.taps ?? {};
    const edge = Object.hasOwn(taps, name) ? taps[name] : undefined;
    if (edge !== undefined) {
      const source = { kind: "head_tap" as const, module: view.index, name };
      return sourceTensor(source, typeOf(view.head as Fragment, edge), place);
    }
    const known = Object.keys(taps);
    const help = didYouMean(name, known) ?? "publish one in that head: `tap NAME = …`";
    evaluation.report("unknown-tap", { name, of }, { place, help });
    return unknown;
  });
}

function tapTensor(unit: Unit, name: string, edge: Edge, place: Place): TensorValue {
  return sourceTensor({ kind: "tap", unit: unit.index, name }, typeOf(unit.fragment, edge), place);
}

function unknownTap(name: string, units: readonly Unit[], of: string, place: Place, evaluation: Evaluation): Value {
  const known = [...new Set(units.flatMap(({ fragment }) => Object.keys(fragment.taps)))];
  const shown = known.map((each) => `\`${each}\``).join(", ");
  const help =
    didYouMean(name, known) ?? (known.length > 0 ? `it has ${shown}` : "publish one in a block: `tap residual = …`");
  evaluation.report("unknown-tap", { name, of }, { place, help });
  return unknown;
}

function functionOfName(
  name: string,
  evaluation: Evaluation,
  apply: (name: string, place: Place) => Value,
): FunctionValue {
  const parameters = [{ name: "name", isRequired: true, type: "string" }];
  return {
    kind: "function",
    family: "built-in",
    name,
    parameters,
    invoke: (given, site) => {
      const argument = bind(name, parameters, given, site, evaluation)?.byName.get("name");
      return argument?.value.kind === "string" ? apply(argument.value.value, argument.place) : unknown;
    },
  };
}

function typeOf({ inputs, nodes }: Fragment, edge: Edge = 0): TensorType {
  const found = inputs[edge] ?? nodes[edge - inputs.length];
  if (found === undefined) throw new Error(`there is no tensor ${edge} in the unit`);
  return found.type;
}
