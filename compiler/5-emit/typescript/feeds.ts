/** What the optimizer is fed. Several scalars travel through the functions as one record. */
import type { Procedure, ProcedureInput, ValueNumber } from "../../../runtime/program/step-program.ts";
import { camelCase } from "./identifiers.ts";

/** The scalars of the optimizer, where there are several: Adam's rate and powers. */
export function bundledFeeds({ inputs }: Procedure): readonly ProcedureInput[] {
  const others: readonly ProcedureInput["role"]["kind"][] = ["input", "label", "seed", "loss_weight"];
  const feeds = inputs.filter(({ role }) => !others.includes(role.kind));
  return feeds.length > 1 ? feeds : [];
}

/** What a function calls something it is given: it may serve several modules, so a loss's weight is not named after one. */
export function feedName({ name, role }: ProcedureInput): string {
  return role.kind === "loss_weight" ? "lossWeight" : camelCase(name);
}

/** The value that stands for the whole record wherever one of its members is used by an update. */
export function representative(value: ValueNumber, procedure: Procedure): ValueNumber {
  if (value >= procedure.inputs.length) return value;
  const feeds = bundledFeeds(procedure);
  return feeds.some((feed) => feed.value === value) ? (feeds[0] as ProcedureInput).value : value;
}
