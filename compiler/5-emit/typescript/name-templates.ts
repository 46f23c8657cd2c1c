/** Names for the functions of templates: `stem`, `block16To32`, `infoproHead`. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { scopeOf } from "./addresses.ts";
import { movingOf, movingSuffix } from "./contributions.ts";
import { partName } from "./describe-fragment.ts";
import { isUpdate } from "./describe-template.ts";
import { definedValues, flattenSteps } from "./fragments.ts";
import { camelCase, createNames, type Names, upperFirst } from "./identifiers.ts";
import type { Instance, Template } from "./templates.ts";

export interface TemplateName {
  /** `block16` */
  readonly base: string;
  /** `block16Forward` */
  readonly function: string;
}

export function nameTemplates(
  templates: readonly Template[],
  program: StepProgram,
  names: Names = createNames(),
): ReadonlyMap<Template, TemplateName> {
  const named = new Map<Template, TemplateName>();
  for (const role of ["Forward", "Inference", "Backward", "Update"]) {
    const ofRole = templates.filter((template) => roleOf(template) === role);
    const isForward = role === "Forward" || role === "Inference";
    const bases = isForward ? chooseBases(ofRole, program) : undefined;
    for (const template of ofRole) {
      const first = template.instances[0] as Instance;
      const partner = first.partner && named.get(first.partner.template);
      const base = bases?.get(template) ?? partner?.base ?? candidates([first], program)[0];
      named.set(template, { base, function: names.take(base + role + passSuffix(template, role, templates)) });
    }
  }
  return named;
}

/** Forward fragments that keep nothing for a backward one are inference. */
function roleOf({ instances }: Template): "Forward" | "Inference" | "Backward" | "Update" {
  const { fragment: first } = instances[0] as Instance;
  if (first.phase === "backward") return first.place === "" && isUpdate(first) ? "Update" : "Backward";
  const isTraining = instances.some(({ fragment }) => ["train", "gradients"].includes(fragment.procedure.name));
  return isTraining ? "Forward" : "Inference";
}

/** What sets a pass apart from others through the same unit: that there are several, and that the gradient stops behind it. */
function passSuffix(template: Template, role: string, templates: readonly Template[]): string {
  if (role !== "Backward") return "";
  const [{ fragment, partner }] = template.instances as [Instance];
  const moving = movingSuffix[movingOf(flattenSteps(fragment.steps))];
  const others = templates.filter((other) => other.instances[0]?.partner?.template === partner?.template);
  const stops = template.given.size === 0 && partner !== undefined && others.length > 1;
  return moving + (stops ? "ToStop" : "");
}

/** The shortest candidate by which templates of the same name can be told apart. */
function chooseBases(templates: readonly Template[], program: StepProgram): Map<Template, string> {
  const bases = new Map<Template, string>();
  const lists = new Map(
    templates.map((template) => [template, candidates(template.instances as [Instance, ...Instance[]], program)]),
  );
  const countAt = (level: number): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const list of lists.values()) counts.set(list[level] as string, (counts.get(list[level] as string) ?? 0) + 1);
    return counts;
  };
  const counts = [countAt(0), countAt(1), countAt(2)];
  for (const [template, list] of lists) {
    const level = counts.findIndex((count, index) => count.get(list[index] as string) === 1);
    bases.set(template, list[level === -1 ? 3 : level] as string);
  }
  return bases;
}

/**
 * From the owner's own name; with a head's number or what all instances do to the width; with the widths all instances have;
 * with the first one's address.
 */
function candidates(instances: readonly [Instance, ...Instance[]], program: StepProgram): Candidates {
  const [{ fragment }] = instances;
  const isPart = fragment.place !== "";
  const name = isPart ? camelCase(partName(fragment)) : ownName(fragment.owner, fragment.module, program);
  const address = camelCase(scopeOf(fragment)) || "prologue";
  const head = /^head\[(\d+)\]$/.exec(fragment.owner);
  if (head !== null && !isPart) return [name, name + head[1], name + head[1], address];
  const widths = instances.map(widthsOf);
  const changes = [...new Set(widths.map(changeOf))];
  const texts = [...new Set(widths.map(textOf))];
  const [change = ""] = changes;
  return [
    name,
    changes.length > 1 ? address : change === "" ? name : change + upperFirst(name),
    texts.length === 1 ? name + texts[0] : address,
    address,
  ];
}

type Candidates = readonly [string, string, string, string];
type Widths = readonly [from: number | undefined, to: number | undefined];

function changeOf([from, to]: Widths): string {
  if (from === undefined || to === undefined || from === to) return "";
  return from < to ? "widening" : "narrowing";
}

function textOf([from, to]: Widths): string {
  return (to === undefined || to === from ? `${from}` : `${from}To${to}`).replaceAll("-", "");
}

/** Of the first thing a unit is given, and of the last thing it gives. */
function widthsOf(instance: Instance): Widths {
  const { fragment, imports } = instance;
  const { values } = fragment.procedure;
  const width = (value: ValueNumber | undefined) => (value === undefined ? undefined : values[value]?.shape.at(-1));
  return [width(imports[0]), width(definedValues(fragment).findLast((value) => isGiven(instance, value)))];
}

function isGiven({ locals, template }: Instance, value: ValueNumber): boolean {
  return template.given.has(locals.get(value) ?? "");
}

/** `block` of `stage[1].block[2]`; the head's own name for `head[1]`. */
function ownName(owner: string, module: number, { modules }: StepProgram): string {
  const title = modules.find(({ index }) => index === module)?.heads[0] ?? "";
  const head = /^[a-z_]+/i.exec(title)?.[0];
  if (/^head\[\d+\]$/.test(owner) && head !== undefined) {
    const name = camelCase(head);
    return name.toLowerCase().endsWith("head") ? name : `${name}Head`;
  }
  const last = owner.split(".").at(-1) ?? "";
  return camelCase(last.replace(/\[\d+\]/g, "")) || "prologue";
}
