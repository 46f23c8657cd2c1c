/** What stands in blocks, heads and backbones. */
import type { Address, BackboneStatement, BodyStatement, LossStatement, UnitStatement } from "../../grammar/index.ts";
import { concat, type Document, group, line, nest } from "./document.ts";
import { expression, operand } from "./expressions.ts";
import { levels } from "./precedence.ts";
import { braces, type Item } from "./rows.ts";
import { after, type Source } from "./source.ts";

type Statement = BodyStatement | BackboneStatement;

/** The statements of a body in braces; `end` is behind the closing one. */
export function body(source: Source, statements: readonly Statement[], end: number): Document {
  return braces(source, statements, end - 1, (statement) => ({ value: statementOf(source, statement) }));
}

export function letStatement(source: Source, node: Extract<Statement, { kind: "Let" | "Tap" | "Shared" }>): Item {
  return { value: concat(`${node.kind.toLowerCase()} ${node.name.text} = `, expression(source, node.value)) };
}

export function address(source: Source, node: Address): Document {
  const parts = node.parts.map(({ name, index }) =>
    index === undefined ? name.text : concat(name.text, "[", expression(source, index), "]"),
  );
  return concat(...parts.flatMap((part, index) => (index === 0 ? [part] : [".", part])));
}

function statementOf(source: Source, node: Statement): Document {
  switch (node.kind) {
    case "Let":
    case "Tap":
    case "Shared":
      return letStatement(source, node).value;
    case "Loss":
      return loss(source, node);
    case "Return":
      return concat("return ", expression(source, node.value));
    case "For": {
      const over = operand(source, node.over, levels.or);
      return concat(`for ${node.variable.text} in `, over, " ", body(source, node.body, node.span.end));
    }
    case "IfStatement":
      return conditional(source, node);
    case "Unit":
      return unit(source, node);
    case "Group":
      return concat("group ", address(source, node.address), " ", body(source, node.body, node.span.end));
    default:
      return assertNever(node);
  }
}

/** Where a loss does not fit on its line, its weight and reach stand on the next one. */
function loss(source: Source, { name, value, weight, reach }: LossStatement): Document {
  const parts: Document[] = [`loss ${name.text} = `, expression(source, value)];
  const clauses: Document[] = [];
  if (weight !== undefined) clauses.push(concat("weight ", expression(source, weight)));
  if (reach !== undefined) {
    const count = expression(source, reach.count);
    clauses.push(concat("reach ", count, reach.inUnits ? " units" : ""));
  }
  const behind = clauses.flatMap((clause, index) => (index === 0 ? [line, clause] : [" ", clause]));
  return group(...parts, nest(...behind));
}

function conditional(source: Source, node: Extract<Statement, { kind: "IfStatement" }>): Document {
  const condition = expression(source, node.condition);
  const chosen: readonly Statement[] = node.then;
  const otherwise: readonly Statement[] = node.else;
  const inside = chosen.at(-1)?.span.end ?? after(source, "{", node.condition.span.end);
  const end = after(source, "}", inside);
  const head = concat("if ", condition, " ", body(source, chosen, end));
  const [only] = otherwise;
  if (otherwise.length === 0 && !source.hasBefore(node.span.end)) return head;
  if (only?.kind === "IfStatement" && otherwise.length === 1 && only.span.end === node.span.end)
    return concat(head, " else ", conditional(source, only));
  return concat(head, " else ", body(source, otherwise, node.span.end));
}

function unit(source: Source, node: UnitStatement): Document {
  const name = address(source, node.address);
  if (node.body === undefined)
    return concat("unit ", name, ": ", node.pipeline === undefined ? "" : expression(source, node.pipeline));
  return concat("unit ", name, `(${node.input?.text ?? ""}) `, body(source, node.body, node.span.end));
}

function assertNever(node: never): never {
  throw new Error(`no such kind of statement: ${JSON.stringify(node)}`);
}
