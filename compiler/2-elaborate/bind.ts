/** Matches arguments with parameters: by position, by name, defaults left open. */
import type { Place } from "../../grammar/span.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { asTensor, reportMismatch } from "./expect.ts";
import type { Given, ParameterShape, Value } from "./value.ts";

export interface Bound {
  readonly byName: ReadonlyMap<string, Given>;
  /** What a rest parameter took. */
  readonly rest: readonly Given[];
}

/** Undefined where something does not fit, which has been reported. */
export function bind(
  name: string,
  parameters: readonly ParameterShape[],
  given: readonly Given[],
  site: Place,
  evaluation: Evaluation,
): Bound | undefined {
  const byName = new Map<string, Given>();
  const rest: Given[] = [];
  let isRight = true;
  let position = 0;
  for (const argument of given) {
    const parameter =
      argument.name === undefined
        ? parameters[position]
        : parameters.find((each) => each.name === argument.name?.text && !each.isRest);
    if (argument.name === undefined && !parameter?.isRest) position++;
    if (parameter === undefined) {
      isRight = false;
      reportSurplus(name, parameters, argument, given, evaluation);
      if (argument.name === undefined) break;
    } else if (parameter.isRest) {
      rest.push(argument);
    } else if (byName.has(parameter.name)) {
      isRight = false;
      const first = byName.get(parameter.name) as Given;
      const related = [{ place: first.place, text: "first given here" }];
      evaluation.report(
        "repeated-argument",
        { name: parameter.name },
        { place: argument.name?.place ?? argument.place, related },
      );
    } else {
      if (!fitsType(argument, parameter, evaluation)) isRight = false;
      byName.set(parameter.name, argument);
    }
  }
  if (!isRight) return undefined;
  const absent = parameters.find((parameter) => parameter.isRequired && !byName.has(parameter.name));
  if (absent !== undefined) {
    evaluation.report(
      "missing-argument",
      { name: absent.name, of: name },
      { place: site, help: signatureOf(name, parameters) },
    );
    return undefined;
  }
  return { byName, rest };
}

function reportSurplus(
  name: string,
  parameters: readonly ParameterShape[],
  argument: Given,
  given: readonly Given[],
  evaluation: Evaluation,
): void {
  const signature = signatureOf(name, parameters);
  if (argument.name !== undefined) {
    const help =
      didYouMean(
        argument.name.text,
        parameters.map((each) => each.name),
      ) ?? signature;
    evaluation.report(
      "unknown-parameter",
      { name: argument.name.text, of: name },
      { place: argument.name.place, help },
    );
    return;
  }
  const found = given.filter((each) => each.name === undefined).length;
  evaluation.report(
    "too-many-arguments",
    { of: name, expected: parameters.length, found },
    { place: argument.place, help: signature },
  );
}

export function signatureOf(name: string, parameters: readonly ParameterShape[]): string {
  const shown = parameters.map((each) => (each.isRequired ? each.name : `${each.name} = …`));
  return `it is \`${name}(${shown.join(", ")})\``;
}

const typeWords: Readonly<Record<string, string>> = {
  int: "an int",
  float: "a number",
  bool: "a truth value",
  string: "a string",
  list: "a list",
  shape: "a shape (a list of ints)",
  tensor: "a tensor",
  function: "a function",
  unit: "a unit",
  module: "a module",
};

function fitsType(argument: Given, parameter: ParameterShape, evaluation: Evaluation): boolean {
  const { type } = parameter;
  if (type === undefined || argument.value.kind === "unknown" || hasType(argument.value, type)) return true;
  const words = typeWords[type];
  if (words === undefined) return true; // an unknown type name, reported by resolve
  const help =
    type === "int" && argument.value.kind === "number"
      ? "use `floor`, `ceil` or `round` to make an int of it"
      : undefined;
  reportMismatch(argument, `${words} for \`${parameter.name}\``, evaluation, help);
  return false;
}

function hasType(value: Value, type: string): boolean {
  switch (type) {
    case "int":
      return value.kind === "number" && value.isInteger;
    case "float":
      return value.kind === "number";
    case "bool":
      return value.kind === "boolean";
    case "shape":
      return value.kind === "list" && value.items.every((item) => item.kind === "unknown" || hasType(item, "int"));
    case "tensor":
      return value.kind === "tensor" || (value.kind === "address" && asTensor(value) !== undefined);
    case "unit":
      return value.kind === "unit" || (value.kind === "address" && value.node.unit !== undefined);
    default:
      return value.kind === type;
  }
}
