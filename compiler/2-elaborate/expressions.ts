/** Evaluation of every kind of expression, and of what stands after `|>`. */
import type {
  Call,
  Comprehension,
  Expression,
  IfExpression,
  Index,
  List,
  Match,
  Pipe,
  PipeLoop,
  PipeStage,
  Range,
} from "../../grammar/syntax-tree.ts";
import { builtInFunctions } from "../1-resolve/built-in-names.ts";
import { findOperation } from "../operations/registry.ts";
import { evaluateBinary, evaluateUnary, isEqual } from "./arithmetic.ts";
import { builtInValue } from "./built-ins.ts";
import { callOperation, parametersOf } from "./call-operation.ts";
import { captureValue, lambdaValue } from "./declared-functions.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { expectBoolean, expectInteger, reportMismatch } from "./expect.ts";
import { givenBy } from "./given.ts";
import { evaluateMember } from "./members.ts";
import type { ModuleView } from "./model.ts";
import { callNeighbour } from "./module-members.ts";
import { loopItems } from "./run-body.ts";
import { findBinding, innerScope, placeIn, type Scope } from "./scope.ts";
import {
  boolean,
  describe,
  type FunctionValue,
  float,
  type Given,
  integer,
  list,
  string,
  unknown,
  type Value,
} from "./value.ts";

export function evaluateExpression(node: Expression, scope: Scope, evaluation: Evaluation): Value {
  switch (node.kind) {
    case "Number":
      return node.isInteger ? integer(node.value) : float(node.value);
    case "String":
      return string(node.value);
    case "Boolean":
      return boolean(node.value);
    case "Missing":
      return unknown; // the parser has said so
    case "Reference":
      return lookUp(node.name, scope, evaluation);
    case "Placeholder":
      evaluation.report(
        "misplaced-placeholder",
        {},
        { place: placeIn(scope, node.span), help: "`_` stands for a missing argument: `conv(_, 16, 3)`" },
      );
      return unknown;
    case "List":
      return evaluateList(node, scope, evaluation);
    case "Comprehension":
      return evaluateComprehension(node, scope, evaluation);
    case "Range":
      return evaluateRange(node, scope, evaluation);
    case "Member":
      return evaluateMember(node, evaluation.evaluate(node.object, scope), scope, evaluation);
    case "Index":
      return evaluateIndex(node, scope, evaluation);
    case "Call":
      return evaluateCall(node, undefined, scope, evaluation);
    case "Pipe":
      return evaluatePipe(node, scope, evaluation);
    case "Unary":
      return evaluateUnary(node, scope, evaluation);
    case "Binary":
      return evaluateBinary(node, scope, evaluation);
    case "If": {
      const branch = branchOf(node, scope, evaluation);
      return branch === undefined ? unknown : evaluation.evaluate(branch, scope);
    }
    case "Match": {
      const arm = armOf(node, scope, evaluation);
      return arm === undefined ? unknown : evaluation.evaluate(arm, scope);
    }
    case "Lambda":
      return lambdaValue(node, scope, evaluation);
  }
}

/** What flows in becomes the first argument; of a choice, of the branch chosen; of a loop, of every turn. */
export function applyStage(input: Given, stage: PipeStage, scope: Scope, evaluation: Evaluation): Value {
  switch (stage.kind) {
    case "Call":
      return evaluateCall(stage, input, scope, evaluation);
    case "PipeLoop":
      return applyLoop(input, stage, scope, evaluation);
    case "Pipe": {
      const value = evaluation.applyStage(input, stage.input, scope);
      if (value.kind === "unknown") return unknown;
      return evaluation.applyStage({ value, place: placeIn(scope, stage.input.span) }, stage.stage, scope);
    }
    case "If": {
      const branch = branchOf(stage, scope, evaluation);
      return branch === undefined ? unknown : evaluation.applyStage(input, branch, scope);
    }
    case "Match": {
      const arm = armOf(stage, scope, evaluation);
      return arm === undefined ? unknown : evaluation.applyStage(input, arm, scope);
    }
    default:
      return evaluation.call(evaluation.evaluate(stage, scope), [input], placeIn(scope, stage.span));
  }
}

