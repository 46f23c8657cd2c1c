/** The functions every file may call without a declaration, besides the operations. */
import type { Place } from "../../grammar/span.ts";
import type { BuiltInFunction } from "../1-resolve/built-in-names.ts";
import { numberOr, sumTensors } from "./arithmetic.ts";
import { type Bound, bind } from "./bind.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { expectList, expectNumber, reportMismatch } from "./expect.ts";
import { clonesValue, cloneValue, emaValue, frozenValue, tiedValue } from "./unit-functions.ts";
import { type FunctionValue, type Given, integer, type ParameterShape, unknown, type Value } from "./value.ts";

type Body = (bound: Bound, site: Place, evaluation: Evaluation) => Value;

interface BuiltIn {
  readonly parameters: readonly ParameterShape[];
  readonly body: Body;
  /** Makes a function of a tensor; given a tensor first, as in a pipe, the function is applied to it. */
  readonly makesFunction?: true;
}

export function builtInValue(name: BuiltInFunction, evaluation: Evaluation): FunctionValue {
  const { parameters, body, makesFunction } = builtIns[name];
  return {
    kind: "function",
    family: "built-in",
    name,
    parameters,
    invoke: (given, site) => {
      const [first, ...others] = given;
      const isApplied = makesFunction && first?.value.kind === "tensor" && first.name === undefined;
      const bound = bind(name, parameters, isApplied ? others : given, site, evaluation);
      const value = bound === undefined ? unknown : body(bound, site, evaluation);
      return isApplied ? evaluation.call(value, [first], site) : value;
    },
  };
}

export function builtInParameters(name: string): readonly ParameterShape[] | undefined {
  return Object.hasOwn(builtIns, name) ? builtIns[name as BuiltInFunction].parameters : undefined;
}

const builtIns: Readonly<Record<BuiltInFunction, BuiltIn>> = {
  floor: rounding(Math.floor),
  ceil: rounding(Math.ceil),
  round: rounding(halfToEven),
  log2: real(Math.log2),
  sqrt: real(Math.sqrt),
  exp: real(Math.exp),
  log: real(Math.log),
  abs: {
    parameters: [required("x")],
    body: (bound, site, evaluation) => {
      const given = argument(bound, "x");
      const value = expectNumber(given, "a number for `x`", evaluation);
      if (value === undefined || given.value.kind !== "number") return unknown;
      return numberOr(Math.abs(value), given.value.isInteger, site, evaluation);
    },
  },
  min: extreme("min"),
  max: extreme("max"),
  sum: {
    parameters: [required("list")],
    body: (bound, site, evaluation) => {
      const given = argument(bound, "list");
      const total = given.value.kind === "list" ? sumTensors(given.value.items, given.place, evaluation) : undefined;
      if (total !== undefined) return total;
      const numbers = numbersOf(given, evaluation);
      if (numbers === undefined) return unknown;
      const isInteger = numbers.every((number) => number.isInteger);
      return numberOr(
        numbers.reduce((total, { value }) => total + value, 0),
        isInteger,
        site,
        evaluation,
      );
    },
  },
  length: {
    parameters: [required("list")],
    body: (bound, _site, evaluation) => {
      const items = expectList(argument(bound, "list"), "a list", evaluation);
      return items === undefined ? unknown : integer(items.length);
    },
  },
  fold: {
    parameters: [required("list"), required("start"), required("step")],
    body: (bound, site, evaluation) => {
      const given = argument(bound, "list");
      const items = expectList(given, "a list to fold", evaluation);
      if (items === undefined) return unknown;
      if (items.length > limits.loop) {
        evaluation.report("too-large", { what: "turns of a loop", limit: limits.loop }, { place: given.place });
        return unknown;
      }
      const step = argument(bound, "step");
      let state = argument(bound, "start").value;
      for (const item of items) {
        const pair = [state, item].map((value) => ({ value, place: step.place }));
        state = evaluation.call(step.value, pair, site);
        if (state.kind === "unknown") return unknown;
      }
      return state;
    },
  },
  lerp: {
    parameters: [required("first"), required("last")],
    body: (bound, site, evaluation) => {
      const from = expectNumber(argument(bound, "first"), "a number for `first`", evaluation);
      const to = expectNumber(argument(bound, "last"), "a number for `last`", evaluation);
      const module = moduleOf("lerp", site, evaluation);
      if (from === undefined || to === undefined || module === undefined) return unknown;
      // InfoPro's interpolation (arXiv 2101.10832, released code): ratio (k − 1) / (K − 2) over the local modules 1 … K − 1.
      const ratio = module.count > 2 ? (module.index - 1) / (module.count - 2) : 0;
      return numberOr((1 - ratio) * from + ratio * to, false, site, evaluation);
    },
  },
  table: {
    parameters: [required("values")],
    body: (bound, site, evaluation) => {
      const given = argument(bound, "values");
      const items = expectList(given, "a list with one entry per module", evaluation);
      const module = moduleOf("table", site, evaluation);
      if (items === undefined || module === undefined) return unknown;
      const item = items[module.index - 1];
      const { length } = items;
      if (item === undefined) {
        const help = "entry k is for module k: write one for every module that takes from the table";
        evaluation.report("table-too-short", { length, module: module.index }, { place: given.place, help });
      } else if (length > module.count) {
        const help = "entry k is for module k: a list made for another number of modules gives each one another's";
        evaluation.report("table-too-long", { length, count: module.count }, { place: given.place, help });
      }
      return item ?? unknown;
    },
  },
  clone: { parameters: [required("unit"), optional("init")], body: cloneValue, makesFunction: true },
  clones: { parameters: [required("units"), optional("init")], body: clonesValue, makesFunction: true },
  ema: { parameters: [required("unit"), required("decay"), optional("init")], body: emaValue, makesFunction: true },
  frozen: { parameters: [required("f")], body: frozenValue, makesFunction: true },
  tied: { parameters: [required("unit")], body: tiedValue, makesFunction: true },
  normal: part("normal", [optional("mean"), optional("deviation")]),
  truncated_normal: part("truncated_normal", [optional("mean"), optional("deviation")]),
  uniform: part("uniform", [required("low"), required("high")]),
  constant: part("constant", [required("value")]),
  sgd: part("sgd", ["momentum", "nesterov", "weight_decay", "decay_mode", "no_decay", "per"].map(optional)),
  adam: part("adam", ["beta1", "beta2", "epsilon", "weight_decay", "decay_mode", "no_decay", "per"].map(optional)),
  adamw: part("adamw", ["beta1", "beta2", "epsilon", "weight_decay", "decay_mode", "no_decay", "per"].map(optional)),
  cosine: part("cosine", [required("peak"), ...["warmup", "start", "per"].map(optional)]),
  steps: part("steps", [required("initial"), required("at"), ...["factor", "warmup", "start"].map(optional)]),
  schedule: part("schedule", [required("start"), required("end"), optional("epochs")]),
  pad_crop: part("pad_crop", [required("padding"), optional("mode")]),
  resized_crop: part("resized_crop", [optional("scale"), optional("ratio")]),
  flip: part("flip", []),
  mean_std: part("mean_std", [required("mean"), required("std")]),
  at_most: part("at_most", [required("amount"), required("unit")]),
};

