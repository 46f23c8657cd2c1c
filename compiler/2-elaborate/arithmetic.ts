/** Operators on numbers, truth values, strings and lists; on tensors they are operations. */
import type { Binary, BinaryOperator, Expression, Unary } from "../../grammar/syntax-tree.ts";
import { findOperation } from "../operations/registry.ts";
import { callOperation } from "./call-operation.ts";
import type { Evaluation } from "./evaluation.ts";
import { asTensor, expectBoolean, relatedTo, reportMismatch } from "./expect.ts";
import { givenBy } from "./given.ts";
import { placeIn, type Scope } from "./scope.ts";
import { boolean, describe, float, type Given, integer, list, type NumberValue, unknown, type Value } from "./value.ts";

export function evaluateBinary(node: Binary, scope: Scope, evaluation: Evaluation): Value {
  if (node.operator === "and" || node.operator === "or") return evaluateLogic(node, scope, evaluation);
  const left = givenBy(node.left, scope, evaluation);
  const right = givenBy(node.right, scope, evaluation);
  if (left.value.kind === "unknown" || right.value.kind === "unknown") return unknown;
  if (node.operator === "==" || node.operator === "!=") return compareEqual(node, left, right, scope, evaluation);
  if (asTensor(left.value) ?? asTensor(right.value)) return combineTensors(node, left, right, scope, evaluation);
  if (node.operator === "+" && left.value.kind === "list" && right.value.kind === "list")
    return list([...left.value.items, ...right.value.items]);
  return combineNumbers(node, left, right, scope, evaluation);
}

/** The right side is evaluated only where it matters: `s > 1 and widths[s - 1] == 16`. */
function evaluateLogic(node: Binary, scope: Scope, evaluation: Evaluation): Value {
  const left = expectBoolean(givenBy(node.left, scope, evaluation), "a truth value", evaluation);
  if (left === undefined) return unknown;
  if (left === (node.operator === "or")) return boolean(left);
  const right = expectBoolean(givenBy(node.right, scope, evaluation), "a truth value", evaluation);
  return right === undefined ? unknown : boolean(right);
}

function compareEqual(node: Binary, left: Given, right: Given, scope: Scope, evaluation: Evaluation): Value {
  for (const side of [left, right]) {
    if (side.value.kind === "tensor" || side.value.kind === "address") {
      reportMismatch(side, "a value to compare", evaluation);
      return unknown;
    }
  }
  if (left.value.kind !== right.value.kind) {
    const facts = {
      expected: `two values of one kind around \`${node.operator}\``,
      found: `${describe(left.value)} and ${describe(right.value)}`,
    };
    evaluation.report("type-mismatch", facts, { place: placeIn(scope, node.operatorSpan) });
    return unknown;
  }
  return boolean(isEqual(left.value, right.value) === (node.operator === "=="));
}

export function isEqual(a: Value, b: Value): boolean {
  if (a.kind === "list" && b.kind === "list") {
    return (
      a.items.length === b.items.length &&
      a.items.every((item, position) => isEqual(item, b.items[position] ?? unknown))
    );
  }
  if (
    (a.kind === "number" && b.kind === "number") ||
    (a.kind === "string" && b.kind === "string") ||
    (a.kind === "boolean" && b.kind === "boolean")
  ) {
    return a.value === b.value;
  }
  return a === b;
}

function combineNumbers(node: Binary, left: Given, right: Given, scope: Scope, evaluation: Evaluation): Value {
  for (const side of [left, right]) {
    if (side.value.kind !== "number") {
      reportMismatch(side, `a number at \`${node.operator}\``, evaluation);
      return unknown;
    }
  }
  const a = left.value as NumberValue;
  const b = right.value as NumberValue;
  const place = placeIn(scope, node.span);
  switch (node.operator) {
    case "<":
      return boolean(a.value < b.value);
    case "<=":
      return boolean(a.value <= b.value);
    case ">":
      return boolean(a.value > b.value);
    case ">=":
      return boolean(a.value >= b.value);
    case "/":
      return divide(a, b, [left, right], place, evaluation);
    default: {
      const result =
        node.operator === "+" ? a.value + b.value : node.operator === "-" ? a.value - b.value : a.value * b.value;
      return numberOr(result, a.isInteger && b.isInteger, place, evaluation);
    }
  }
}

function divide(
  a: NumberValue,
  b: NumberValue,
  sides: readonly Given[],
  place: Given["place"],
  evaluation: Evaluation,
): Value {
  if (b.value === 0) {
    evaluation.report("division-by-zero", {}, { place, related: sides.slice(1).flatMap(relatedTo) });
    return unknown;
  }
  if (a.isInteger && b.isInteger && a.value % b.value !== 0) {
    evaluation.report(
      "inexact-division",
      { left: a.value, right: b.value },
      {
        place,
        related: sides.flatMap(relatedTo),
        help: "make one side a float (`1.0 * n / 2`) and round, or use numbers that divide",
      },
    );
    return unknown;
  }
  return numberOr(a.value / b.value, a.isInteger && b.isInteger, place, evaluation);
}

