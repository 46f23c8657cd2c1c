/** Expressions, with the fewest parentheses that keep their meaning, and a few more where readers would have to think. */
import type { Argument, Call, Expression, IfExpression, Match, PipeLoop, Span } from "../../grammar/index.ts";
import {
  align,
  choice,
  concat,
  type Document,
  flat,
  group,
  hardLine,
  line,
  nest,
  softLine,
  widthOf,
} from "./document.ts";
import { lineWidth } from "./layout.ts";
import { pipe } from "./pipes.ts";
import { isTighter, levelOf, levels } from "./precedence.ts";
import { sequence } from "./sequence.ts";
import type { Source } from "./source.ts";

export function expression(source: Source, node: Expression): Document {
  switch (node.kind) {
    case "Number":
    case "String":
      return source.text.slice(node.span.start, node.span.end);
    case "Boolean":
      return String(node.value);
    case "Reference":
      return node.name;
    case "Placeholder":
      return "_";
    case "List": {
      const isFilled = node.items.length > 0 && node.items.every(isNumber);
      const style = { open: "[", close: "]", isFilled };
      return sequence(source, node.items, node.span.end, style, (item) => expression(source, item));
    }
    case "Comprehension": {
      const item = expression(source, node.item);
      const over = operand(source, node.over, levels.or);
      return group("[", nest(softLine, item, line, `for ${node.variable.text} in `, over), softLine, "]");
    }
    case "Range":
      // `1..(n - 1)`: without the parentheses it means the same, and reads as `(1..n) - 1`.
      return concat(operand(source, node.from, levels.minus), "..", operand(source, node.to, levels.minus));
    case "Member":
      return concat(operand(source, node.object, levels.postfix), ".", node.name.text);
    case "Index":
      return concat(operand(source, node.object, levels.postfix), "[", expression(source, node.index), "]");
    case "Call":
      return call(source, node);
    case "Pipe":
      return pipe(source, node, { operand, loop: pipeLoop });
    case "Unary":
      if (node.operator === "-") return concat("-", operand(source, node.operand, levels.minus));
      return concat("not ", operand(source, node.operand, levels.minus));
    case "Binary":
      return binary(source, node);
    case "If":
      return conditional(source, node);
    case "Match":
      return match(source, node);
    case "Lambda":
      return concat(`(${node.parameters.map(({ text }) => text).join(", ")}) => `, expression(source, node.body));
    case "Missing":
      return "";
    default:
      return assertNever(node);
  }
}

/** An expression where only those at least as tight as `level` stand without parentheses. */
export function operand(source: Source, node: Expression, level: number): Document {
  const document = expression(source, node);
  return isTighter(node, level) ? document : concat("(", align(document), ")");
}

/** `for i in 1..3 { conv(64, 1) |> relu }` as a step of a pipe. */
function pipeLoop(source: Source, node: PipeLoop): Document {
  const head = concat(`for ${node.variable.text} in `, operand(source, node.over, levels.or), " {");
  return align(group(head, nest(line, expression(source, node.body)), line, "}"));
}

function isNumber(node: Expression): boolean {
  return node.kind === "Number" || (node.kind === "Unary" && node.operand.kind === "Number");
}

function call(source: Source, node: Call): Document {
  const limit = source.text.startsWith("at_most", node.span.start) ? undefined : limitOf(source, node);
  if (limit !== undefined) return limit;
  const callee = operand(source, node.callee, levels.postfix);
  const [only] = node.arguments;
  const isHugged =
    only !== undefined &&
    node.arguments.length === 1 &&
    only.name === undefined &&
    ["List", "Comprehension", "Match"].includes(only.value.kind) &&
    !source.hasBefore(only.value.span.start);
  if (isHugged) {
    const inside = expression(source, only.value);
    return concat(callee, "(", inside, ")");
  }
  const style = { open: "(", close: ")" };
  return concat(
    callee,
    sequence(source, node.arguments, node.span.end, style, (given) => argument(source, given)),
  );
}

function argument(source: Source, { name, value }: Argument): Document {
  return name === undefined ? expression(source, value) : concat(`${name.text} = `, expression(source, value));
}

/** `at most 64 MB`, which the tree holds as `at_most(64, "MB")`. */
function limitOf(source: Source, { callee, arguments: given }: Call): Document | undefined {
  const [amount, unit] = given;
  if (callee.kind !== "Reference" || callee.name !== "at_most") return undefined;
  if (amount === undefined || unit?.value.kind !== "String") return undefined;
  return concat("at most ", expression(source, amount.value), " ", unit.value.value);
}

/** A chain of operators of one level breaks before each of them, or nowhere. */
function binary(source: Source, node: Extract<Expression, { kind: "Binary" }>): Document {
  const level = levelOf(node);
  const rest: { operator: string; right: Expression }[] = [];
  let first: Expression = node;
  while (first.kind === "Binary" && levelOf(first) === level && (first === node || level !== levels.comparison)) {
    rest.unshift({ operator: first.operator, right: first.right });
    first = first.left;
  }
  // `a or (b and c)`: few know by heart which of the two binds tighter.
  const within = level === levels.or ? levels.not : level + 1;
  const start = operand(source, first, within);
  const parts = rest.flatMap(({ operator, right }) => [line, `${operator} `, operand(source, right, within)]);
  return group(align(start, ...parts));
}

/** On one line; `else` under `if` where each branch fits on a line; else the branches on lines of their own. */
function conditional(source: Source, node: IfExpression): Document {
  const branches: { head: Document; value: Document }[] = [];
  let last: Expression = node;
  for (; last.kind === "If"; last = last.else) {
    const word = last === node ? "if " : "else if ";
    branches.push({
      head: concat(word, expression(source, last.condition), " {"),
      value: expression(source, last.then),
    });
  }
  branches.push({ head: "else {", value: expression(source, last) });
  const lines = branches.map(({ head, value }) => concat(head, " ", value, " }"));
  const oneLine = concat(...lines.flatMap((each, index) => (index === 0 ? [each] : [" ", each])));
  return choice(oneLine, (column) => {
    const widest = Math.max(...lines.map(widthOf));
    if (column + widest < lineWidth)
      return align(...lines.flatMap((each, index) => (index === 0 ? [flat(each)] : [hardLine, flat(each)])));
    return concat(
      ...branches.flatMap(({ head, value }, index) => [
        index === 0 ? head : concat(" ", head),
        nest(hardLine, value),
        hardLine,
        "}",
      ]),
    );
  });
}

interface Arm {
  readonly span: Span;
  readonly pattern?: Expression;
  readonly value: Expression;
}

function match(source: Source, node: Match): Document {
  const subject = expression(source, node.subject);
  const { otherwise } = node;
  const arms: Arm[] = [...node.arms];
  if (otherwise !== undefined) arms.push({ span: otherwise.span, value: otherwise });
  const style = { open: "{", close: "}", isSpaced: true };
  const inside = sequence(source, arms, node.span.end, style, ({ pattern, value }) =>
    concat(pattern === undefined ? "else" : expression(source, pattern), ": ", expression(source, value)),
  );
  return concat("match ", subject, " ", inside);
}

function assertNever(node: never): never {
  throw new Error(`no such kind of expression: ${JSON.stringify(node)}`);
}