function required(name: string): ParameterShape {
  return { name, isRequired: true };
}

function optional(name: string): ParameterShape {
  return { name, isRequired: false };
}

function argument(bound: Bound, name: string): Given {
  return bound.byName.get(name) as Given;
}

function rounding(round: (value: number) => number): BuiltIn {
  return {
    parameters: [required("x")],
    body: (bound, site, evaluation) => {
      const value = expectNumber(argument(bound, "x"), "a number for `x`", evaluation);
      return value === undefined ? unknown : numberOr(round(value), true, site, evaluation);
    },
  };
}

function real(compute: (value: number) => number): BuiltIn {
  return {
    parameters: [required("x")],
    body: (bound, site, evaluation) => {
      const value = expectNumber(argument(bound, "x"), "a number for `x`", evaluation);
      return value === undefined ? unknown : numberOr(compute(value), false, site, evaluation);
    },
  };
}

/** `round(2.5)` is 2 and `round(3.5)` is 4, as in Python. */
export function halfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** `max(a, b, …)` or `max(list)`. */
function extreme(which: "min" | "max"): BuiltIn {
  return {
    parameters: [{ name: "numbers", isRequired: false, isRest: true }],
    body: ({ rest }, site, evaluation) => {
      const only = rest.length === 1 ? rest[0] : undefined;
      const numbers =
        only?.value.kind === "list"
          ? numbersOf(only, evaluation)
          : rest.flatMap((each) => numbersOf(each, evaluation) ?? []);
      if (numbers === undefined || (only === undefined && numbers.length < rest.length)) return unknown;
      if (numbers.length === 0) {
        if (only === undefined || only.value.kind === "list") {
          evaluation.report("missing-argument", { name: "numbers", of: which }, { place: site });
        }
        return unknown;
      }
      const value = numbers.reduce(
        (best, number) => Math[which](best, number.value),
        which === "min" ? Infinity : -Infinity,
      );
      return numberOr(
        value,
        numbers.every((number) => number.isInteger),
        site,
        evaluation,
      );
    },
  };
}

/** A number, or the numbers of a list. */
function numbersOf(given: Given, evaluation: Evaluation): { value: number; isInteger: boolean }[] | undefined {
  const items = given.value.kind === "list" ? given.value.items : [given.value];
  const numbers: { value: number; isInteger: boolean }[] = [];
  for (const item of items) {
    if (item.kind !== "number") {
      reportMismatch({ ...given, value: item.kind === "unknown" ? item : given.value }, "numbers", evaluation);
      return undefined;
    }
    numbers.push(item);
  }
  return numbers;
}

function moduleOf(name: string, site: Place, evaluation: Evaluation) {
  if (evaluation.module === undefined) {
    evaluation.report(
      "outside-heads",
      { name },
      { place: site, help: `use \`${name}\` in an argument of \`heads { … }\`` },
    );
  }
  return evaluation.module;
}

function part(name: string, parameters: readonly ParameterShape[]): BuiltIn {
  return {
    parameters,
    body: ({ byName }, place) => ({ kind: "part", name, fields: Object.fromEntries(byName), place }),
  };
}
