import type { TokenType } from "chevrotain";
import type { Span } from "../span.ts";
import type { BinaryOperator, Expression } from "../syntax-tree.ts";
import {
  And,
  DotDot,
  EqualEqual,
  Greater,
  GreaterEqual,
  Less,
  LessEqual,
  Minus,
  NotEqual,
  Or,
  Plus,
  Slash,
  Star,
} from "../tokens.ts";

/** One binary operator between two operands: how tightly it binds, and where it stands. */
export interface OperatorUse {
  readonly operator: BinaryOperator | "..";
  readonly precedence: number;
  readonly span: Span;
}

/** An operand with its place, which is wider than its node's where parentheses stand around it. */
export interface OperandUse {
  readonly node: Expression;
  readonly span: Span;
}

/** From loose to tight; `not` stands between `and` and the comparisons. */
export const comparisonPrecedence = 3;
const rangePrecedence = 4;
const levels: readonly (readonly [TokenType, BinaryOperator | "..", number])[] = [
  [Or, "or", 1],
  [And, "and", 2],
  [EqualEqual, "==", comparisonPrecedence],
  [NotEqual, "!=", comparisonPrecedence],
  [Less, "<", comparisonPrecedence],
  [LessEqual, "<=", comparisonPrecedence],
  [Greater, ">", comparisonPrecedence],
  [GreaterEqual, ">=", comparisonPrecedence],
  [DotDot, "..", rangePrecedence],
  [Plus, "+", 5],
  [Minus, "-", 5],
  [Star, "*", 6],
  [Slash, "/", 6],
];

const byTokenType: Omit<OperatorUse, "span">[] = [];
for (const [type, operator, precedence] of levels) byTokenType[type.tokenTypeIdx ?? 0] = { operator, precedence };

/** What a token type means between two operands; undefined for all others. */
export function operatorOf(tokenTypeIndex: number): Omit<OperatorUse, "span"> | undefined {
  return byTokenType[tokenTypeIndex];
}

/**
 * `a + b * c` as a tree: operators of one level group to the left; `n` operators stand between `n + 1` operands.
 * Comparisons and ranges do not chain; `onChained` is told of the second one.
 */
export function assembleOperators(
  operands: readonly OperandUse[],
  operators: readonly OperatorUse[],
  onChained: (first: OperatorUse, second: OperatorUse) => void,
): Expression {
  let position = 0;
  const climb = (loosest: number): OperandUse => {
    let left = operands[position] as OperandUse;
    let before: OperatorUse | undefined;
    for (let use = operators[position]; use !== undefined && use.precedence >= loosest; use = operators[position]) {
      position++;
      const right = climb(use.precedence + 1);
      const doesChain = use.precedence === comparisonPrecedence || use.precedence === rangePrecedence;
      if (doesChain && before?.precedence === use.precedence) onChained(before, use);
      left = combine(left, use, right);
      before = use;
    }
    return left;
  };
  return climb(1).node;
}

function combine(left: OperandUse, use: OperatorUse, right: OperandUse): OperandUse {
  const span = { start: left.span.start, end: right.span.end };
  const node: Expression =
    use.operator === ".."
      ? { kind: "Range", span, from: left.node, to: right.node }
      : { kind: "Binary", span, operator: use.operator, operatorSpan: use.span, left: left.node, right: right.node };
  return { node, span };
}