/** Integers stay exact up to 2^53; what leaves that range, and infinities, are mistakes. */
export function numberOr(value: number, isInteger: boolean, place: Given["place"], evaluation: Evaluation): Value {
  if (Number.isFinite(value) && (!isInteger || Number.isSafeInteger(value)))
    return isInteger ? integer(value === 0 ? 0 : value) : float(value);
  const help = isInteger ? "ints are exact up to 9,007,199,254,740,991; write `1.0 *` to count with floats" : undefined;
  evaluation.report("number-out-of-range", { what: Number.isNaN(value) ? "this" : `${value}` }, { place, help });
  return unknown;
}

export function evaluateUnary(node: Unary, scope: Scope, evaluation: Evaluation): Value {
  const operand = givenBy(node.operand, scope, evaluation);
  if (node.operator === "not") {
    const value = expectBoolean(operand, "a truth value after `not`", evaluation);
    return value === undefined ? unknown : boolean(!value);
  }
  const tensor = asTensor(operand.value);
  if (tensor !== undefined)
    return tensorWithNumber("*", operand, minusOne(node.operand, scope), placeIn(scope, node.span), evaluation);
  if (operand.value.kind !== "number") {
    reportMismatch(operand, "a number after `-`", evaluation);
    return unknown;
  }
  return numberOr(-operand.value.value, operand.value.isInteger, placeIn(scope, node.span), evaluation);
}

function minusOne(node: Expression, scope: Scope): Given {
  return { value: integer(-1), place: placeIn(scope, node.span) };
}

const operationNames: Partial<Record<BinaryOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
};

function combineTensors(node: Binary, left: Given, right: Given, scope: Scope, evaluation: Evaluation): Value {
  const place = placeIn(scope, node.span);
  const name = operationNames[node.operator];
  if (name === undefined) {
    reportMismatch(asTensor(left.value) ? left : right, `a number at \`${node.operator}\``, evaluation);
    return unknown;
  }
  if (asTensor(left.value) && asTensor(right.value))
    return callNamed(name, [left, right], placeIn(scope, node.operatorSpan), evaluation);
  if (asTensor(left.value)) return tensorWithNumber(node.operator, left, right, place, evaluation);
  return numberWithTensor(node.operator, left, right, place, evaluation);
}

/** `x + 2`, `x - 2`, `x * 2`, `x / 2`. */
function tensorWithNumber(
  operator: BinaryOperator,
  tensor: Given,
  number: Given,
  place: Given["place"],
  evaluation: Evaluation,
): Value {
  if (number.value.kind !== "number") {
    reportMismatch(number, `a tensor or number at \`${operator}\``, evaluation);
    return unknown;
  }
  const value = number.value.value;
  if (operator === "/" && value === 0) {
    evaluation.report("division-by-zero", {}, { place });
    return unknown;
  }
  const argument = (result: number): Given => ({ ...number, value: float(result) });
  if (operator === "+" || operator === "-")
    return callNamed("shift", [tensor, argument(operator === "+" ? value : -value)], place, evaluation);
  return callNamed("scale", [tensor, argument(operator === "*" ? value : 1 / value)], place, evaluation);
}

/** `2 + x` and `2 * x` commute; `2 - x` is `-x + 2`. */
function numberWithTensor(
  operator: BinaryOperator,
  number: Given,
  tensor: Given,
  place: Given["place"],
  evaluation: Evaluation,
): Value {
  if (operator === "+" || operator === "*") return tensorWithNumber(operator, tensor, number, place, evaluation);
  if (operator === "-") {
    const negated = tensorWithNumber("*", tensor, { ...number, value: integer(-1) }, place, evaluation);
    return negated.kind === "unknown"
      ? unknown
      : tensorWithNumber("+", { value: negated, place }, number, place, evaluation);
  }
  evaluation.report("not-yet", { message: "a number divided by a tensor is not supported yet" }, { place });
  return unknown;
}

/** The sum of a list that holds tensors; undefined where it holds none. */
export function sumTensors(items: readonly Value[], place: Given["place"], evaluation: Evaluation): Value | undefined {
  if (!items.some((item) => item.kind === "tensor")) return undefined;
  return items.reduce((total, item) => {
    if (total.kind === "unknown" || item.kind === "unknown") return unknown;
    return callNamed(
      "add",
      [
        { value: total, place },
        { value: item, place },
      ],
      place,
      evaluation,
    );
  });
}

function callNamed(name: string, given: readonly Given[], site: Given["place"], evaluation: Evaluation): Value {
  const operation = findOperation(name);
  if (operation === undefined) throw new Error(`no operation ${name}`);
  return callOperation(operation, given, site, evaluation);
}
