/** `clone`, `clones`, `ema`, `frozen`, `tied`: functions of a tensor made from units of the backbone. */
import type { Place } from "../../grammar/span.ts";
import { nearNames } from "../diagnostics/near-names.ts";
import { type Bound, bind } from "./bind.ts";
import type { Evaluation } from "./evaluation.ts";
import { expectList, expectNumber, reportMismatch } from "./expect.ts";
import { inlineUnit, type UnitCopy } from "./inline-unit.ts";
import type { Unit } from "./model.ts";
import { type FunctionValue, type Given, unknown, type Value } from "./value.ts";

/** A structural copy with its own weights: `init = "fresh"` draws them anew, `"copy"` begins with the unit's. */
export function cloneValue(bound: Bound, site: Place, evaluation: Evaluation): Value {
  const unit = unitOf(argument(bound, "unit"), "clone", site, evaluation);
  const init = initOf(bound, "fresh", evaluation);
  return unit === undefined || init === undefined ? unknown : copyOf(unit, { name: "clone", init }, evaluation);
}

/** One clone after the other; of no units, the tensor itself. */
export function clonesValue(bound: Bound, site: Place, evaluation: Evaluation): Value {
  const given = argument(bound, "units");
  const items = expectList(given, "a list of units for `clones`", evaluation);
  const units = items?.map((value) => unitOf({ ...given, value }, "clones", site, evaluation));
  const init = initOf(bound, "fresh", evaluation);
  if (units === undefined || init === undefined) return unknown;
  const copies = units.map((unit) => unit && copyOf(unit, { name: "clone", init }, evaluation));
  return functionOfTensor("clones", evaluation, (input, place) => {
    let current = input;
    for (const copy of copies) {
      const value = copy === undefined ? unknown : copy.invoke([current], place);
      if (value.kind === "unknown") return unknown;
      current = { value, place };
    }
    return current.value;
  });
}

/**
 * Follows the unit: after every step's backward pass `m ← decay · m + (1 − decay) · w`, from the unit's weights before the
 * step (arXiv 2407.05623, released code). Gradients pass through it to its input; it has no optimizer state.
 */
export function emaValue(bound: Bound, site: Place, evaluation: Evaluation): Value {
  const unit = unitOf(argument(bound, "unit"), "ema", site, evaluation);
  const given = argument(bound, "decay");
  const decay = expectNumber(given, "a number for `decay`", evaluation);
  const init = initOf(bound, "copy", evaluation);
  if (unit === undefined || decay === undefined || init === undefined) return unknown;
  if (decay < 0 || decay > 1) {
    const message = `\`decay\` must lie in [0, 1], found ${decay}`;
    evaluation.report("argument-out-of-range", { message }, { place: given.place });
    return unknown;
  }
  return copyOf(unit, { name: "ema", init, decay }, evaluation);
}

/**
 * The unit once more, on another tensor, with the unit's own weights: losses behind it train the unit. Running statistics are
 * the unit's too; they are read here and moved by what flows through the chain alone.
 */
export function tiedValue(bound: Bound, site: Place, evaluation: Evaluation): Value {
  const given = argument(bound, "unit");
  const unit = unitOf(given, "tied", site, evaluation);
  const { module } = evaluation;
  if (unit !== undefined && module !== undefined && unit.index > (module.units.at(-1)?.index ?? 0)) {
    const facts = { what: `\`${unit.address}\` of a later module`, where: `module ${module.index}` };
    const help = "`tied` uses weights the module may train; of later units make a `clone` or an `ema`";
    evaluation.report("not-computed-yet", facts, { place: given.place, help });
    return unknown;
  }
  return unit === undefined ? unknown : copyOf(unit, { name: "tied", init: "same" }, evaluation);
}

/** The function with weights that are never updated; of a unit, a copy of it as it begins. Gradients pass to its input. */
export function frozenValue(bound: Bound, site: Place, evaluation: Evaluation): Value {
  const given = argument(bound, "f");
  const callee = given.value.kind === "function" ? given.value : frozenUnit(given, site, evaluation);
  if (callee === undefined) return unknown;
  return functionOfTensor("frozen", evaluation, (input, place) => {
    const before = evaluation.fragment?.count ?? 0;
    const value = evaluation.call(callee, [input], place);
    evaluation.fragment?.bindWeights(before, { kind: "frozen" });
    return value;
  });
}

function frozenUnit(given: Given, site: Place, evaluation: Evaluation): FunctionValue | undefined {
  const unit = unitOf(given, "frozen", site, evaluation);
  return unit && copyOf(unit, { name: "clone", init: "copy" }, evaluation);
}

function copyOf(unit: Unit, copy: UnitCopy, evaluation: Evaluation): FunctionValue {
  return functionOfTensor(`${copy.name}(${unit.address})`, evaluation, (input, place) =>
    inlineUnit(unit, input, copy, place, evaluation),
  );
}

function functionOfTensor(
  name: string,
  evaluation: Evaluation,
  apply: (input: Given, place: Place) => Value,
): FunctionValue {
  const parameters = [{ name: "x", isRequired: true }];
  return {
    kind: "function",
    family: "built-in",
    name,
    parameters,
    invoke: (given, site) => {
      const bound = bind(name, parameters, given, site, evaluation);
      return bound === undefined ? unknown : apply(argument(bound, "x"), site);
    },
  };
}

/** A unit of the finished backbone, as a value of `module.units` or by its address. */
function unitOf(given: Given, name: string, site: Place, evaluation: Evaluation): Unit | undefined {
  const { value } = given;
  if (value.kind === "unknown") return undefined;
  const units = evaluation.backbone?.backbone.units;
  if (units === undefined) {
    const help = `use \`${name}\` in a \`head\` or a \`context\`, where all units are known`;
    evaluation.report("outside-heads", { name }, { place: site, help });
    return undefined;
  }
  if (value.kind === "unit") return value.unit;
  const unit = value.kind === "address" && value.node.unit ? units[value.node.unit.index - 1] : undefined;
  if (unit !== undefined) return unit;
  const help = "only units have a place in the backbone: `module.next.units[1]`, `backbone.units[3]`";
  reportMismatch(given, `a unit of the backbone for \`${name}\``, evaluation, help);
  return undefined;
}

const inits = ["fresh", "copy"] as const;
type Init = (typeof inits)[number];

function initOf({ byName }: Bound, fallback: Init, evaluation: Evaluation): Init | undefined {
  const given = byName.get("init");
  if (given === undefined) return fallback;
  if (given.value.kind !== "string") {
    reportMismatch(given, '"fresh" or "copy" for `init`', evaluation);
    return undefined;
  }
  const { value } = given.value;
  const found = inits.find((each) => each === value);
  if (found === undefined) {
    const near = nearNames(value, inits).map((each) => JSON.stringify(each));
    const help = near.length > 0 ? `did you mean ${near.join(" or ")}?` : 'it can be "fresh" or "copy"';
    evaluation.report("unknown-option", { parameter: "init", value }, { place: given.place, help });
  }
  return found;
}

function argument(bound: Bound, name: string): Given {
  return bound.byName.get(name) as Given;
}
