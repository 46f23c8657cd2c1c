/** The program's plain data: modules, losses, predictions, variables, recipe. */
import type { Initializer, StepProgram, Variable } from "../../../runtime/program/step-program.ts";
import { array, type Code, call, flat, layout, object } from "./code.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { literal, numberLiteral, propertyKey, stringLiteral, templateText } from "./literals.ts";
import { addressList } from "./write-segment.ts";

/** The units of every module, then its heads. */
export function writeModules({ modules }: StepProgram): string {
  const isPlain = modules.every(({ index, heads }, position) => index === position + 1 && heads.length <= 1);
  if (!isPlain) return layout("const modules: readonly ProgramModule[] = ", literal(modules), ";", 0);
  const units = array(writeUnits(modules));
  const heads = array(modules.map(({ heads: [head] }) => (head === undefined ? "undefined" : stringLiteral(head))));
  return layout("const modules: readonly ProgramModule[] = ", call("listModules", units, heads), ";", 0);
}

/** One list per module; modules of one unit each that count up are written as one. */
function writeUnits(modules: StepProgram["modules"]): Code[] {
  const codes: Code[] = [];
  for (let start = 0; start < modules.length; ) {
    const run: string[] = [];
    for (let next = modules[start]; next?.units.length === 1; next = modules[start + run.length]) {
      const [unit] = next.units as [string];
      const last = run.at(-1);
      if (last !== undefined && !isNext(last, unit)) break;
      run.push(unit);
    }
    if (run.length >= 3) {
      codes.push(`...${flat(addressList(run))}.map((unit) => [unit])`);
      start += run.length;
    } else codes.push(addressGroups((modules[start++] as StepProgram["modules"][number]).units));
  }
  return codes;
}

/** Addresses with every stretch that counts up written as one. */
function addressGroups(addresses: readonly string[]): Code {
  const groups: string[][] = [];
  for (const address of addresses) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (last !== undefined && isNext(last, address)) group?.push(address);
    else groups.push([address]);
  }
  const short = groups.filter(({ length }) => length < 3).flat().length;
  if (groups.length === 1 && addresses.length >= 3) return addressList(addresses);
  if (short === addresses.length) return array(addresses.map(stringLiteral));
  return array(groups.flatMap((group) => (group.length < 3 ? group.map(stringLiteral) : [spread(addressList(group))])));
}

function spread(code: Code): Code {
  return typeof code === "object" && code.kind === "call" ? { ...code, callee: `...${code.callee}` } : code;
}

/** One line per module where the names follow the module's. */
export function writeLosses({ losses }: StepProgram): string {
  const rows: Code[] = [];
  for (let start = 0; start < losses.length; ) {
    const { module } = losses[start] as StepProgram["losses"][number];
    const prefix = `module[${module}].`;
    let end = start;
    const weights: [string, Code][] = [];
    for (let next = losses[end]; next !== undefined; next = losses[++end]) {
      if (next.module !== module || next.reaches !== undefined || !next.name.startsWith(prefix)) break;
      weights.push([propertyKey(next.name.slice(prefix.length)), literal(next.weight)]);
    }
    if (weights.length > 0) rows.push(call("...losses", `${module}`, object(weights)));
    else rows.push(literal(losses[end++]));
    start = end;
  }
  return layout("const programLosses: readonly ProgramLoss[] = ", array(rows), ";", 0);
}

export function writePredictions({ predictions }: StepProgram): string {
  const rows = predictions.map((prediction) => {
    const prefix = `module[${prediction.module}].`;
    if (!prediction.name.startsWith(prefix)) return literal(prediction);
    return call("prediction", `${prediction.module}`, stringLiteral(prediction.name.slice(prefix.length)));
  });
  return layout("const predictions: readonly ProgramPrediction[] = ", array(rows), ";", 0);
}

