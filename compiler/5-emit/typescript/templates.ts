/**
 * Structurally equal parts, found by a canonical description of each: the same primitives, attributes and wiring; only
 * the owner's address, shapes and factors may differ. Every class of equal parts is emitted once, as a function.
 */
import type { Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Averaging, createAveragingTemplates } from "./averages.ts";
import { noSum } from "./contributions.ts";
import { describeFragment } from "./describe-fragment.ts";
import type { Fragment, Step } from "./fragments.ts";
import type { Local } from "./local.ts";
import { createOperationTemplates, type OperationInstance, type OperationTemplate } from "./operation-templates.ts";
import type { Output } from "./outputs.ts";
import type { StepFunction } from "./sharing.ts";
import { createUpdateTemplates, type UpdateTemplate } from "./update-templates.ts";
import type { Update } from "./updates.ts";
import type { Varying } from "./varying.ts";

/** One occurrence of a template. */
export interface Instance {
  readonly template: Template;
  readonly fragment: Fragment;
  /** Values from elsewhere, given one by one, in order of first use. */
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** What it computes and others may use, in order: `d0`, `d1`, … */
  readonly results: readonly ValueNumber[];
  /** Of a part: that among the operations and parts of its fragment. */
  readonly position: number;
  /** By position of the step. */
  readonly operations: ReadonlyMap<Step, OperationInstance>;
  /** By position of the step: the blocks inside it. */
  readonly parts: ReadonlyMap<Step, Instance>;
  /** The forward instance whose values are given as one record. */
  readonly partner: Instance | undefined;
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

export interface Templates {
  /** In order of first appearance. */
  readonly fragments: readonly Template[];
  readonly operations: readonly OperationTemplate[];
  readonly updates: readonly UpdateTemplate[];
  /** One per kind. */
  readonly averagings: readonly Averaging[];
  instanceOf(fragment: Fragment): Instance;
  /** The instance that computes a value of a procedure; undefined for what is fed. */
  definingInstance(procedure: Procedure, value: ValueNumber): Instance | undefined;
  updateOf(update: Update): UpdateTemplate;
}

export function findTemplates(functions: readonly StepFunction[]): Templates {
  const templates = new Map<string, Template>();
  const updates = createUpdateTemplates();
  const averagings = createAveragingTemplates();
  const operations = createOperationTemplates();
  const instances = new Map<Fragment, Instance>();
  const defining = new Map<Procedure, Definers>();

  for (const own of functions) {
    const { procedure, fragments, outputs, namesGradients } = own;
    const outputNames = listOutputNames(own, functions);
    const operationsOf = operations.of(procedure);
    const definers: Definers = new Array(procedure.values.length);
    defining.set(procedure, definers);
    const parts = new Map<ValueNumber, Instance>();
    const add = (fragment: Fragment, partner: Instance | undefined, position: number): Instance => {
      const isPart = fragment.place !== "";
      const given = isPart ? [] : (outputs.get(fragment) ?? []);
      const described = describeFragment(fragment, partner, given, {
        outputNames: isPart ? "" : (outputNames.get(ownerOf(fragment)) ?? ""),
        update: (update) => updates.describe(update, fragment, namesGradients),
        averaging: (averaging) => averagings.describe(averaging),
        operations: operationsOf,
        part(part, forward, at) {
          const instance = add(part, forward, at);
          for (const value of instance.results) if (value !== noSum) parts.set(value, instance);
          return instance;
        },
        markGiven(value) {
          if (parts.size === 0) return;
          const part = parts.get(value);
          part?.template.given.add(part.locals.get(value) as Local);
        },
      });
      const template = templates.get(described.key) ?? createTemplate(templates.size + 1, described.key);
      templates.set(described.key, template);
      const { imports, locals, results, saved, varying, operations: calls, parts: blocks } = described;
      const instance: Instance = {
        template,
        fragment,
        position,
        imports,
        locals,
        results,
        saved,
        varying,
        operations: calls,
        parts: blocks,
        outputs: given,
        returns: [],
        partner: saved.size > 0 ? partner : undefined,
      };
      template.instances.push(instance);
      instances.set(fragment, instance);
      instance.partner?.returns.push(instance);
      if (!isPart) for (const value of instance.results) if (value !== noSum) definers[value] = instance;
      markNeeded(instance, definers);
      return instance;
    };
    for (const fragment of fragments) add(fragment, fragment.partner && instances.get(fragment.partner), 0);
  }
  return {
    fragments: [...templates.values()],
    operations: operations.list(),
    updates: updates.list(),
    averagings: averagings.list(),
    definingInstance: (procedure, value) => defining.get(procedure)?.[value],
    instanceOf: (fragment) => instances.get(fragment) as Instance,
    updateOf: updates.of,
  };
}

function createTemplate(id: number, key: string): Template {
  return { id, key, instances: [], saved: new Set(), given: new Set(), outputs: new Map() };
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

/**
 * What each owner gives, for a function and those it may share parts with: owners that give different outputs are not
 * alike. What a procedure does not want of losses and predictions it leaves out, except `gradients` on its own.
 */
function listOutputNames(own: StepFunction, functions: readonly StepFunction[]): Map<string, string> {
  const isAlone = ({ procedure }: StepFunction): boolean => procedure.name === "gradients";
  const names = new Map<string, Set<string>>();
  for (const other of functions.filter((one) => one === own || (!isAlone(one) && !isAlone(own)))) {
    for (const [fragment, outputs] of other.outputs) {
      const known = names.get(ownerOf(fragment)) ?? new Set();
      names.set(ownerOf(fragment), known);
      for (const { kind, name } of outputs) if (other === own || kind !== "output") known.add(`${kind} ${name}`);
    }
  }
  return new Map([...names].map(([place, known]) => [place, [...known].sort().join("\n")]));
}

function ownerOf({ module, owner, phase }: Fragment): string {
  return `${module} ${owner} ${phase}`;
}
