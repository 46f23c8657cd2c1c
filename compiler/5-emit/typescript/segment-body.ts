/** The calls inside a module's function: one per unit and pass, loops where units are alike. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Code, call, statement } from "./code.ts";
import { camelCase, type Names } from "./identifiers.ts";
import { valuesIn } from "./record-values.ts";
import type { Item } from "./runs.ts";
import type { SegmentNaming } from "./segment-function.ts";
import type { Instance } from "./templates.ts";

export interface BodyWriter {
  expression(value: ValueNumber): string;
  /** The variable that holds what a forward instance gave. */
  recordOf(instance: Instance): string;
  write(item: Item, index: number): string[];
}

export function createBodyWriter(
  values: Map<ValueNumber, string>,
  records: Map<Instance, string>,
  names: Names,
  naming: SegmentNaming,
  owners: readonly Code[],
  varyingOf: (item: Item, index: number) => Code[],
): BodyWriter {
  /** The lists of records of a loop's instances. */
  const lists = new Map<Instance, string>();
  const expression = (value: ValueNumber): string => values.get(value) as string;

  function callOf(instance: Instance, at: Code, given: (position: number) => string, varying: readonly Code[]): Code {
    const { name } = naming.functionOf(instance.template);
    const record = instance.partner && records.get(instance.partner);
    return call(name, "step", record ?? at, ...instance.imports.map((_, position) => given(position)), ...varying);
  }

  function keep(instance: Instance, variable: string): void {
    for (const [value, code] of valuesIn(instance, variable, naming.functionOf(instance.template)))
      values.set(value, code);
    if (naming.functionOf(instance.template).returns === "record") records.set(instance, variable);
  }

  function isUsed({ returns, fragment }: Instance): boolean {
    return returns.length > 0 || naming.isUsed(fragment);
  }

  function writeOne(item: Item, index: number): string[] {
    const [instance] = item.instances;
    const given = (position: number) => expression(instance.imports[position] as ValueNumber);
    const code = callOf(instance, owners[index] as Code, given, varyingOf(item, index));
    const { returns } = naming.functionOf(instance.template);
    if (returns === "nothing" || !isUsed(instance)) return [statement("", code)];
    const isBackward = instance.fragment.phase === "backward";
    const variable = names.take(isBackward ? `${shortName(instance)}Gradient` : shortName(instance));
    keep(instance, variable);
    return [statement(`const ${variable} = `, code)];
  }

  function writeLoop(item: Item, index: number): string[] {
    const { instances, carried } = item;
    const [first] = instances;
    const last = instances.at(-1) as Instance;
    const { returns, named, recordType } = naming.functionOf(first.template);
    const { position, local } = carried as NonNullable<Item["carried"]>;
    const isBackward = first.fragment.phase === "backward";
    const moving = names.take(isBackward ? "gradient" : "output");
    const lines = [`let ${moving} = ${expression(first.imports[position] as ValueNumber)};`];
    const given = (at: number) => (at === position ? moving : expression(first.imports[at] as ValueNumber));
    const one = names.take(shortName(first).replace(/\d+$/, ""));
    let header = statement("for (const at of ", owners[index] as Code, ") {");
    if (first.partner !== undefined) {
      header = `for (const ${one} of ${lists.get(last.partner as Instance)}.toReversed()) {`;
      records.set(first.partner, one);
    }
    const code = callOf(first, "at", given, varyingOf(item, index));
    const found = named.get(local);
    if (returns === "value") lines.push(header, statement(`${moving} = `, code, ";", 2), "}");
    else {
      const list = names.take(`${one}s`);
      const isKept = first.returns.length > 0;
      if (isKept) {
        lines.unshift(`const ${list}: ${recordType}[] = [];`);
        lists.set(first, list);
      }
      const body = [statement(`const ${one} = `, code, ";", 2)];
      if (isKept) body.push(`  ${list}.push(${one});`);
      body.push(`  ${moving} = ${one}.${found?.variable}${found?.accessor};`);
      lines.push(header, ...body, "}");
    }
    for (const [value, at] of last.locals) if (at === local) values.set(value, moving);
    return lines;
  }

  return {
    expression,
    recordOf: (instance) => records.get(instance) as string,
    write: (item: Item, index: number): string[] =>
      item.carried === undefined ? writeOne(item, index) : writeLoop(item, index),
  };
}

/** What a unit is called inside a module: `block2`, `head`. */
export function shortName({ fragment }: Instance): string {
  const name = camelCase(fragment.owner.split(".").at(-1) ?? "");
  return /^head\d+$/.test(name) ? "head" : name || "prologue";
}
