/** What calls of one function may give differently: batch scalars and lists of numbers among the attributes, addresses. */
import type { AttributeValue } from "../../../runtime/program/step-program.ts";
import type { BatchScalar } from "../../../runtime/program/tensor-type.ts";

/** A batch scalar's factor, a list, or the address of what is followed. */
export interface Varying {
  /** Of the attribute: `factor`, `strides`. */
  readonly name: string;
  readonly value: number | string | readonly number[];
}

export function isScalar(value: AttributeValue): value is BatchScalar {
  return typeof value === "object" && "batchPower" in value;
}

export function varyingOf(name: string, value: AttributeValue): Varying | undefined {
  if (typeof value !== "object") return undefined;
  return { name, value: isScalar(value) ? value.value : value };
}

/** The TypeScript type of a parameter that takes it. */
export function typeOfVarying({ name, value }: Varying): string {
  if (typeof value === "number" || typeof value === "string") return typeof value;
  if (name === "padding") return "Sides";
  // What is resized to is a pair; what is sliced has as many sizes as axes.
  return ["strides", "size", "dilations"].includes(name) && value.length === 2 ? "Pair" : "readonly number[]";
}

export function sameVarying(a: readonly Varying[], b: readonly Varying[]): boolean {
  return a.length === b.length && a.every(({ value }, index) => sameValue(value, b[index]?.value));
}

function sameValue(a: Varying["value"], b: Varying["value"] | undefined): boolean {
  if (a === b || typeof a !== "object" || typeof b !== "object") return a === b;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

export interface VaryingParameter {
  readonly name: string;
  /** Position among the varying values of an instance. */
  readonly position: number;
  readonly type: string;
}

/** The positions at which instances differ, those that agree everywhere joined into one parameter. */
export function findVarying(instances: readonly (readonly Varying[])[], take: (wish: string) => string) {
  const byColumn = new Map<string, VaryingParameter>();
  const byPosition = new Map<number, VaryingParameter>();
  (instances[0] ?? []).forEach((varying, position) => {
    if (instances.every((values) => sameValue(varying.value, values[position]?.value))) return;
    const key = `${instances.map((values) => String(values[position]?.value)).join(";")} ${typeOfVarying(varying)}`;
    const parameter = byColumn.get(key) ?? { name: take(varying.name), position, type: typeOfVarying(varying) };
    byColumn.set(key, parameter);
    byPosition.set(position, parameter);
  });
  return { parameters: [...byColumn.values()], byPosition };
}
