/** What the record of a unit, a head or a part gives to whoever has it. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { isDefined } from "./local.ts";
import { accessed } from "./source-text.ts";
import type { Instance } from "./templates.ts";
import type { FragmentFunction } from "./write-fragment.ts";

/** Whether a record gives the value to whoever has it. */
export function holds({ locals, template }: Instance, value: ValueNumber): boolean {
  const local = locals.get(value);
  return local !== undefined && isDefined(local) && template.given.has(local);
}

/** The code of every value that a record gives, where `variable` holds it. */
export function valuesIn(
  instance: Instance,
  variable: string,
  { named, returns }: Pick<FragmentFunction, "named" | "returns">,
): [ValueNumber, string][] {
  return [...instance.locals].flatMap(([value, local]): [ValueNumber, string][] =>
    holds(instance, value) && named.has(local)
      ? [[value, accessed(variable, local, { named, returns, recordType: undefined })]]
      : [],
  );
}