function applyLoop(input: Given, loop: PipeLoop, scope: Scope, evaluation: Evaluation): Value {
  let current = input;
  const items = loopItems(loop.over, scope, evaluation);
  if (items === undefined) return unknown;
  for (const item of items) {
    const inner = innerScope(scope);
    inner.names.set(loop.variable.text, { value: item, place: placeIn(scope, loop.variable.span) });
    const value = evaluation.applyStage(current, loop.body, inner);
    if (value.kind === "unknown") return unknown;
    current = { value, place: placeIn(scope, loop.body.span) };
  }
  return current.value;
}

function evaluatePipe(node: Pipe, scope: Scope, evaluation: Evaluation): Value {
  const input = givenBy(node.input, scope, evaluation);
  if (input.value.kind === "unknown") return unknown;
  return evaluation.applyStage(input, node.stage, scope);
}

/** Body, file and imports, built-ins; a name nobody knows has been reported by resolve. */
function lookUp(name: string, scope: Scope, evaluation: Evaluation): Value {
  const binding = findBinding(scope, name);
  if (binding !== undefined) return binding.value;
  const definition = scope.file.values.get(name);
  if (definition !== undefined) return evaluation.valueOf(definition);
  return builtIn(name, evaluation) ?? unknown;
}

function builtIn(name: string, evaluation: Evaluation): Value | undefined {
  const operation = findOperation(name);
  const own = (builtInFunctions as readonly string[]).find((each) => each === name) as
    | (typeof builtInFunctions)[number]
    | undefined;
  const compileTime = own === undefined ? undefined : builtInValue(own, evaluation);
  if (operation === undefined) return compileTime;
  const value: FunctionValue = {
    kind: "function",
    family: "operation",
    name,
    parameters: parametersOf(operation),
    invoke: (given, site) => {
      // `sum`, `sqrt`, `exp`, `log` exist in both worlds: the first argument decides.
      const first = given[0]?.value.kind;
      if (compileTime !== undefined && (first === "number" || first === "list")) return compileTime.invoke(given, site);
      return callOperation(operation, given, site, evaluation);
    },
  };
  return value;
}

function evaluateList(node: List, scope: Scope, evaluation: Evaluation): Value {
  return list(node.items.map((item) => evaluation.evaluate(item, scope)));
}

function evaluateComprehension(node: Comprehension, scope: Scope, evaluation: Evaluation): Value {
  const items = loopItems(node.over, scope, evaluation)?.map((item) => {
    const inner = innerScope(scope);
    inner.names.set(node.variable.text, { value: item, place: placeIn(scope, node.variable.span) });
    return evaluation.evaluate(node.item, inner);
  });
  return items === undefined ? unknown : list(items);
}

/** Both ends are included; an end below the start makes an empty list. */
function evaluateRange(node: Range, scope: Scope, evaluation: Evaluation): Value {
  const from = expectInteger(givenBy(node.from, scope, evaluation), "an int to begin the range", evaluation);
  const to = expectInteger(givenBy(node.to, scope, evaluation), "an int to end the range", evaluation);
  if (from === undefined || to === undefined) return unknown;
  if (to - from >= limits.loop) {
    evaluation.report(
      "too-large",
      { what: "numbers in a range", limit: limits.loop },
      { place: placeIn(scope, node.span) },
    );
    return unknown;
  }
  return list(Array.from({ length: Math.max(0, to - from + 1) }, (_, position) => integer(from + position)));
}

function evaluateIndex(node: Index, scope: Scope, evaluation: Evaluation): Value {
  const object = givenBy(node.object, scope, evaluation);
  const index = givenBy(node.index, scope, evaluation);
  if (object.value.kind === "unknown" || index.value.kind === "unknown") return unknown;
  if (object.value.kind === "address") return indexAddress(object, index, scope, node, evaluation);
  if (object.value.kind !== "list") {
    reportMismatch(object, "a list to index", evaluation);
    return unknown;
  }
  const { items } = object.value;
  // `chain[2..n]`: a range as index takes a part.
  const indices = index.value.kind === "list" ? index.value.items : [index.value];
  const taken: Value[] = [];
  for (const each of indices) {
    const number = expectInteger({ ...index, value: each }, "an int or range as index", evaluation);
    if (number === undefined) return unknown;
    const item = items[number - 1];
    if (item === undefined) {
      evaluation.report("index-out-of-range", { index: number, length: items.length }, { place: index.place });
      return unknown;
    }
    taken.push(item);
  }
  return index.value.kind === "list" ? list(taken) : (taken[0] ?? unknown);
}

