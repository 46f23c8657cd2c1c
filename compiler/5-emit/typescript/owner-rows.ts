/** Who owns which list of variables: owners that differ only by their number become one row, and so do modules. */
import type { Variable } from "../../../runtime/program/step-program.ts";
import { addressList } from "./address-lists.ts";
import { isNext, shifted } from "./addresses.ts";
import { type Code, flat } from "./code.ts";
import { stringLiteral, templateText } from "./literals.ts";

export type Row =
  | { readonly code: Code }
  | { readonly owner: Variable["owner"]; readonly inference: boolean; readonly list: string };

type OwnedRow = Extract<Row, { list: string }>;

export function writeRows(rows: readonly Row[]): Code[] {
  const codes: Code[] = [];
  for (let start = 0; start < rows.length; ) {
    const row = rows[start] as Row;
    if ("code" in row) {
      codes.push(row.code);
      start++;
      continue;
    }
    const alike = findAlikeOwners(rows, start, row);
    const modules = findAlikeModules(rows, start);
    if (modules >= 3) {
      codes.push(...writeModuleRows(row, rows[start + 1] as OwnedRow, modules));
      start += 2 * modules;
    } else if (alike.length >= 3) {
      const list = flat(addressList(alike.map(({ owner }) => owner.name)));
      codes.push(`...${list}.flatMap((name) => ownedBy(${ownerCall(row, "name")}, ${row.list}))`);
      start += alike.length;
    } else {
      codes.push(`...ownedBy(${ownerCall(row, stringLiteral(row.owner.name))}, ${row.list})`);
      start++;
    }
  }
  return codes;
}

function findAlikeOwners(rows: readonly Row[], start: number, row: OwnedRow): OwnedRow[] {
  const owned = [row];
  for (let next = rows[start + 1]; next !== undefined && !("code" in next); next = rows[start + owned.length]) {
    const isAlike = sameKind(next, row) && next.owner.module === row.owner.module;
    if (!isAlike || !isNext((owned.at(-1) as OwnedRow).owner.name, next.owner.name)) break;
    owned.push(next);
  }
  return owned;
}

function sameKind(a: OwnedRow, b: OwnedRow): boolean {
  return a.list === b.list && a.inference === b.inference && a.owner.kind === b.owner.kind;
}

/** How many modules in a row have one unit and one head, each like the one before but for its number. */
function findAlikeModules(rows: readonly Row[], start: number): number {
  let count = 0;
  for (let at = start; at + 1 < rows.length; at += 2, count++) {
    const pairs = [0, 1].map((offset) => [rows[start + offset], rows[at + offset]] as const);
    const isAlike = pairs.every(([first, row]) => {
      if (first === undefined || row === undefined || "code" in first || "code" in row) return false;
      return (
        sameKind(row, first) &&
        row.owner.module === first.owner.module + count &&
        row.owner.name === shifted(first.owner.name, count)
      );
    });
    const [first, second] = [rows[at], rows[at + 1]];
    if (!isAlike || first === undefined || second === undefined || "code" in first || "code" in second) break;
    if (first.owner.module !== second.owner.module) break;
  }
  return count;
}

function writeModuleRows(unit: OwnedRow, head: OwnedRow, count: number): Code[] {
  const from = unit.owner.module;
  const row = (owned: OwnedRow): string => {
    const match = /^(.*)\[(\d+)\]$/.exec(owned.owner.name) as RegExpExecArray;
    const offset = Number(match[2]) - from;
    const index = offset === 0 ? "module" : offset < 0 ? `module - ${-offset}` : `module + ${offset}`;
    const name = `\`${templateText(match[1] as string)}[\${${index}}]\``;
    return `    ...ownedBy(${ownerCall(owned, name, "module")}, ${owned.list}),\n`;
  };
  return [`...range(${from}, ${from + count - 1}).flatMap((module) => [\n${row(unit)}${row(head)}  ])`];
}

/** `ofUnit(1, "stem")` */
function ownerCall({ owner, inference }: OwnedRow, name: string, module = `${owner.module}`): string {
  if (owner.kind === "unit" && inference) return `ofUnit(${module}, ${name})`;
  if (owner.kind === "head") return `${inference ? "ofReadout" : "ofHead"}(${module}, ${name})`;
  return `{ kind: "${owner.kind}", module: ${module}, name: ${name}, inference: ${inference} }`;
}
