/**
 * Structurally equal parts, found by a canonical description of each: the same primitives, attributes and wiring; only
 * the owner's address, shapes and factors may differ. Every class of equal parts is emitted once, as a function.
 */
import type { AttributeValue, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { relative } from "./addresses.ts";
import { noSum, sumOf } from "./contributions.ts";
import { representative } from "./feeds.ts";
import type { Fragment, Step } from "./fragments.ts";
import { isDefined, type Local, localOf } from "./local.ts";
import {
  createOperationTemplates,
  type OperationDescriber,
  type OperationInstance,
  type OperationTemplate,
} from "./operation-templates.ts";
import { gradientOf, type Output } from "./outputs.ts";
import type { StepFunction } from "./sharing.ts";
import type { Update } from "./updates.ts";
import { isScalar, type Varying, varyingOf } from "./varying.ts";

/** One occurrence of a template. */
export interface Instance {
  readonly template: Template;
  readonly fragment: Fragment;
  /** Values from elsewhere, given one by one, in order of first use. */
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** What it computes and others may use, in order: `d0`, `d1`, … */
  readonly defined: readonly ValueNumber[];
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
  readonly id: string;
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
  const updateTemplates = new Map<Update, UpdateTemplate>();
  const instances = new Map<Fragment, Instance>();
  const defining = new Map<Procedure, Definers>();
  const describeOne = (update: Update, fragment: Fragment, namesGradient: boolean): string => {
    const key = `${namesGradient} ${describeUpdate(update)}`;
    let template = updates.get(key);
    if (template === undefined) {
      const gradient = gradientOf(update, fragment.procedure);
      template = { id: `update${updates.size + 1}`, key, first: update, fragment, gradient, namesGradient };
      updates.set(key, template);
    }
    updateTemplates.set(update, template);
    return template.id;
  };
  const operations = createOperationTemplates();

  for (const own of functions) {
    const { procedure, fragments, outputs, namesGradients } = own;
    const outputNames = listOutputNames(own, functions);
    const operationsOf = operations.of(procedure);
    const definers: Definers = new Array(procedure.values.length);
    defining.set(procedure, definers);
    for (const fragment of fragments) {
      const partner = fragment.partner && instances.get(fragment.partner);
      const given = outputs.get(fragment) ?? [];
      const described = describeFragment(fragment, partner, given, {
        outputNames: outputNames.get(placeOf(fragment)) ?? "",
        update: (update) => describeOne(update, fragment, namesGradients),
        operations: operationsOf,
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
      for (const value of instance.defined) if (value !== noSum) definers[value] = instance;
      markNeeded(instance, definers);
    }
  }
  return {
    fragments: [...templates.values()],
    operations: operations.list(),
    updates,
    definingInstance: (procedure, value) => defining.get(procedure)?.[value],
    instanceOf: (fragment) => instances.get(fragment) as Instance,
    updateOf: (update) => updateTemplates.get(update) as UpdateTemplate,
  };
}

/** The instance that computes each value of a procedure. */
type Definers = (Instance | undefined)[];

/** Tells the templates that define what this instance uses. */
function markNeeded(instance: Instance, definers: Definers): void {
  const { partner, saved, imports, template } = instance;
  for (const local of saved) partner?.template.saved.add(local);
  for (const value of imports) {
    const source = definers[value];
    source?.template.given.add(source.locals.get(value) as Local);
  }
  for (const output of instance.outputs) {
    const local = instance.locals.get(output.value) as Local;
    template.outputs.set(`${local} ${output.kind} ${output.name}`, { local, output });
  }
}

interface Description extends Pick<Instance, "imports" | "locals" | "defined" | "saved" | "varying" | "operations"> {
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
  readonly operations: OperationDescriber;
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
  const defined: ValueNumber[] = [];
  let key = `${fragment.phase}\n${outputNames}`;

  const use = (value: ValueNumber): string => {
    operations.markGiven(value);
    const known = locals.get(value);
    if (known !== undefined) return known;
    const inRecord = partner?.locals.get(value);
    if (inRecord !== undefined) {
      saved.add(inRecord);
      return `s${inRecord}`;
    }
    const local = localOf("i", imports.push(value) - 1);
    locals.set(value, local);
    return local;
  };
  const define = (value: ValueNumber): void => {
    locals.set(value, localOf("d", defined.push(value) - 1));
  };
  const describe = (step: Step): string => {
    if (step.kind === "section") return step.part;
    if (step.kind === "update") {
      let text = `${describeOne(step.update)} ${relative(step.update.weight, owner)}`;
      for (const value of step.update.imports) text += ` ${use(representative(value, procedure))}`;
      return text;
    }
    if (step.kind === "contribution") {
      const { contribution } = step;
      const text = `accumulate ${relative(contribution.weight, owner)} ${use(contribution.gradient)}`;
      define(sumOf(contribution));
      return text;
    }
    if (step.kind === "operation") {
      const operation = operations.describe(step.operation, inside.size, fragment, partner, describeOne);
      inside.set(step, operation);
      let text = `${operation.template.id} ${step.operation.label}`;
      for (const value of operation.imports) text += ` ${use(value)}`;
      if (operation.partner !== undefined) {
        const record = localOf("r", operation.partner.position);
        saved.add(record);
        text += ` ${record}`;
      }
      for (const one of operation.varying) varying.push(one);
      for (const value of operation.results) define(value);
      return text;
    }
    const { primitive, operands, results, attributes, variables, label } = step.instruction;
    let text = `${primitive} ${label}`;
    for (const value of operands) text += ` ${use(value)}`;
    for (const name in attributes) {
      const value = attributes[name] as AttributeValue;
      const one = varyingOf(name, value);
      if (one !== undefined) varying.push(one);
      text += ` ${name}=${mask(value)}`;
    }
    for (const address of variables) text += ` ${relative(address, owner)}`;
    for (const value of results) define(value);
    return text;
  };
  for (const step of fragment.steps) key += `\n${describe(step)}`;
  for (const { value } of outputs) {
    const isOwn = isDefined(locals.get(value));
    const reference = use(value);
    if (!isOwn) key += `\noutput ${reference}`;
  }
  if (saved.size > 0) key += `\n${partner?.template.id}`;
  return { key, imports, locals, defined, saved, varying, operations: inside };
}

function mask(value: AttributeValue): string {
  if (typeof value !== "object") return String(value);
  return isScalar(value) ? `*${value.batchPower}` : `${value.length}`;
}

/** Equal for all weights that move alike: neither address nor shape is in it. */
function describeUpdate({ weight, instructions, imports }: Update): string {
  const locals = new Map<ValueNumber, Local>();
  for (const value of imports) locals.set(value, localOf("i", locals.size));
  let text = "";
  for (const { primitive, operands, results, attributes, variables, label } of instructions) {
    text += `${primitive} ${label}`;
    for (const value of operands) text += ` ${locals.get(value)}`;
    for (const value of results) locals.set(value, localOf("d", locals.size));
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
