/**
 * Operations that are written alike, whatever their shapes: one function for all convolutions of a network. Lists of
 * numbers among the attributes (shapes, strides) and batch scalars may differ; they become parameters where they do.
 */
import type { AttributeValue, Procedure, ValueNumber } from "../../../runtime/program/step-program.ts";
import { relative } from "./addresses.ts";
import { noSum, sumOf } from "./contributions.ts";
import { representative } from "./feeds.ts";
import type { Fragment } from "./fragments.ts";
import { createLocals, type Local } from "./local.ts";
import type { Operation } from "./operations.ts";
import type { Instance } from "./templates.ts";
import type { Update } from "./updates.ts";
import { isScalar, type Varying, varyingOf } from "./varying.ts";

export interface OperationInstance {
  readonly template: OperationTemplate;
  /** Position among the operations of its fragment. */
  readonly position: number;
  readonly operation: Operation;
  readonly fragment: Fragment;
  readonly imports: readonly ValueNumber[];
  readonly locals: ReadonlyMap<ValueNumber, Local>;
  /** Everything it computes, in order. */
  readonly results: readonly ValueNumber[];
  /** The forward operation whose record is given. */
  readonly partner: OperationInstance | undefined;
  /** Attributes that are not plain, in order. */
  readonly attributes: readonly OperationAttribute[];
  /** Those of them that calls must give where they differ. */
  readonly varying: readonly Varying[];
}

export interface OperationAttribute {
  readonly name: string;
  readonly value: AttributeValue;
  /** The shape of a value at hand, the same attribute of the forward operation, or a value of the call by position. */
  readonly from:
    | { readonly kind: "shape"; readonly value: ValueNumber }
    | { readonly kind: "forward"; readonly position: number }
    | { readonly kind: "call"; readonly position: number };
}

export interface OperationTemplate {
  readonly id: string;
  readonly key: string;
  readonly instances: OperationInstance[];
  readonly saved: Set<Local>;
  readonly given: Set<Local>;
}

export interface OperationTemplates {
  list(): readonly OperationTemplate[];
  of(procedure: Procedure): OperationDescriber;
}

/** Of one procedure. */
export interface OperationDescriber {
  /** Says that something outside its operation uses a value. */
  markGiven(value: ValueNumber): void;
  /** `position` is that among the operations of the fragment. */
  describe(
    operation: Operation,
    position: number,
    fragment: Fragment,
    forward: Instance | undefined,
    describeUpdate: (update: Update) => string,
  ): OperationInstance;
}

export function createOperationTemplates(): OperationTemplates {
  const templates = new Map<string, OperationTemplate>();
  return {
    list: () => [...templates.values()],
    of(procedure) {
      const definers: (OperationInstance | undefined)[] = new Array(procedure.values.length);
      return {
        markGiven(value) {
          const source = definers[value];
          source?.template.given.add(source.locals.get(value) as Local);
        },
        describe(operation, position, fragment, forward, describeUpdate) {
          const partner = findPartner(forward, operation);
          const described = describeOperation(operation, fragment, partner, describeUpdate);
          const { key, saved, imports, locals, results, attributes, varying } = described;
          let template = templates.get(key);
          if (template === undefined) {
            const id = `operation${templates.size + 1}`;
            template = { id, key, instances: [], saved: new Set(), given: new Set() };
            templates.set(key, template);
          }
          const instance: OperationInstance = {
            template,
            position,
            operation,
            fragment,
            imports,
            locals,
            results,
            attributes,
            varying,
            partner: saved.size > 0 ? partner : undefined,
          };
          template.instances.push(instance);
          for (const local of saved) partner?.template.saved.add(local);
          for (const value of instance.results) if (value !== noSum) definers[value] = instance;
          return instance;
        },
      };
    },
  };
}

/** The first operation of the forward fragment that came from the same place in the source. */
function findPartner(forward: Instance | undefined, { label }: Operation): OperationInstance | undefined {
  for (const other of forward?.operations.values() ?? []) if (other.operation.label === label) return other;
  return undefined;
}

function describeOperation(
  { steps, label: ownLabel }: Operation,
  { owner, phase, procedure }: Fragment,
  partner: OperationInstance | undefined,
  describeUpdate: (update: Update) => string,
) {
  const { imports, locals, saved, results, use, define } = createLocals(partner?.locals);
  const varying: Varying[] = [];
  const attributes: OperationAttribute[] = [];
  let key = `${phase}\n${operationName(ownLabel)}`;

  const place = `${owner}.${ownLabel}`;
  const describeAttribute = (name: string, value: AttributeValue): string => {
    if (typeof value !== "object") return `${name}=${value}`;
    const from = findSource(name, value);
    attributes.push({ name, value, from });
    if (from.kind === "shape") return `${name}=shape ${use(from.value)}`;
    if (from.kind === "forward") {
      saved.add("attributes");
      return `${name}=forward ${from.position}`;
    }
    varying.push(varyingOf(name, value) as Varying);
    return isScalar(value) ? `${name}=*${value.batchPower}` : name;
  };
  const findShape = (
    shape: AttributeValue,
    among: ReadonlyMap<ValueNumber, Local> | undefined,
  ): ValueNumber | undefined => {
    for (const value of among?.keys() ?? []) {
      if (sameNumbers(procedure.values[value]?.shape ?? 0, shape)) return value;
    }
    return undefined;
  };
  const findSource = (name: string, value: AttributeValue): OperationAttribute["from"] => {
    const given = { kind: "call", position: varying.length } as const;
    if (isScalar(value)) return given;
    if (/shape$/i.test(name)) {
      const alike = findShape(value, partner?.locals) ?? findShape(value, locals);
      return alike === undefined ? given : { kind: "shape", value: alike };
    }
    const same = partner?.attributes.find((other) => other.name === name && sameNumbers(other.value, value));
    return same?.from.kind === "call" ? { kind: "forward", position: same.from.position } : given;
  };
  for (const step of steps) {
    if (step.kind === "update") {
      key += `\n${describeUpdate(step.update)} ${relative(step.update.weight, place)}`;
      for (const value of step.update.imports) key += ` ${use(representative(value, procedure))}`;
      continue;
    }
    if (step.kind === "contribution") {
      const { contribution } = step;
      key += `\naccumulate ${relative(contribution.weight, place)} ${use(contribution.gradient)}`;
      define(sumOf(contribution));
      continue;
    }
    const { primitive, operands, variables, label, attributes: given } = step.instruction;
    key += `\n${primitive} ${label === ownLabel ? "@" : label}`;
    for (const value of operands) key += ` ${use(value)}`;
    for (const name in given) key += ` ${describeAttribute(name, given[name] as AttributeValue)}`;
    for (const address of variables) key += ` ${relative(address, place)}`;
    for (const value of step.instruction.results) define(value);
  }
  if (saved.size > 0) key += `\n${partner?.template.id}`;
  return { key, imports, locals, saved, results, attributes, varying };
}

/** `conv` of `conv[2]` and of `clone[1].conv[2]` */
export function operationName(label: string): string {
  const last = label.slice(label.lastIndexOf(".") + 1);
  return last.endsWith("]") ? last.slice(0, last.lastIndexOf("[")) : last;
}

function sameNumbers(a: AttributeValue, b: AttributeValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
