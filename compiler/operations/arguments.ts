/** Typed access to the arguments of a call; their types were checked before, so a wrong one is our own bug. */
import type { Initializer } from "../../runtime/program/step-program.ts";
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

/** One number for height and width, or one each; undefined where there are other than one or two. */
export function pairArgument(call: OperationCall, name: string): readonly [number, number] | undefined {
  const value = call.arguments[name];
  const [first, second, ...more] = typeof value === "number" ? [value] : listArgument(call, name);
  return first === undefined || more.length > 0 ? undefined : [first, second ?? first];
}

/** The initializer given, or the operation's own. */
export function initializerArgument(call: OperationCall, name: string, otherwise: Initializer): Initializer {
  const value = call.arguments[name];
  if (value === undefined) return otherwise;
  if (typeof value !== "object" || !("kind" in value)) throw new TypeError(`argument ${name} is not an initializer`);
  return value;
}
