/**
 * Structurally equal parts, found by a canonical description of each: the same primitives, attributes and wiring; only
 * the owner's address, shapes and factors may differ. Every class of equal parts is emitted once, as a function.
 */
import type { AttributeValue, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { relative } from "./addresses.ts";
import { representative } from "./feeds.ts";
import type { Fragment, Step } from "./fragments.ts";
import { createOperationTemplates, type OperationInstance, type OperationTemplate } from "./operation-templates.ts";
import { gradientOf, type Output } from "./outputs.ts";
import type { StepFunction } from "./sharing.ts";
import type { Update } from "./updates.ts";
import { isScalar, type Varying, varyingOf } from "./varying.ts";

/**
 * Where a value stands in a fragment or an operation: `i2` is its third import, `d5` the sixth value it defines, `r1` the
 * record of a fragment's second operation.
 */
export type Local = string;

/** One occurrence of a template. */
export interface Instance {
  readonly template: Template;
  readonly fragment: Fragment;
  /** Values from elsewhere, given one by one, in order of first use. */
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** By position of the step. */
  readonly operations: ReadonlyMap<Step, OperationInstance>;
  /** The forward instance whose values are given as one record. */
  readonly partner?: Instance;
  /** What is taken from that record. */
  readonly saved: ReadonlySet<Local>;
  /** Attributes in which instances may differ, in order. */
  readonly varying: readonly Varying[];
  readonly outputs: readonly Output[];
  /** The backward instances that go back through this one. */
  readonly returns: Instance[];
}

export interface Template {
  readonly id: number;
  readonly key: string;
  readonly instances: Instance[];
  /** Needed elsewhere in at least one instance: by the backward fragment, or by others. */
  readonly saved: Set<Local>;
  readonly given: Set<Local>;
  /** Outputs said in at least one instance. */
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
  readonly operations: readonly OperationTemplate[];
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
  const describeOne = (update: Update, fragment: Fragment, namesGradient: boolean): string => {
    const key = `${namesGradient} ${describeUpdate(update)}`;
    const gradient = gradientOf(update, fragment.procedure);
    updateKeys.set(update, key);
    if (!updates.has(key)) updates.set(key, { key, first: update, fragment, gradient, namesGradient });
    return key;
  };
  const operations = createOperationTemplates();

  for (const own of functions) {
    const { fragments, outputs, namesGradients } = own;
    const outputNames = listOutputNames(own, functions);
    for (const fragment of fragments) {
      const partner = fragment.partner && instances.get(fragment.partner);
      const given = outputs.get(fragment) ?? [];
      const described = describeFragment(fragment, partner, given, {
        outputNames: outputNames.get(placeOf(fragment)) ?? "",
        update: (update) => describeOne(update, fragment, namesGradients),
        operations,
      });
      const template: Template = templates.get(described.key) ?? {
        ...{ id: templates.size + 1, key: described.key },
        ...{ instances: [], saved: new Set(), given: new Set(), outputs: new Map() },
      };
      templates.set(described.key, template);
      const instance: Instance = {
        ...{ template, fragment, returns: [], outputs: given, ...described },
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
    operations: operations.list(),
    updates,
    definingInstance: (procedure, value) => defining.get(procedure)?.get(value),
    instanceOf: (fragment) => instances.get(fragment) as Instance,
    updateOf: (update) => updates.get(updateKeys.get(update) as string) as UpdateTemplate,
  };
}

/** Tells the templates that define what this instance uses. */
function markNeeded(instance: Instance, definers: ReadonlyMap<ValueNumber, Instance>): void {
  const { partner, saved, imports, template } = instance;
  for (const local of saved) partner?.template.saved.add(local);
  for (const value of imports) {
    const source = definers.get(value);
    source?.template.given.add(source.locals.get(value) as Local);
  }
  for (const output of instance.outputs) {
    const local = instance.locals.get(output.value) as Local;
    template.outputs.set(`${local} ${output.kind} ${output.name}`, { local, output });
  }
}

interface Description extends Pick<Instance, "imports" | "locals" | "saved" | "varying" | "operations"> {
  readonly key: string;
}

/**
 * What each owner gives, for a function and those it may share parts with: owners that give different outputs are not
 * alike. What a procedure does not want of losses and predictions it leaves out, except `gradients` on its own.
 */
function listOutputNames(own: StepFunction, functions: readonly StepFunction[]): Map<string, string> {
  const isAlone = ({ procedure }: StepFunction): boolean => procedure.name === "gradients";
  const names = new Map<string, Set<string>>();
  for (const other of functions.filter((one) => one === own || (!isAlone(one) && !isAlone(own)))) {
    for (const [fragment, outputs] of other.outputs) {
      const known = names.get(placeOf(fragment)) ?? new Set();
      names.set(placeOf(fragment), known);
      for (const { kind, name } of outputs) if (other === own || kind !== "output") known.add(`${kind} ${name}`);
    }
  }
  return new Map([...names].map(([place, known]) => [place, [...known].sort().join("\n")]));
}

function placeOf({ module, owner, phase }: Fragment): string {
  return `${module} ${owner} ${phase}`;
}

interface Describing {
  readonly outputNames: string;
  update(update: Update): string;
  readonly operations: ReturnType<typeof createOperationTemplates>;
}

function describeFragment(
  fragment: Fragment,
  partner: Instance | undefined,
  outputs: readonly Output[],
  { outputNames, update: describeOne, operations }: Describing,
): Description {
  const { procedure, owner } = fragment;
  const imports: ValueNumber[] = [];
  const locals = new Map<ValueNumber, Local>();
  const saved = new Set<Local>();
  const varying: Varying[] = [];
  const inside = new Map<Step, OperationInstance>();
  const parts: string[] = [fragment.phase, outputNames];
  let defined = 0;

  const use = (value: ValueNumber): string => {
    operations.markGiven(procedure, value);
    const known = locals.get(value);
    if (known !== undefined) return known;
    const inRecord = partner?.locals.get(value);
    if (inRecord !== undefined) {
      saved.add(inRecord);
      return `s${inRecord}`;
    }
    const local = `i${imports.push(value) - 1}`;
    locals.set(value, local);
    return local;
  };
  const define = (value: ValueNumber): void => {
    locals.set(value, `d${defined++}`);
  };
  const describe = (step: Step): string => {
    if (step.kind === "section") return step.part;
    if (step.kind === "update") {
      const uses = step.update.imports.map((value) => use(representative(value, procedure)));
      return `${describeOne(step.update)} ${relative(step.update.weight, owner)} ${uses.join(" ")}`;
    }
    if (step.kind === "operation") {
      const operation = operations.describe(step.operation, fragment, partner, describeOne);
      inside.set(step, operation);
      const uses = operation.imports.map(use);
      const record = operation.partner === undefined ? "" : recordLocal(operation.partner, partner);
      if (record !== "") saved.add(record);
      varying.push(...operation.varying);
      operation.results.forEach(define);
      return [operation.template.id, step.operation.label, record, ...uses].join(" ");
    }
    const { primitive, operands, results, attributes, variables, label } = step.instruction;
    const uses = operands.map(use);
    const masked = Object.entries(attributes).map(([name, value]) => {
      const one = varyingOf(name, value);
      if (one !== undefined) varying.push(one);
      return `${name}=${mask(value)}`;
    });
    const addresses = variables.map((address) => relative(address, owner));
    results.forEach(define);
    return [primitive, label, ...uses, ...masked, ...addresses].join(" ");
  };
  for (const step of fragment.steps) parts.push(describe(step));
  for (const { value } of outputs) {
    const isOwn = locals.get(value)?.startsWith("d") === true;
    const reference = use(value);
    if (!isOwn) parts.push(`output ${reference}`);
  }
  if (saved.size > 0) parts.push(`${partner?.template.id}`);
  return { key: parts.join("\n"), imports, locals, saved, varying, operations: inside };
}

/** `r2`: the third operation of the forward fragment. */
function recordLocal(operation: OperationInstance, partner: Instance | undefined): Local {
  return `r${[...(partner?.operations.values() ?? [])].indexOf(operation)}`;
}

function mask(value: AttributeValue): string {
  if (typeof value !== "object") return String(value);
  return isScalar(value) ? `*${value.batchPower}` : `${value.length}`;
}

/** Equal for all weights that move alike: neither address nor shape is in it. */
function describeUpdate({ weight, instructions, imports }: Update): string {
  const locals = new Map<ValueNumber, Local>();
  for (const value of imports) locals.set(value, `i${locals.size}`);
  let text = "";
  for (const { primitive, operands, results, attributes, variables, label } of instructions) {
    text += `${primitive} ${label}`;
    for (const value of operands) text += ` ${locals.get(value)}`;
    for (const value of results) locals.set(value, `d${locals.size}`);
    for (const name in attributes) {
      const value = attributes[name] as AttributeValue;
      const isShape = primitive === "fill" && name === "shape";
      text += ` ${name}=${isShape ? "" : isScalar(value) ? `${value.value}*${value.batchPower}` : value}`;
    }
    for (const address of variables) text += ` ${address.startsWith(weight) ? address.slice(weight.length) : address}`;
    text += "; ";
  }
  return text;
}
