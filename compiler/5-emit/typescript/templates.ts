/**
 * Structurally equal parts, found by a canonical description of each: the same primitives, attributes, types and wiring;
 * only the owner's address and scalar factors may differ. Every class of equal parts is emitted once, as a function.
 */
import type { AttributeValue, Instruction, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { printType } from "../../../runtime/program/tensor-type.ts";
import type { Fragment, Step } from "./fragments.ts";
import type { Output } from "./outputs.ts";
import type { StepFunction } from "./sharing.ts";
import { gradientOf } from "./outputs.ts";
import type { Update } from "./updates.ts";

/** Where a value stands in a fragment: `i2` is its third import, `d5` the sixth value it defines. */
export type Local = string;

/** One occurrence of a template. */
export interface Instance {
  readonly template: Template;
  readonly fragment: Fragment;
  /** Values from elsewhere, given one by one, in order of first use. */
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** The forward instance whose values are given as one record. */
  readonly partner?: Instance;
  /** Values taken from that record. */
  readonly saved: ReadonlySet<ValueNumber>;
  /** Batch scalars among the attributes, in order. */
  readonly scalars: readonly number[];
  readonly outputs: readonly Output[];
  /** The backward instances that go back through this one. */
  readonly returns: Instance[];
}

export interface Template {
  readonly id: number;
  readonly key: string;
  readonly instances: Instance[];
  /** Values needed elsewhere in at least one instance: by the backward fragment, or by others. */
  readonly saved: Set<Local>;
  readonly given: Set<Local>;
  /** Outputs said in at least one instance, by local. */
  readonly outputs: Map<string, { readonly local: Local; readonly output: Output }>;
}

export interface UpdateTemplate {
  readonly key: string;
  readonly first: Update;
  readonly fragment: Fragment;
  readonly gradient: ValueNumber | undefined;
  readonly namesGradient: boolean;
}

export interface Templates {
  /** In order of first appearance. */
  readonly fragments: readonly Template[];
  readonly updates: ReadonlyMap<string, UpdateTemplate>;
  instanceOf(fragment: Fragment): Instance;
  /** The instance that computes a value of a procedure; undefined for what is fed. */
  definingInstance(procedure: Procedure, value: ValueNumber): Instance | undefined;
  updateOf(update: Update): UpdateTemplate;
}

export function findTemplates(functions: readonly StepFunction[]): Templates {
  const templates = new Map<string, Template>();
  const updates = new Map<string, UpdateTemplate>();
  const updateKeys = new Map<Update, string>();
  const instances = new Map<Fragment, Instance>();
  const defining = new Map<Procedure, Map<ValueNumber, Instance>>();

  for (const { fragments, outputs, namesGradients } of functions) {
    for (const fragment of fragments) {
      const partner = fragment.partner && instances.get(fragment.partner);
      const describe = (update: Update): string => {
        const key = `${namesGradients} ${describeUpdate(update)}`;
        const gradient = gradientOf(update, fragment.procedure);
        updateKeys.set(update, key);
        if (!updates.has(key)) {
          updates.set(key, { key, first: update, fragment, gradient, namesGradient: namesGradients });
        }
        return key;
      };
      const described = describeFragment(fragment, partner, describe);
      const template: Template = templates.get(described.key) ?? {
        ...{ id: templates.size + 1, key: described.key, instances: [], saved: new Set(), given: new Set(), outputs: new Map() },
      };
      templates.set(described.key, template);
      const instance: Instance = {
        ...{ template, fragment, returns: [], outputs: outputs.get(fragment) ?? [] },
        ...{ imports: described.imports, locals: described.locals, saved: described.saved, scalars: described.scalars },
        ...(partner !== undefined && described.saved.size > 0 && { partner }),
      };
      template.instances.push(instance);
      instances.set(fragment, instance);
      instance.partner?.returns.push(instance);
      const definers = defining.get(fragment.procedure) ?? new Map<ValueNumber, Instance>();
      defining.set(fragment.procedure, definers);
      for (const [value, local] of instance.locals) if (local.startsWith("d")) definers.set(value, instance);
      markNeeded(instance, definers);
    }
  }
  return {
    fragments: [...templates.values()],
    updates,
    definingInstance: (procedure, value) => defining.get(procedure)?.get(value),
    instanceOf: (fragment) => instances.get(fragment) as Instance,
    updateOf: (update) => updates.get(updateKeys.get(update) as string) as UpdateTemplate,
  };
}

/** Tells the templates that define what this instance uses. */
function markNeeded(instance: Instance, definers: ReadonlyMap<ValueNumber, Instance>): void {
  const { partner, saved, imports, template } = instance;
  for (const value of saved) partner?.template.saved.add(partner.locals.get(value) as Local);
  for (const value of imports) {
    const source = definers.get(value);
    source?.template.given.add(source.locals.get(value) as Local);
  }
  for (const output of instance.outputs) {
    const local = instance.locals.get(output.value) as Local;
    template.outputs.set(`${local} ${output.kind} ${output.name}`, { local, output });
  }
}

interface Description {
  readonly key: string;
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  readonly saved: ReadonlySet<ValueNumber>;
  readonly scalars: readonly number[];
}

function describeFragment(
  fragment: Fragment,
  partner: Instance | undefined,
  describeOne: (update: Update) => string,
): Description {
  const { values } = fragment.procedure;
  const imports: ValueNumber[] = [];
  const locals = new Map<ValueNumber, Local>();
  const saved = new Set<ValueNumber>();
  const scalars: number[] = [];
  const parts: string[] = [fragment.phase];
  let defined = 0;

  const use = (value: ValueNumber): string => {
    const known = locals.get(value);
    if (known !== undefined) return known;
    const inRecord = partner?.locals.get(value);
    if (inRecord !== undefined) {
      saved.add(value);
      return `s${inRecord}`;
    }
    const local = `i${imports.push(value) - 1}`;
    locals.set(value, local);
    return `${local}:${printType(values[value] as never)}`;
  };
  const define = (value: ValueNumber): string => {
    locals.set(value, `d${defined++}`);
    return printType(values[value] as never);
  };
  const describe = (step: Step): string => {
    if (step.kind === "section") return step.part;
    if (step.kind === "update") {
      const uses = step.update.imports.map(use);
      return `${describeOne(step.update)} ${relative(step.update.weight, fragment.owner)} ${uses.join(" ")}`;
    }
    const { primitive, operands, results, attributes, variables, label } = step.instruction;
    const uses = operands.map(use);
    const masked = Object.entries(attributes).map(([name, value]) => `${name}=${mask(value, scalars)}`);
    const addresses = variables.map((address) => relative(address, fragment.owner));
    return [primitive, label, ...uses, ...masked, ...addresses, "→", ...results.map(define)].join(" ");
  };
  for (const step of fragment.steps) parts.push(describe(step));
  if (saved.size > 0) parts.push(`${partner?.template.id}`);
  return { key: parts.join("\n"), imports, locals, saved, scalars };
}

/** `@conv[1].kernel` inside the owner, the whole address outside. */
export function relative(address: string, owner: string): string {
  return owner !== "" && address.startsWith(`${owner}.`) ? `@${address.slice(owner.length + 1)}` : address;
}

function mask(value: AttributeValue, scalars: number[]): string {
  if (typeof value !== "object" || !("batchPower" in value)) return String(value);
  scalars.push(value.value);
  return `*${value.batchPower}`;
}

/** Equal for all weights that move alike: neither address nor shape is in it. */
function describeUpdate({ weight, instructions, imports }: Update): string {
  const locals = new Map(imports.map((value, index) => [value, `i${index}`]));
  return instructions
    .map((instruction: Instruction, index) => {
      const { primitive, operands, results, attributes, variables, label } = instruction;
      const uses = operands.map((value) => locals.get(value));
      results.forEach((value, position) => {
        locals.set(value, `d${index}.${position}`);
      });
      const shaped = primitive === "fill" ? { ...attributes, shape: "shape" } : attributes;
      const addresses = variables.map((address) => (address.startsWith(weight) ? address.slice(weight.length) : address));
      return [primitive, label, ...uses, JSON.stringify(shaped), ...addresses].join(" ");
    })
    .join("; ");
}
