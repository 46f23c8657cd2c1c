/** Typed access to the arguments of a call; their types were checked before, so a wrong one is our own bug. */
import type { OperationCall } from "./operation.ts";

export function numberArgument(call: OperationCall, name: string): number {
  const value = call.arguments[name];
  if (typeof value !== "number") throw new TypeError(`argument ${name} is not a number`);
  return value;
}

/** As `numberArgument`, for one that may be left out. */
export function optionalNumber(call: OperationCall, name: string): number | undefined {
  return call.arguments[name] === undefined ? undefined : numberArgument(call, name);
}

export function booleanArgument(call: OperationCall, name: string): boolean {
  const value = call.arguments[name];
  if (typeof value !== "boolean") throw new TypeError(`argument ${name} is not a truth value`);
  return value;
}

export function stringArgument(call: OperationCall, name: string): string {
  const value = call.arguments[name];
  if (typeof value !== "string") throw new TypeError(`argument ${name} is not a string`);
  return value;
}

export function listArgument(call: OperationCall, name: string): readonly number[] {
  const value = call.arguments[name];
  if (!Array.isArray(value)) throw new TypeError(`argument ${name} is not a list`);
  return value as readonly number[];
}

export function optionalList(call: OperationCall, name: string): readonly number[] | undefined {
  return call.arguments[name] === undefined ? undefined : listArgument(call, name);
}