function indexAddress(object: Given, index: Given, scope: Scope, node: Index, evaluation: Evaluation): Value {
  if (object.value.kind !== "address") return unknown;
  const number = expectInteger(index, "an int as index", evaluation);
  if (number === undefined) return unknown;
  const found = object.value.node.indexed.get(number);
  if (found !== undefined) return { kind: "address", node: found };
  const address = `${object.value.node.path}[${number}]`;
  const known = [...object.value.node.indexed.values()].map(({ path }) => `\`${path}\``);
  const help = known.length === 0 ? undefined : `units before this one: ${known.slice(-3).join(", ")}`;
  evaluation.report("unknown-unit", { address }, { place: placeIn(scope, node.span), help });
  return unknown;
}

/** `input` is what flows in through a pipe; it fills the first gap `_` where there is one, or becomes the first argument. */
function evaluateCall(node: Call, input: Given | undefined, scope: Scope, evaluation: Evaluation): Value {
  const neighbour = neighbourOf(node.callee, scope, evaluation);
  const callee =
    neighbour === undefined ? evaluation.evaluate(node.callee, scope) : neighbourValue(neighbour, evaluation);
  const site = placeIn(scope, node.span);
  const gaps = node.arguments.some(({ value }) => value.kind === "Placeholder");
  const written = node.arguments.map((argument) => {
    const name = argument.name && { text: argument.name.text, place: placeIn(scope, argument.name.span) };
    if (argument.value.kind === "Placeholder") return { gap: name?.text, place: placeIn(scope, argument.span) };
    const given = givenBy(argument.value, scope, evaluation);
    return name === undefined ? given : { ...given, name };
  });
  if (!gaps) {
    const given = written as Given[];
    return evaluation.call(callee, input === undefined ? given : [input, ...given], site);
  }
  if (callee.kind !== "function") return evaluation.call(callee, [], site);
  const capture = captureValue(callee, written, evaluation);
  return input === undefined ? capture : evaluation.call(capture, [input], site);
}

interface Neighbour {
  readonly view: ModuleView;
  readonly which: "previous" | "next";
}

/** `module.previous(2)` counts modules, while `module.previous` is one. */
function neighbourOf(callee: Expression, scope: Scope, evaluation: Evaluation): Neighbour | undefined {
  if (callee.kind !== "Member" || evaluation.module === undefined) return undefined;
  const which = callee.name.text;
  if (which !== "previous" && which !== "next") return undefined;
  const object = evaluation.evaluate(callee.object, scope);
  return object.kind === "module" ? { view: object.view, which } : undefined;
}

function neighbourValue({ view, which }: Neighbour, evaluation: Evaluation): FunctionValue {
  return {
    kind: "function",
    family: "built-in",
    name: `module.${which}`,
    parameters: [{ name: "count", isRequired: true }],
    invoke: (given, site) => callNeighbour(view, which, given, site, evaluation),
  };
}

function branchOf(node: IfExpression, scope: Scope, evaluation: Evaluation): Expression | undefined {
  const condition = expectBoolean(givenBy(node.condition, scope, evaluation), "a condition", evaluation);
  return condition === undefined ? undefined : condition ? node.then : node.else;
}

function armOf(node: Match, scope: Scope, evaluation: Evaluation): Expression | undefined {
  const subject = givenBy(node.subject, scope, evaluation);
  if (subject.value.kind === "unknown") return undefined;
  if (subject.value.kind === "tensor") {
    reportMismatch(subject, "a value to match", evaluation);
    return undefined;
  }
  for (const arm of node.arms) {
    const pattern = evaluation.evaluate(arm.pattern, scope);
    if (pattern.kind === "unknown") return undefined;
    const fits =
      pattern.kind === "list" && subject.value.kind !== "list"
        ? pattern.items.some((item) => isEqual(item, subject.value))
        : isEqual(pattern, subject.value);
    if (fits) return arm.value;
  }
  if (node.otherwise === undefined) {
    evaluation.report(
      "no-match",
      { subject: describe(subject.value) },
      { place: subject.place, help: "add `else: …`" },
    );
  }
  return node.otherwise;
}
