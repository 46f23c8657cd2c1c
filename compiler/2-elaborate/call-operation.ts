/** A call of a built-in operation: arguments checked, shape inferred, a node added to the fragment. */
import type { Place } from "../../grammar/span.ts";
import { nearNames } from "../diagnostics/near-names.ts";
import type { ArgumentValue, Operation, OperationParameter, OperationProblem } from "../operations/operation.ts";
import { type Bound, bind } from "./bind.ts";
import { type Evaluation, limits } from "./evaluation.ts";
import { asTensor, expectIntegers, expectTensor, relatedTo, reportMismatch } from "./expect.ts";
import { initializerOf } from "./initializer.ts";
import { type Given, type ParameterShape, type TensorValue, unknown, type Value } from "./value.ts";

export function parametersOf(operation: Operation): ParameterShape[] {
  return [
    ...operation.tensors.map((name) => ({ name, isRequired: true })),
    ...operation.parameters.map((parameter) => ({ name: parameter.name, isRequired: parameter.default === undefined })),
  ];
}

export function callOperation(
  operation: Operation,
  given: readonly Given[],
  site: Place,
  evaluation: Evaluation,
): Value {
  const surplus = operation.name === "concat" ? surplusTensors(given) : [];
  const bound = bind(
    operation.name,
    parametersOf(operation),
    given.filter((each) => !surplus.includes(each)),
    site,
    evaluation,
  );
  if (bound === undefined) return unknown;
  const tensors: TensorValue[] = [];
  for (const name of operation.tensors) {
    const tensor = expectTensor(
      bound.byName.get(name) as Given,
      `a tensor for \`${name}\` of \`${operation.name}\``,
      evaluation,
    );
    if (tensor === undefined) return unknown;
    tensors.push(tensor);
  }
  for (const extra of surplus) tensors.push(asTensor(extra.value) as TensorValue);
  const values = argumentsOf(operation, bound, evaluation);
  if (values === undefined) return unknown;
  const inferred = operation.infer({ tensors: tensors.map(({ type }) => type), arguments: values });
  if ("problem" in inferred) {
    reportProblem(inferred.problem, operation, bound, site, evaluation);
    return unknown;
  }
  const { fragment } = evaluation;
  if (fragment === undefined || tensors.some(({ origin }) => "fragment" in origin && origin.fragment !== fragment)) {
    evaluation.report(
      "tensor-outside-unit",
      { name: operation.name },
      { place: site, help: "compute inside a `unit`, a `block` or a `head`" },
    );
    return unknown;
  }
  if (++evaluation.spent.nodes > limits.nodes) {
    evaluation.report("too-large", { what: "operations", limit: limits.nodes }, { place: site });
    evaluation.spent.isExhausted = true;
    return unknown;
  }
  return fragment.add({ operation: operation.name, inputs: tensors, arguments: values, ...inferred, place: site });
}

/** `concat(a, b, c)`: any number of tensors may stand first. */
function surplusTensors(given: readonly Given[]): readonly Given[] {
  const positional = given.filter(({ name }) => name === undefined);
  const end = positional.findIndex(({ value }) => asTensor(value) === undefined);
  return positional.slice(2, end < 0 ? undefined : Math.max(end, 2));
}

function argumentsOf(
  operation: Operation,
  bound: Bound,
  evaluation: Evaluation,
): Record<string, ArgumentValue | undefined> | undefined {
  const values: Record<string, ArgumentValue | undefined> = {};
  let isRight = true;
  for (const parameter of operation.parameters) {
    const given = bound.byName.get(parameter.name);
    if (given === undefined) {
      values[parameter.name] = parameter.default?.value;
      // The recipe's label smoothing is every cross-entropy's default; an argument wins.
      if (operation.name === "cross_entropy" && parameter.name === "smoothing")
        values["smoothing"] = evaluation.labelSmoothing;
      continue;
    }
    const value = argumentOf(given, parameter, evaluation);
    if (value === undefined) isRight = false;
    else values[parameter.name] = value;
  }
  return isRight ? values : undefined;
}

