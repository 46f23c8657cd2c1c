/** The documentation of the functions of units, heads and parts. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { printType } from "../../../runtime/program/tensor-type.ts";
import { type Moving, movingOf } from "./contributions.ts";
import { type Fragment, flattenSteps } from "./fragments.ts";
import type { Local } from "./local.ts";
import type { Instance, Template } from "./templates.ts";

export function describeTemplate({ instances, given, outputs }: Template): string {
  const owners = [...new Set(instances.map(({ fragment }) => nameOf(fragment)))];
  const [{ fragment }] = instances as [Instance, ...Instance[]];
  const more = owners.length > 3 ? ` and ${owners.length - 2} more` : "";
  const shown = more === "" ? owners.join(", ") : `${owners.slice(0, 2).join(", ")}${more}`;
  if (isUpdate(fragment)) return `Moves what no gradient reaches in ${shown}.`;
  if (fragment.phase === "backward") {
    const from = instances[0]?.partner !== undefined && instances[0].partner.returns.length > 1 ? seedOf(fragment) : "";
    return `Back through ${shown}${from}${movingWords[movingOf(flattenSteps(fragment.steps))]}.`;
  }
  const [first] = instances as [Instance, ...Instance[]];
  const types = describeTypes(first, given);
  const isSame = instances.every((instance) => describeTypes(instance, given) === types);
  const said = new Set(
    [...outputs.values()].filter(({ output }) => output.kind !== "logits").map(({ output }) => output.name),
  );
  const gives = said.size === 0 ? "" : ` Gives ${[...said].join(", ")}.`;
  return `${shown}${isSame && types !== "" ? `: ${types}` : ""}.${gives}`;
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

/** Whether the fragment is no pass, but what is done behind the passes. */
export function isUpdate({ steps }: Fragment): boolean {
  return steps.every((step) => step.kind !== "section" || step.part === "update");
}

/** Of a head with several passes: which loss this one begins from. */
function seedOf({ owner, place, steps }: Fragment): string {
  if (!/^head\[/.test(owner) || place !== "") return "";
  const label = flattenSteps(steps).flatMap((step) => (step.kind === "instruction" ? [step.instruction.label] : []))[0];
  return label === undefined || label === "" ? "" : `, from \`${label}\``;
}

const movingWords: Readonly<Record<Moving, string>> = {
  moves: "",
  part: ", for a part of the gradients: other passes give the rest",
  last: ", the last of several passes, which moves the weights",
  nothing: "",
};
