/** The function of a whole step: what is fed, then module after module. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { array, type Code, call, flat, object, statement } from "./code.ts";
import { bundledFeeds } from "./feeds.ts";
import { camelCase, createNames } from "./identifiers.ts";
import { literal, stringLiteral, templateText, typeLiteral } from "./literals.ts";
import type { SegmentArgument, SegmentFunction } from "./segment-function.ts";
import type { Segment } from "./segments.ts";
import type { StepFunction } from "./sharing.ts";
import type { FunctionText } from "./source-text.ts";
import type { Instance } from "./templates.ts";

export function writeStep(
  { procedure, serves }: StepFunction,
  segments: readonly Segment[],
  name: string,
  functionOf: (segment: Segment) => SegmentFunction,
): FunctionText {
  const names = createNames(["step"]);
  const values = new Map<ValueNumber, string>();
  const records = new Map<Instance, string>();
  const record = (instance: Instance): string => records.get(instance) as string;
  const body = procedure.inputs.map(({ name: input, value, role }) => {
    const variable = names.take(camelCase(input));
    values.set(value, variable);
    const type = typeLiteral(procedure.values[value] as never);
    return statement(`const ${variable} = `, call("step.feed", stringLiteral(input), type, literal(role)));
  });
  const feeds = bundledFeeds(procedure);
  const [firstFeed] = feeds;
  if (firstFeed !== undefined) {
    const entries = feeds.map(({ name: feed, value }) => [camelCase(feed), values.get(value) as string] as const);
    const rates = names.take("rates");
    body.push(statement(`const ${rates}: Rates = `, object(entries)));
    values.set(firstFeed.value, rates);
  }
  body.push("");
  for (let start = 0; start < segments.length; ) {
    const run = findRun(segments, start);
    if (run.length >= 3) body.push(...writeLoop(run));
    else for (const segment of run) body.push(writeCall(segment));
    start += run.length;
  }
  return {
    ...{ name, body, parameters: ["step: Step"], returnType: "void" },
    documentation: [descriptions[serves.join(" ")] ?? `Procedure ${serves.join(", ")}.`],
  };

  function expression(value: ValueNumber): string {
    return values.get(value) as string;
  }

  function writeCall(segment: Segment): string {
    const { name: callee, returns, given, arguments: argumentsOf } = functionOf(segment);
    const code = call(callee, "step", ...argumentsOf(segment, expression, record).map(({ value }) => value));
    if (returns === "nothing") return statement("", code);
    const variable = names.take(`output${segment.module}`);
    const handedOn = given(segment, variable);
    for (const [value, known] of handedOn.values) values.set(value, known);
    for (const [instance, known] of handedOn.records) records.set(instance, known);
    return statement(`const ${variable} = `, code);
  }

  /** Alike modules in a row, each given the output of the one before. */
  function findRun(all: readonly Segment[], start: number): Segment[] {
    const run = [all[start] as Segment];
    for (let next = all[start + 1]; next !== undefined; next = all[start + run.length]) {
      const last = run.at(-1) as Segment;
      const isNext = next.key === last.key && next.module === last.module + 1 && isChain(next);
      const changed = next.imports.filter((value, position) => value !== last.imports[position]);
      const handsOn =
        changed.length === 1 &&
        changed[0] === last.exports[0] &&
        carriedPosition(last, next) === carriedPosition(run[0] as Segment, run[1] ?? next);
      const isPrivate = all.every((other) => other === next || !other.imports.includes(last.exports[0] as ValueNumber));
      if (!isNext || !handsOn || !isPrivate) break;
      run.push(next);
    }
    return run;
  }

  /** Whether the module gives its output and nothing else, and is given no unit of another. */
  function isChain({ exports, exportedRecords, importedRecords }: Segment): boolean {
    return exports.length === 1 && exportedRecords.length + importedRecords.length === 0;
  }

  function writeLoop(run: readonly Segment[]): string[] {
    const [first, second] = run as [Segment, Segment];
    const last = run.at(-1) as Segment;
    const position = carriedPosition(first, second);
    const { name: callee, arguments: argumentsOf } = functionOf(first);
    const moving = names.take(`output${last.module}`);
    const start = expression(first.imports[position] as ValueNumber);
    const given = (segment: Segment): SegmentArgument[] =>
      argumentsOf(segment, (value) => (value === segment.imports[position] ? moving : expression(value)), record);
    const rows = run.map(given);
    const columns = describeColumns(rows);
    const code = call(callee, "step", ...columns.map(({ code: column }) => column));
    for (const value of last.exports) values.set(value, moving);
    const table = columns.flatMap(({ cells, name: column }) => (cells === undefined ? [] : [{ name: column, cells }]));
    return [
      `let ${moving} = ${start};`,
      loopHeader(table, first.module, last.module),
      statement(`${moving} = `, code, ";", 2),
      "}",
    ];
  }
}

