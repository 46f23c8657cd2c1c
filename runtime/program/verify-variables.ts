import { findPrimitive } from "../primitives/registry.ts";
import { bufferOwners } from "./liveness.ts";
import type { Instruction, Procedure, Variable } from "./step-program.ts";
import type { Report } from "./verify.ts";

/** Updates change what they are meant for, once, and while nobody still looks at the old value. */
export function verifyVariables(procedure: Procedure, variables: ReadonlyMap<string, Variable>, report: Report): void {
  const views = liveViews(procedure);
  procedure.instructions.forEach((instruction, index) => {
    if (findPrimitive(instruction.primitive)?.hasEffect !== true) return;
    const message = wrongRole(instruction, variables);
    if (message !== "") report(index, message);
    for (const address of instruction.variables) {
      for (const { value, from, to } of views.get(address) ?? []) {
        if (from >= index || to < index) continue;
        report(index, `%${value} still shows ${address}, which is changed here: it must be freed before`);
      }
    }
  });
}

/** `apply_…` takes a weight, then its slots. */
function wrongRole({ primitive, variables: addresses }: Instruction, variables: ReadonlyMap<string, Variable>): string {
  if (!primitive.startsWith("apply_")) return "";
  const [weight, ...slots] = addresses.map((address) => variables.get(address));
  if (weight?.role !== "weight") return `${primitive} must change a weight, found ${weight?.role} ${addresses[0]}`;
  const stranger = slots.find((slot) => slot?.role !== "slot" || !slot.address.startsWith(`${weight.address}/`));
  return stranger === undefined ? "" : `${stranger.address} is not a slot of ${weight.address}`;
}

interface View {
  readonly value: number;
  /** The instruction that defines it, and the one that frees it. */
  readonly from: number;
  readonly to: number;
}

/** The values that show a variable's own buffer, by address, with the instructions between which they are alive. */
function liveViews(procedure: Procedure): Map<string, View[]> {
  const freedAt = new Map<number, number>();
  const definedAt = new Map<number, number>();
  procedure.instructions.forEach(({ results, free }, index) => {
    for (const value of results) definedAt.set(value, index);
    for (const value of free) freedAt.set(value, index);
  });
  const views = new Map<string, View[]>();
  bufferOwners(procedure).forEach((owner, value) => {
    if (owner.kind !== "variable") return;
    const view = { value, from: definedAt.get(value) ?? 0, to: freedAt.get(value) ?? Number.POSITIVE_INFINITY };
    views.set(owner.address, [...(views.get(owner.address) ?? []), view]);
  });
  return views;
}
