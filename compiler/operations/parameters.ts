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

/** A parameter that may be left out; the operation then decides. */
export function optional(parameter: OperationParameter): OperationParameter {
  return { ...parameter, ...withDefault(undefined) };
}

function withDefault(value: ArgumentValue | undefined) {
  return { default: { value } };
}
