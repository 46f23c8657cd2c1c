/** The documentation of the functions of units, heads and parts. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { printType } from "../../../runtime/program/tensor-type.ts";
import type { Fragment } from "./fragments.ts";
import type { Local } from "./local.ts";
import type { Instance, Template } from "./templates.ts";

export function describeTemplate({ instances, given, outputs }: Template): string {
  const owners = [...new Set(instances.map(({ fragment }) => nameOf(fragment)))];
  const [{ fragment }] = instances as [Instance, ...Instance[]];
  const more = owners.length > 3 ? ` and ${owners.length - 2} more` : "";
  const shown = more === "" ? owners.join(", ") : `${owners.slice(0, 2).join(", ")}${more}`;
  if (fragment.phase === "backward") return `Back through ${shown}.`;
  const types = [...new Set(instances.map((instance) => describeTypes(instance, given)))];
  const said = new Set(
    [...outputs.values()].filter(({ output }) => output.kind !== "logits").map(({ output }) => output.name),
  );
  const gives = said.size === 0 ? "" : ` Gives ${[...said].join(", ")}.`;
  return `${shown}${types.length === 1 && types[0] !== "" ? `: ${types[0]}` : ""}.${gives}`;
}

/** `float32[batch, 32, 32, 16] → float32[batch, 16, 16, 32]`; empty where nothing is handed on. */
function describeTypes({ fragment, imports, locals, results: computed }: Instance, given: ReadonlySet<Local>): string {
  const typeOf = (value: ValueNumber): string => printType(fragment.procedure.values[value] as never);
  const results = computed.filter((value) => given.has(locals.get(value) as Local)).map(typeOf);
  return imports[0] === undefined || results.length === 0 ? "" : `${typeOf(imports[0])} → ${results.join(", ")}`;
}

/** `stage[1].block[2]`, or `clone[1] of head[2]` */
function nameOf({ owner, place }: Fragment): string {
  return place === "" ? owner : `${place} of ${owner}`;
}
