/** Values of a wanted type, or a diagnostic that names both sides. Unknown values are passed over in silence. */
import { printShape } from "../../runtime/program/tensor-type.ts";
import type { Label } from "../diagnostics/diagnostic.ts";
import { checkAvailable } from "./availability.ts";
import type { Evaluation } from "./evaluation.ts";
import { describe, type Given, sourceTensor, type TensorValue, type Value } from "./value.ts";

export function expectInteger(given: Given, what: string, evaluation: Evaluation): number | undefined {
  const { value } = given;
  if (value.kind === "number" && value.isInteger) return value.value;
  const help = value.kind === "number" ? "use `floor`, `ceil` or `round` to make an int of it" : undefined;
  reportMismatch(given, what, evaluation, help);
  return undefined;
}

export function expectNumber(given: Given, what: string, evaluation: Evaluation): number | undefined {
  if (given.value.kind === "number") return given.value.value;
  reportMismatch(given, what, evaluation);
  return undefined;
}

export function expectBoolean(given: Given, what: string, evaluation: Evaluation): boolean | undefined {
  if (given.value.kind === "boolean") return given.value.value;
  reportMismatch(given, what, evaluation);
  return undefined;
}

export function expectList(given: Given, what: string, evaluation: Evaluation): readonly Value[] | undefined {
  if (given.value.kind === "list") return given.value.items;
  reportMismatch(given, what, evaluation);
  return undefined;
}

/** Lists whose items are all integers: shapes, milestones. */
export function expectIntegers(given: Given, what: string, evaluation: Evaluation): number[] | undefined {
  return expectItems(given, what, evaluation, (item) =>
    item.kind === "number" && item.isInteger ? item.value : undefined,
  );
}

function expectItems(
  given: Given,
  what: string,
  evaluation: Evaluation,
  read: (item: Value) => number | undefined,
): number[] | undefined {
  if (given.value.kind !== "list") {
    reportMismatch(given, what, evaluation);
    return undefined;
  }
  const numbers: number[] = [];
  for (const item of given.value.items) {
    const number = read(item);
    if (number === undefined) {
      reportMismatch({ ...given, value: item.kind === "unknown" ? item : given.value }, what, evaluation);
      return undefined;
    }
    numbers.push(number);
  }
  return numbers;
}

export function expectTensor(given: Given, what: string, evaluation: Evaluation): TensorValue | undefined {
  const tensor = asTensor(given.value);
  if (tensor === undefined) reportMismatch(given, what, evaluation);
  return tensor === undefined || !checkAvailable(tensor, given, evaluation) ? undefined : tensor;
}

/** A tensor, or the last unit's output where the value is an address such as `stage[1]`. */
export function asTensor(value: Value): TensorValue | undefined {
  if (value.kind === "tensor") return value;
  if (value.kind !== "address" || value.node.path === "") return undefined;
  const last = value.node.last;
  if (last?.type === undefined) return undefined;
  return sourceTensor({ kind: "unit", unit: last.index }, last.type, last.place);
}

export function reportMismatch(given: Given, what: string, evaluation: Evaluation, help?: string): void {
  const { value, place } = given;
  if (value.kind === "unknown") return;
  if (value.kind === "address" && value.node.last === undefined) {
    evaluation.report(
      "unknown-unit",
      { address: value.node.path },
      { place, help: "a unit can read only units that come before it" },
    );
    return;
  }
  // A unit that failed has been reported where it stands.
  if (value.kind === "address" && value.node.last?.type === undefined) return;
  const facts = { expected: what, found: describe(value) };
  const related = relatedTo(given);
  // A unit or a group of units is no tensor where a unit is wanted; elsewhere its name stands for what it returns.
  const isTensor = asTensor(value) !== undefined && !(value.kind === "address" && what.startsWith("a unit"));
  if (isTensor) {
    evaluation.report("tensor-as-value", facts, {
      place,
      related,
      help: help ?? "its shape is known: `x.channels`, `x.height`, `x.shape`",
    });
  } else if (what.includes("tensor")) {
    evaluation.report("value-as-tensor", facts, { place, related, help });
  } else {
    evaluation.report("type-mismatch", facts, { place, related, help });
  }
}

/** Where the value comes from: a tensor's producer, or the definition of a name. */
export function relatedTo({ value, text, definedAt, place }: Given): Label[] {
  const name = text === undefined ? "this" : `\`${text}\``;
  if (value.kind === "tensor" && !samePlace(value.place, place)) {
    return [{ place: value.place, text: `${name} is ${printShape(value.type.shape)}` }];
  }
  if (definedAt !== undefined && text !== undefined)
    return [{ place: definedAt, text: `${name} is ${describe(value)}` }];
  return [];
}

function samePlace(a: Given["place"], b: Given["place"]): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}
