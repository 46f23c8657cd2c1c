/** The canonical description of a fragment: equal for all that one function can stand for. */
import type { AttributeValue, ValueNumber } from "../../../runtime/program/step-program.ts";
import { labelWithin, relative, scopeOf } from "./addresses.ts";
import type { Averaging } from "./averages.ts";
import { sumOf } from "./contributions.ts";
import { representative } from "./feeds.ts";
import type { Fragment, Step } from "./fragments.ts";
import { createLocals, isDefined, localOf } from "./local.ts";
import { type OperationDescriber, type OperationInstance, operationName } from "./operation-templates.ts";
import type { Output } from "./outputs.ts";
import type { Instance } from "./templates.ts";
import type { Update } from "./updates.ts";
import { isScalar, type Varying, varyingOf } from "./varying.ts";

export interface Description
  extends Pick<Instance, "imports" | "locals" | "results" | "saved" | "varying" | "operations" | "parts"> {
  readonly key: string;
}

export interface Describing {
  /** What the owner says of losses and predictions. */
  readonly outputNames: string;
  update(update: Update): string;
  averaging(averaging: Averaging): string;
  readonly operations: OperationDescriber;
  /** Describes a block inside the fragment; `position` is that among its operations and blocks. */
  part(part: Fragment, forward: Instance | undefined, position: number): Instance;
  /** Says that something outside its part uses a value. */
  markGiven(value: ValueNumber): void;
}

export function describeFragment(
  fragment: Fragment,
  partner: Instance | undefined,
  outputs: readonly Output[],
  {
    outputNames,
    update: describeOne,
    averaging: describeAveraging,
    operations,
    part: describePart,
    markGiven,
  }: Describing,
): Description {
  const { procedure } = fragment;
  const scope = scopeOf(fragment);
  const names = createLocals(partner?.locals);
  const { imports, locals, saved, results, define } = names;
  const varying: Varying[] = [];
  const inside = new Map<Step, OperationInstance>();
  const parts = new Map<Step, Instance>();
  let key = `${fragment.phase} ${fragment.place === "" ? "" : partName(fragment)}\n${outputNames}`;

  const use = (value: ValueNumber): string => {
    operations.markGiven(value);
    markGiven(value);
    return names.use(value);
  };
  const describeCall = (called: OperationInstance | Instance, name: string): string => {
    let text = name;
    for (const value of called.imports) text += ` ${use(value)}`;
    if (called.partner !== undefined) {
      const record = localOf("r", called.partner.position);
      saved.add(record);
      text += ` ${record}`;
    }
    for (const one of called.varying) varying.push(one);
    for (const value of called.results) define(value);
    return text;
  };
  const describe = (step: Step): string => {
    if (step.kind === "section") return step.part;
    if (step.kind === "update") {
      let text = `${describeOne(step.update)} ${relative(step.update.weight, scope)}`;
      for (const value of step.update.imports) text += ` ${use(representative(value, procedure))}`;
      return text;
    }
    if (step.kind === "contribution") {
      const { contribution } = step;
      const text = `accumulate ${relative(contribution.weight, scope)} ${use(contribution.gradient)}`;
      define(sumOf(contribution));
      return text;
    }
    if (step.kind === "averaging") {
      const { averaging } = step;
      varying.push({ name: "followed", value: averaging.followed });
      return `${describeAveraging(averaging)} ${relative(averaging.average, scope)} ${averaging.weights.join()}`;
    }
    if (step.kind === "operation") {
      const position = inside.size + parts.size;
      const operation = operations.describe(step.operation, position, fragment, partner, describeOne);
      inside.set(step, operation);
      return describeCall(operation, `${operation.template.id} ${labelWithin(step.operation.label, fragment)}`);
    }
    if (step.kind === "part") {
      const { place } = step.part;
      const part = describePart(step.part, findPart(partner, place), inside.size + parts.size);
      parts.set(step, part);
      return describeCall(part, `part${part.template.id} ${place}`);
    }
    const { primitive, operands, results, attributes, variables, label } = step.instruction;
    let text = `${primitive} ${labelWithin(label, fragment)}`;
    for (const value of operands) text += ` ${use(value)}`;
    for (const name in attributes) {
      const value = attributes[name] as AttributeValue;
      const one = varyingOf(name, value);
      if (one !== undefined) varying.push(one);
      text += ` ${name}=${mask(value)}`;
    }
    for (const address of variables) text += ` ${relative(address, scope)}`;
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
  return { key, imports, locals, results, saved, varying, operations: inside, parts };
}

/** The block of the forward fragment that came from the same place in the source. */
function findPart(forward: Instance | undefined, place: string): Instance | undefined {
  for (const part of forward?.parts.values() ?? []) if (part.fragment.place === place) return part;
  return undefined;
}

function mask(value: AttributeValue): string {
  if (typeof value !== "object") return String(value);
  return isScalar(value) ? `*${value.batchPower}` : `${value.length}`;
}

/** `clone` of `clone[2]` */
export function partName({ place }: Fragment): string {
  return operationName(place);
}
