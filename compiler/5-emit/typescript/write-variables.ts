/** The program's variables: one list of entries per kind of owner, and one line per owner. */
import type { StepProgram, Variable } from "../../../runtime/program/step-program.ts";
import { array, type Code, layout } from "./code.ts";
import { createCopies } from "./copied-variables.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { literal, stringLiteral } from "./literals.ts";
import { type Row, writeRows } from "./owner-rows.ts";
import { type Entry, entryCode, listEntries } from "./variable-entries.ts";

export function writeVariables({ variables }: StepProgram, names: Names = createNames()): string[] {
  const lists = new Map<string, { readonly name: string; readonly code: Code; readonly isComposed: boolean }>();
  const slots = new Map<string, { name: string; text: string }>();
  const rows: Row[] = [];
  const groups = groupByOwner(variables).map((group) => ({ group, entries: listEntries(group) }));
  const copies = createCopies();
  // What is copied comes first, wherever it stands in the network.
  const ordered = [...groups].sort((a, b) => Number(hasCopies(a.entries)) - Number(hasCopies(b.entries)));
  const named = new Map<readonly Entry[], string>();
  for (const { group, entries } of ordered) {
    if (entries === undefined) continue;
    const { owner } = group[0] as Variable;
    const codes = copies.write(entries, (entry) => entryCode(entry, nameSlots));
    const code = array(codes);
    const key = JSON.stringify(entries);
    const isComposed = hasCopies(entries);
    const wish = isComposed ? `${camelCase(owner.name)}Variables` : listName(owner, group);
    const list = lists.get(key) ?? { name: names.take(wish), code, isComposed };
    lists.set(key, list);
    named.set(entries, list.name);
    if (!isComposed) copies.add(owner.name, entries, list.name);
  }
  for (const { group, entries } of groups) {
    const { owner, inference } = group[0] as Variable;
    if (entries === undefined) rows.push(...group.map((variable) => ({ code: literal(variable) })));
    else rows.push({ owner, inference, list: named.get(entries) as string });
  }
  const constants = [...lists.values()].map(({ name, code }) => layout(`const ${name} = `, code, ";", 0));
  const program = layout("const variables: readonly Variable[] = ", array(writeRows(rows)), ";", 0);
  return [...[...slots.values()].map(({ text }) => text), ...constants, program];

  function nameSlots(slotNames: readonly string[]): string {
    const key = slotNames.join();
    const known = slots.get(key);
    if (known !== undefined) return known.name;
    const name = names.take("slots");
    slots.set(key, { name, text: layout(`const ${name} = `, array(slotNames.map(stringLiteral)), ";", 0) });
    return name;
  }
}

function hasCopies(entries: readonly Entry[] | undefined): boolean {
  return entries?.some(({ initializer }) => initializer.kind === "copy") === true;
}

/** `block16To32Variables` */
function listName({ name }: Variable["owner"], [first]: readonly Variable[]): string {
  const last = name.split(".").at(-1) ?? "";
  const widths = [...new Set(first?.type.shape.slice(-2))].join("To");
  return `${camelCase(last.replace(/\[\d+\]/g, ""))}${widths}Variables`;
}

function groupByOwner(variables: readonly Variable[]): Variable[][] {
  const groups: Variable[][] = [];
  for (const variable of variables) {
    const last = groups.at(-1)?.[0];
    const isSame =
      last !== undefined &&
      sameOwner(last.owner, variable.owner) &&
      (variable.role === "slot" || last.inference === variable.inference);
    if (isSame) groups.at(-1)?.push(variable);
    else groups.push([variable]);
  }
  return groups;
}

function sameOwner(a: Variable["owner"], b: Variable["owner"]): boolean {
  return a === b || (a.kind === b.kind && a.module === b.module && a.name === b.name);
}
