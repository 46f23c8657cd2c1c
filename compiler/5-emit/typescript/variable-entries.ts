/** The variables of one owner, each with the optimizer's memory for it, and as code. */
import type { Initializer, Variable } from "../../../runtime/program/step-program.ts";
import { type Code, call } from "./code.ts";
import { literal, numberLiteral, stringLiteral } from "./literals.ts";

export interface Entry {
  /** Within the owner. */
  readonly address: string;
  readonly shape: Variable["type"]["shape"];
  readonly role: Exclude<Variable["role"], "slot">;
  readonly initializer: Initializer;
  readonly slots: readonly string[];
}

/** Undefined where a variable does not fit the form. */
export function listEntries(group: readonly Variable[]): Entry[] | undefined {
  const entries: Entry[] = [];
  for (let start = 0; start < group.length; ) {
    const variable = group[start] as Variable;
    const { address, type, role, owner, initializer } = variable;
    let end = start + 1;
    const slots: string[] = [];
    for (let next = group[end]; next?.role === "slot"; next = group[++end]) {
      if (!next.address.startsWith(`${address}/`) || !isPlainSlot(next, variable)) return undefined;
      slots.push(next.address.slice(address.length + 1));
    }
    if (role === "slot" || type.dataType !== "float32" || !address.startsWith(`${owner.name}.`)) return undefined;
    if (role === "statistic" && slots.length > 0) return undefined;
    entries.push({ address: address.slice(owner.name.length + 1), shape: type.shape, role, initializer, slots });
    start = end;
  }
  return entries;
}

function isPlainSlot({ type, inference, initializer }: Variable, weight: Variable): boolean {
  const startsAtZero = initializer.kind === "constant" && initializer.value === 0;
  return !inference && startsAtZero && sameType(type, weight.type);
}

function sameType(a: Variable["type"], b: Variable["type"]): boolean {
  return (
    a.dataType === b.dataType &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis])
  );
}

/** `weight("conv[1].kernel", [3, 3, 16, 16], normal(0, 0.1), slots)` */
export function entryCode({ address, shape, role, initializer, slots }: Entry, slotList: SlotList): Code {
  const given: Code[] = [stringLiteral(address), literal(shape), initializerCode(initializer)];
  if (slots.length > 0) given.push(slotList(slots));
  return call(role, ...given);
}

/** The name of a list of slots. */
export type SlotList = (slots: readonly string[]) => string;

function initializerCode(initializer: Initializer): Code {
  switch (initializer.kind) {
    case "constant":
      return call("filled", numberLiteral(initializer.value));
    case "normal":
      return call("normal", numberLiteral(initializer.mean), numberLiteral(initializer.standardDeviation));
    case "truncated_normal":
      return call("truncatedNormal", numberLiteral(initializer.mean), numberLiteral(initializer.standardDeviation));
    case "uniform":
      return call("uniform", numberLiteral(initializer.low), numberLiteral(initializer.high));
    case "copy":
      return call("copyOf", stringLiteral(initializer.of));
  }
}
