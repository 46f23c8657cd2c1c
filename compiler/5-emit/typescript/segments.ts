/** Gradient scopes: the fragments of one module in a row, and which of these rows are alike. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import type { Fragment } from "./fragments.ts";
import { findRuns, type Item } from "./runs.ts";
import type { StepFunction } from "./sharing.ts";
import type { Instance, Templates } from "./templates.ts";

export interface Segment {
  readonly function: StepFunction;
  readonly module: number;
  readonly fragments: readonly Fragment[];
  /** Single calls and loops over alike units. */
  readonly items: readonly Item[];
  /** Values from before the segment, in order of first use. */
  readonly imports: readonly ValueNumber[];
  /** Values used after the segment. */
  readonly exports: readonly ValueNumber[];
  /** Units of earlier modules that a pass of this one goes back through, in order of first use. */
  readonly importedRecords: readonly Instance[];
  /** Units that a pass of a later module goes back through. */
  readonly exportedRecords: readonly Instance[];
  /** Equal for segments that one function can stand for. */
  readonly key: string;
  /** Fragments with a value that another fragment is given on its own. */
  readonly used: ReadonlySet<Fragment>;
}

export function cutIntoSegments(of: StepFunction, templates: Templates): Segment[] {
  const groups: Fragment[][] = [];
  for (const fragment of of.fragments) {
    const last = groups.at(-1);
    if (last?.[0]?.module === fragment.module) last.push(fragment);
    else groups.push([fragment]);
  }
  const consumers = listConsumers(of, templates);
  return groups.map((fragments) => describeSegment(of, fragments, templates, consumers));
}

/** Which fragments are given each value on its own, not in a record. */
export type Consumers = ReadonlyMap<ValueNumber, readonly Fragment[]>;

function listConsumers({ fragments }: StepFunction, templates: Templates): Consumers {
  const consumers = new Map<ValueNumber, Fragment[]>();
  for (const fragment of fragments) {
    for (const value of templates.instanceOf(fragment).imports) {
      const known = consumers.get(value);
      if (known === undefined) consumers.set(value, [fragment]);
      else known.push(fragment);
    }
  }
  return consumers;
}

function describeSegment(
  of: StepFunction,
  fragments: readonly Fragment[],
  templates: Templates,
  consumers: Consumers,
): Segment {
  const instances = fragments.map(templates.instanceOf);
  const ordinals = new Map(fragments.map((fragment, ordinal) => [fragment, ordinal]));
  const references = new Map<ValueNumber, string>();
  const imports: ValueNumber[] = [];
  const exports: ValueNumber[] = [];
  const importedRecords: Instance[] = [];
  const exportedRecords: Instance[] = [];
  const owners = new Map<string, number>();
  const parts: string[] = [];
  const used = new Set<Fragment>();
  instances.forEach((instance, ordinal) => {
    const { fragment, template, partner } = instance;
    const uses = instance.imports.map((value) => {
      const known = references.get(value) ?? `i${imports.push(value) - 1}`;
      references.set(value, known);
      return known;
    });
    for (const value of instance.results) {
      const consumersOf = consumers.get(value);
      if (consumersOf === undefined) continue;
      used.add(fragment);
      const reference = `${ordinal}.${instance.locals.get(value)}`;
      references.set(value, reference);
      if (consumersOf.some((consumer) => !ordinals.has(consumer))) {
        exports.push(value);
        parts.push(`export ${reference}`);
      }
    }
    if (!owners.has(fragment.owner)) owners.set(fragment.owner, owners.size);
    if (instance.returns.some((other) => !ordinals.has(other.fragment))) {
      exportedRecords.push(instance);
      parts.push(`export ${ordinal}`);
    }
    const record = partner === undefined ? "" : (ordinals.get(partner.fragment) ?? importRecord(partner));
    parts.push(`${template.id} ${owners.get(fragment.owner)} ${record} ${uses.join(" ")}`);
  });
  const items = findRuns(instances, consumers);
  parts.push(items.map(({ instances: { length } }) => length).join(" "));
  const { module } = fragments[0] as Fragment;
  const own = { function: of, module, fragments, items, imports, exports, importedRecords, exportedRecords, used };
  return { ...own, key: parts.join("\n") };

  function importRecord(record: Instance): string {
    const known = importedRecords.indexOf(record);
    return `r${known === -1 ? importedRecords.push(record) - 1 : known}`;
  }
}