/** One list of entries per kind of owner, and one line per owner. */
export function writeVariables({ variables }: StepProgram, names: Names = createNames()): string[] {
  const lists = new Map<string, { name: string; code: Code }>();
  const slots = new Map<string, { name: string; text: string }>();
  const rows: Row[] = [];
  for (const group of groupByOwner(variables)) {
    const entries = describeEntries(group, (slotNames) => {
      const key = slotNames.join();
      const known = slots.get(key);
      if (known !== undefined) return known.name;
      const name = names.take("slots");
      slots.set(key, { name, text: layout(`const ${name} = `, array(slotNames.map(stringLiteral)), ";", 0) });
      return name;
    });
    if (entries === undefined) {
      rows.push(...group.map((variable) => ({ code: literal(variable) })));
      continue;
    }
    const [first] = group as [Variable];
    const base = camelCase(
      first.owner.name
        .split(".")
        .at(-1)
        ?.replace(/\[\d+\]/g, "") ?? "",
    );
    const widths = [...new Set(first.type.shape.slice(-2))].join("To");
    const code = array(entries);
    const key = flat(code);
    const list = lists.get(key) ?? { name: names.take(`${base}${widths}Variables`), code };
    lists.set(key, list);
    rows.push({ owner: first.owner, inference: first.inference, list: list.name });
  }
  const constants = [...lists.values()].map(({ name, code }) => layout(`const ${name} = `, code, ";", 0));
  const program = layout("const variables: readonly Variable[] = ", array(writeRows(rows)), ";", 0);
  return [...[...slots.values()].map(({ text }) => text), ...constants, program];
}

type Row =
  | { readonly code: Code }
  | { readonly owner: Variable["owner"]; readonly inference: boolean; readonly list: string };

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

/** `weight("conv[1].kernel", [3, 3, 16, 16], normal(0, 0.1), momentum)`; undefined where a variable does not fit the form. */
function describeEntries(
  group: readonly Variable[],
  slotList: (names: readonly string[]) => string,
): Code[] | undefined {
  const entries: Code[] = [];
  for (let start = 0; start < group.length; ) {
    const variable = group[start] as Variable;
    const { address, type, role, owner, initializer } = variable;
    let end = start + 1;
    const slotNames: string[] = [];
    for (let next = group[end]; next?.role === "slot"; next = group[++end]) {
      if (!next.address.startsWith(`${address}/`) || !isPlainSlot(next, variable)) return undefined;
      slotNames.push(next.address.slice(address.length + 1));
    }
    const isPlain = role !== "slot" && type.dataType === "float32" && address.startsWith(`${owner.name}.`);
    if (!isPlain || (role === "statistic" && slotNames.length > 0)) return undefined;
    const local = stringLiteral(address.slice(owner.name.length + 1));
    const given: Code[] = [local, literal(type.shape), initializerCode(initializer)];
    if (slotNames.length > 0) given.push(slotList(slotNames));
    entries.push(call(role, ...given));
    start = end;
  }
  return entries;
}

function isPlainSlot({ type, inference, initializer }: Variable, weight: Variable): boolean {
  const startsAtZero = initializer.kind === "constant" && initializer.value === 0;
  return !inference && startsAtZero && sameType(type, weight.type);
}

function sameType(a: Variable["type"], b: Variable["type"]): boolean {
  return (
    a.dataType === b.dataType &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, axis) => size === b.shape[axis])
  );
}

function initializerCode(initializer: Initializer): Code {
  switch (initializer.kind) {
    case "constant":
      return call("filled", numberLiteral(initializer.value));
    case "normal":
      return call("normal", numberLiteral(initializer.mean), numberLiteral(initializer.standardDeviation));
    case "truncated_normal":
      return call("truncatedNormal", numberLiteral(initializer.mean), numberLiteral(initializer.standardDeviation));
    case "uniform":
      return call("uniform", numberLiteral(initializer.low), numberLiteral(initializer.high));
    case "copy":
      return call("copyOf", stringLiteral(initializer.of));
  }
}

type OwnedRow = Extract<Row, { list: string }>;

/** Owners that differ only by their number become one row; so do modules that differ only by theirs. */
function writeRows(rows: readonly Row[]): Code[] {
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

/** Whether the second address counts on from the first: `block[3]` after `block[2]`. */
function isNext(address: string, next: string): boolean {
  return next === shifted(address, 1);
}

/** The address with its last number that much higher. */
function shifted(address: string, by: number): string | undefined {
  const match = /^(.*)\[(\d+)\]$/.exec(address);
  return match === null ? undefined : `${match[1]}[${Number(match[2]) + by}]`;
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
