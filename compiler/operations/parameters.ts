/** Short forms for parameter declarations. */
import type { ArgumentValue, OperationParameter } from "./operation.ts";

export function intParameter(
  name: string,
  summary: string,
  minimum: number,
  defaultValue?: number,
): OperationParameter {
  return { name, type: "int", summary, minimum, ...(defaultValue !== undefined && withDefault(defaultValue)) };
}

export function floatParameter(
  name: string,
  summary: string,
  defaultValue?: number,
  minimum?: number,
): OperationParameter {
  return {
    name,
    type: "float",
    summary,
    ...(minimum !== undefined && { minimum }),
    ...(defaultValue !== undefined && withDefault(defaultValue)),
  };
}

export function boolParameter(name: string, summary: string, defaultValue: boolean): OperationParameter {
  return { name, type: "bool", summary, ...withDefault(defaultValue) };
}

/** Height and width: one whole number for both, or a list of two. */
export function pairParameter(
  name: string,
  summary: string,
  minimum: number,
  defaultValue?: number,
): OperationParameter {
  return {
    name,
    type: "ints",
    summary: `${summary}; one number, or [height, width]`,
    minimum,
    ...(defaultValue !== undefined && withDefault([defaultValue])),
  };
}

/** What a weight starts from; left out, the operation decides. */
export function initializerParameter(name: string, summary: string): OperationParameter {
  return optional({ name, type: "initializer", summary });
}

/** A parameter that may be left out; the operation then decides. */
export function optional(parameter: OperationParameter): OperationParameter {
  return { ...parameter, ...withDefault(undefined) };
}

function withDefault(value: ArgumentValue | undefined) {
  return { default: { value } };
}
