/** Names for the functions of templates: `stem`, `block16To32`, `infoproHead`. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { scopeOf } from "./addresses.ts";
import { movingOf, movingSuffix } from "./contributions.ts";
import { partName } from "./describe-fragment.ts";
import { isUpdate } from "./describe-template.ts";
import { flattenSteps } from "./fragments.ts";
import { camelCase, createNames, type Names, upperFirst } from "./identifiers.ts";
import type { Local } from "./local.ts";
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
  const byRole = groupBy(templates, roleOf);
  for (const role of ["Forward", "Inference", "Backward", "Update"] as const) {
    const ofRole = byRole.get(role) ?? [];
    const isForward = role === "Forward" || role === "Inference";
    const bases = isForward ? chooseBases(ofRole, program) : undefined;
    for (const template of ofRole) {
      const first = template.instances[0] as Instance;
      const partner = first.partner && named.get(first.partner.template);
      const base = bases?.get(template) ?? partner?.base ?? firstNameOf(first, program);
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
  if (template.given.size > 0 || partner === undefined) return moving;
  const others = templates.filter((other) => other.instances[0]?.partner?.template === partner.template);
  return moving + (others.length > 1 ? "ToStop" : "");
}

/** The first of a few candidates by which templates can be told apart; the first one's address if none does. */
function chooseBases(templates: readonly Template[], program: StepProgram): Map<Template, string> {
  const bases = new Map<Template, string>();
  let open: readonly Template[] = templates;
  for (const nameOf of [firstNameOf, nameByChange, nameByWidths]) {
    const named = groupBy(open, ({ instances }) => nameOf(instances[0] as Instance, program, instances));
    for (const [name, alike] of named) if (alike.length === 1) bases.set(alike[0] as Template, name);
    open = open.filter((template) => !bases.has(template));
  }
  for (const template of open) bases.set(template, addressName(template.instances[0] as Instance));
  return bases;
}

function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** The owner's own name, or the block's within it. */
function firstNameOf({ fragment }: Instance, program: StepProgram): string {
  return fragment.place === "" ? ownName(fragment.owner, fragment.module, program) : camelCase(partName(fragment));
}

/** With a head's number, or what all instances do to the width: `wideningBlock`. */
function nameByChange(first: Instance, program: StepProgram, instances: readonly Instance[]): string {
  const name = firstNameOf(first, program);
  const head = headNumber(first);
  if (head !== undefined) return name + head;
  const change = changeOf(widthsOf(first));
  if (instances.some((instance) => changeOf(widthsOf(instance)) !== change)) return addressName(first);
  return change === "" ? name : change + upperFirst(name);
}

/** With the widths all instances have: `block16To32`. */
function nameByWidths(first: Instance, program: StepProgram, instances: readonly Instance[]): string {
  const widths = textOf(widthsOf(first));
  if (headNumber(first) !== undefined) return addressName(first);
  const isSame = instances.every((instance) => textOf(widthsOf(instance)) === widths);
  return isSame ? firstNameOf(first, program) + widths : addressName(first);
}

function addressName({ fragment }: Instance): string {
  return camelCase(scopeOf(fragment)) || "prologue";
}

function headNumber({ fragment }: Instance): string | undefined {
  return fragment.place === "" ? /^head\[(\d+)\]$/.exec(fragment.owner)?.[1] : undefined;
}

type Widths = readonly [from: number | undefined, to: number | undefined];

function changeOf([from, to]: Widths): string {
  if (from === undefined || to === undefined || from === to) return "";
  return from < to ? "widening" : "narrowing";
}

function textOf([from, to]: Widths): string {
  return (to === undefined || to === from ? `${from}` : `${from}To${to}`).replaceAll("-", "");
}

/** Of the first thing a unit is given, and of the last thing it gives. */
function widthsOf({ fragment, imports, results, locals, template }: Instance): Widths {
  const { values } = fragment.procedure;
  const width = (value: ValueNumber | undefined) => (value === undefined ? undefined : values[value]?.shape.at(-1));
  return [width(imports[0]), width(results.findLast((value) => template.given.has(locals.get(value) as Local)))];
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
