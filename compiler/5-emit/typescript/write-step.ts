/** The function of a whole step: what is fed, then module after module. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { array, type Code, call, object, statement } from "./code.ts";
import { camelCase, createNames } from "./identifiers.ts";
import { literal, stringLiteral, typeLiteral } from "./literals.ts";
import type { Segment } from "./segments.ts";
import type { StepFunction } from "./sharing.ts";
import type { FunctionText } from "./source-text.ts";
import type { SegmentArgument, SegmentFunction } from "./write-segment.ts";

export function writeStep(
  { procedure, serves }: StepFunction,
  segments: readonly Segment[],
  name: string,
  functionOf: (segment: Segment) => SegmentFunction,
): FunctionText {
  const names = createNames(["step"]);
  const values = new Map<ValueNumber, string>();
  const body = procedure.inputs.map(({ name: input, value, role }) => {
    const variable = names.take(camelCase(input));
    values.set(value, variable);
    const type = typeLiteral(procedure.values[value] as never);
    return statement(`const ${variable} = `, call("step.feed", stringLiteral(input), type, literal(role)));
  });
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
    const { name: callee, returns, field, arguments: argumentsOf } = functionOf(segment);
    const code = call(callee, "step", ...argumentsOf(segment, expression).map(({ value }) => value));
    if (returns === "nothing") return statement("", code);
    const variable = names.take(`output${segment.module}`);
    for (const value of segment.exports) {
      values.set(value, returns === "value" ? variable : `${variable}.${field(segment, value)}`);
    }
    return statement(`const ${variable} = `, code);
  }

  /** Alike modules in a row, each given the output of the one before. */
  function findRun(all: readonly Segment[], start: number): Segment[] {
    const run = [all[start] as Segment];
    for (let next = all[start + 1]; next !== undefined; next = all[start + run.length]) {
      const last = run.at(-1) as Segment;
      const isNext = next.key === last.key && next.module === last.module + 1 && functionOf(next).returns === "value";
      const changed = next.imports.filter((value, position) => value !== last.imports[position]);
      const handsOn = changed.length === 1 && changed[0] === last.exports[0] && carriedPosition(last, next) === carriedPosition(run[0] as Segment, run[1] ?? next);
      const isPrivate = all.every((other) => other === next || !other.imports.includes(last.exports[0] as ValueNumber));
      if (!isNext || !handsOn || !isPrivate) break;
      run.push(next);
    }
    return run;
  }

  function writeLoop(run: readonly Segment[]): string[] {
    const [first, second] = run as [Segment, Segment];
    const last = run.at(-1) as Segment;
    const position = carriedPosition(first, second);
    const { name: callee, arguments: argumentsOf } = functionOf(first);
    const moving = names.take(`output${last.module}`);
    const start = expression(first.imports[position] as ValueNumber);
    const given = (segment: Segment): SegmentArgument[] =>
      argumentsOf(segment, (value) => (value === segment.imports[position] ? moving : expression(value)));
    const rows = run.map(given);
    const varying = given(first).filter(({ kind }) => kind !== "value").map(({ name: argument }) => argument);
    const code = call(callee, "step", ...given(first).map(({ name: argument, kind, value }) => (kind === "value" ? value : argument)));
    for (const value of last.exports) values.set(value, moving);
    return [
      `let ${moving} = ${start};`,
      ...loopHeader(rows, varying, run),
      statement(`  ${moving} = `, code, ";"),
      "}",
    ];
  }
}

function carriedPosition(a: Segment, b: Segment): number {
  return b.imports.findIndex((value, position) => value !== a.imports[position]);
}

/** Counts where only the number of the module changes, else goes through a table. */
function loopHeader(rows: readonly (readonly SegmentArgument[])[], varying: readonly string[], run: readonly Segment[]): string[] {
  if (varying.length === 1) {
    return [`for (let index = ${run[0]?.module}; index <= ${run.at(-1)?.module}; index++) {`];
  }
  const table = rows.map((row): Code =>
    object(row.filter(({ kind }) => kind !== "value").map(({ name, value }) => [name, value] as const)),
  );
  return [statement(`for (const { ${varying.join(", ")} } of `, array(table), ") {")];
}

const descriptions: Readonly<Record<string, string>> = {
  "train gradients": "One training step. Asked for gradients it updates nothing and gives them instead.",
  train: "One training step.",
  gradients: "The gradients of one batch; nothing is updated.",
  "evaluate predict": "Inference. Asked to predict it leaves out everything but the network's logits.",
  evaluate: "Every loss and the logits of every classifier, with inference statistics.",
  predict: "The network's logits.",
};