interface Column {
  readonly name: string;
  /** The argument inside the loop. */
  readonly code: Code;
  /** What a table must say of it, row by row. */
  readonly cells?: readonly Code[];
}

/** Arguments by what they are in every turn: the same, following from the module's index, or read from a table. */
function describeColumns(rows: readonly (readonly SegmentArgument[])[]): Column[] {
  const [first] = rows as [readonly SegmentArgument[]];
  const columns: Column[] = [];
  first.forEach(({ name, kind, value }, position) => {
    const cells = rows.map((row) => (row[position] as SegmentArgument).value);
    const texts = cells.map(flat);
    const index = rows.map((row) => Number(row.find((argument) => argument.kind === "index")?.value));
    const negated = columns.find((other) => other.cells?.every((cell, at) => negation(flat(cell)) === texts[at]));
    const counting = kind === "owner" ? countWithIndex(texts, index) : undefined;
    if (kind === "index") columns.push({ name, code: name });
    else if (kind === "value" || texts.every((text) => text === texts[0])) columns.push({ name, code: value });
    else if (counting !== undefined) columns.push({ name, code: counting });
    else if (negated !== undefined) columns.push({ name, code: `-${negated.name}` });
    else columns.push({ name, code: name, cells });
  });
  return columns;
}

function negation(text: string): string {
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

/** `stage[1].block[${index - 1}]` for addresses that count as the modules do. */
function countWithIndex(texts: readonly string[], index: readonly number[]): string | undefined {
  const matches = texts.map((text) => /^"(.*)\[(\d+)\]"$/.exec(text));
  const offsets = new Set(matches.map((match, at) => Number(match?.[2]) - (index[at] as number)));
  const [offset] = offsets;
  const sameName = matches.every((match) => match !== null && match[1] === matches[0]?.[1]);
  if (!sameName || offsets.size !== 1 || offset === undefined) return undefined;
  const sum = offset === 0 ? "index" : offset < 0 ? `index - ${-offset}` : `index + ${offset}`;
  return `\`${templateText(matches[0]?.[1] as string)}[\${${sum}}]\``;
}

function carriedPosition(a: Segment, b: Segment): number {
  return b.imports.findIndex((value, position) => value !== a.imports[position]);
}

/** Counts where nothing but the module's index changes, else goes through a table. */
function loopHeader(table: readonly { name: string; cells: readonly Code[] }[], from: number, to: number): string {
  if (table.length === 0) return `for (let index = ${from}; index <= ${to}; index++) {`;
  const rows = Array.from(
    { length: to - from + 1 },
    (_, row): Code =>
      object([["index", `${from + row}`], ...table.map(({ name, cells }) => [name, cells[row] as Code] as const)]),
  );
  const names = ["index", ...table.map(({ name }) => name)];
  return statement(`for (const { ${names.join(", ")} } of `, array(rows), ") {");
}

const descriptions: Readonly<Record<string, string>> = {
  "train gradients": "One training step. Asked for gradients it updates nothing and gives them instead.",
  train: "One training step.",
  gradients: "The gradients of one batch; nothing is updated.",
  "evaluate predict": "Inference. Asked to predict it leaves out everything but the network's logits.",
  evaluate: "Every loss and the logits of every classifier, with inference statistics.",
  predict: "The network's logits.",
};