function argumentOf(given: Given, parameter: OperationParameter, evaluation: Evaluation): ArgumentValue | undefined {
  const { value } = given;
  const wanted = `for \`${parameter.name}\``;
  switch (parameter.type) {
    case "int":
    case "float": {
      if (value.kind !== "number" || (parameter.type === "int" && !value.isInteger)) {
        const help = value.kind === "number" ? "use `floor`, `ceil` or `round` to make an int of it" : undefined;
        reportMismatch(given, parameter.type === "int" ? `an int ${wanted}` : `a number ${wanted}`, evaluation, help);
        return undefined;
      }
      return inRange(value.value, given, parameter, evaluation);
    }
    case "bool":
      if (value.kind === "boolean") return value.value;
      reportMismatch(given, `true or false ${wanted}`, evaluation);
      return undefined;
    case "string":
      if (value.kind === "string") return amongOptions(value.value, given, parameter, evaluation);
      reportMismatch(
        given,
        `${parameter.options ? `one of ${quoted(parameter.options)}` : "a string"} ${wanted}`,
        evaluation,
      );
      return undefined;
    case "shape":
    case "ints": {
      if (parameter.type === "ints" && value.kind === "number" && value.isInteger) return [value.value];
      const numbers = expectIntegers(given, `a list of ints ${wanted}`, evaluation);
      if (
        numbers === undefined ||
        numbers.some((number) => inRange(number, given, parameter, evaluation) === undefined)
      )
        return undefined;
      return numbers;
    }
    case "initializer": {
      const initializer = initializerOf(value);
      if (initializer === undefined)
        reportMismatch(given, `an initializer such as \`normal(0, 1)\` ${wanted}`, evaluation);
      return initializer;
    }
  }
}

function inRange(
  value: number,
  given: Given,
  parameter: OperationParameter,
  evaluation: Evaluation,
): number | undefined {
  if (parameter.minimum === undefined || value >= parameter.minimum) return value;
  const message = `\`${parameter.name}\` must be at least ${parameter.minimum}, found ${value}`;
  evaluation.report("argument-out-of-range", { message }, { place: given.place, related: relatedTo(given) });
  return undefined;
}

function amongOptions(
  value: string,
  given: Given,
  parameter: OperationParameter,
  evaluation: Evaluation,
): string | undefined {
  const { options } = parameter;
  if (options === undefined || options.includes(value)) return value;
  const near = nearNames(value, options);
  const help = near.length > 0 ? `did you mean ${quoted(near)}?` : `it can be ${quoted(options)}`;
  evaluation.report(
    "unknown-option",
    { parameter: parameter.name, value },
    { place: given.place, related: relatedTo(given), help },
  );
  return undefined;
}

function quoted(options: readonly string[]): string {
  const all = options.map((option) => JSON.stringify(option));
  const last = all.pop();
  return all.length === 0 ? String(last) : `${all.join(", ")} or ${last}`;
}

/** The operation words the problem; the places are ours. Every tensor argument is shown with its shape. */
function reportProblem(
  { name, message, help, at }: OperationProblem["problem"],
  operation: Operation,
  bound: Bound,
  site: Place,
  evaluation: Evaluation,
): void {
  const culprit = bound.byName.get(typeof at === "number" ? (operation.tensors[at] ?? "") : (at ?? ""));
  const related = operation.tensors.flatMap((tensor) => {
    const given = bound.byName.get(tensor);
    return given === undefined ? [] : relatedTo(given);
  });
  // An argument left out has no place of its own, and a tensor that flows in through a pipe is far away: show the call.
  const place = typeof at === "string" ? (culprit?.place ?? site) : site;
  evaluation.report(name, { message }, { place, related, help });
}
