/** Which expressions need parentheses where (grammar, section 6). */
import type { BinaryOperator, Expression } from "../../grammar/index.ts";

/** From loose to tight. */
export const levels = {
  lambda: 1,
  pipe: 2,
  or: 3,
  and: 4,
  not: 5,
  comparison: 6,
  range: 7,
  sum: 8,
  product: 9,
  minus: 10,
  braced: 10.5,
  postfix: 11,
  primary: 12,
} as const;

const operatorLevels: Readonly<Record<BinaryOperator, number>> = {
  or: levels.or,
  and: levels.and,
  "==": levels.comparison,
  "!=": levels.comparison,
  "<": levels.comparison,
  "<=": levels.comparison,
  ">": levels.comparison,
  ">=": levels.comparison,
  "+": levels.sum,
  "-": levels.sum,
  "*": levels.product,
  "/": levels.product,
};

export function levelOf(node: Expression): number {
  switch (node.kind) {
    case "Lambda":
      return levels.lambda;
    case "Pipe":
      return levels.pipe;
    case "Binary":
      return operatorLevels[node.operator];
    case "Range":
      return levels.range;
    case "Unary":
      return node.operator === "not" ? levels.not : levels.minus;
    case "If":
    case "Match":
      return levels.braced;
    case "Call":
    case "Index":
    case "Member":
      return levels.postfix;
    default:
      return levels.primary;
  }
}

export function isTighter(node: Expression, level: number): boolean {
  return levelOf(node) >= level;
}
