import type { IToken } from "chevrotain";
import type { SyntaxProblem } from "./syntax-problem.ts";
import type { Declaration } from "./syntax-tree.ts";
import { nestingTooDeep } from "./tokenize.ts";
import type { SyntaxNode } from "./visit.ts";
import { children } from "./visit.ts";

/** Levels of nodes; later phases walk trees by recursion and may rely on it. */
export const maximumTreeDepth = 1000;

/**
 * Leaves out declarations whose tree is deeper than `maximumTreeDepth`: a sum of ten thousand terms needs no brackets. A tree is never
 * deeper than its tokens are many, so only long declarations are walked.
 */
export function checkDepth(
  declarations: readonly Declaration[],
  tokens: readonly IToken[],
  problems: SyntaxProblem[],
): readonly Declaration[] {
  if (tokens.length <= maximumTreeDepth) return declarations;
  let position = 0;
  return declarations.filter((declaration) => {
    const first = position;
    while (position < tokens.length && (tokens[position]?.startOffset ?? 0) < declaration.span.end) position++;
    if (position - first <= maximumTreeDepth) return true;
    const place = tooDeepAt(declaration);
    if (place === undefined) return true;
    problems.push(nestingTooDeep(place));
    return false;
  });
}

/** Where a node stands that is too deep, or undefined; one level at a time, without recursion. */
function tooDeepAt(declaration: Declaration): number | undefined {
  let level: SyntaxNode[] = [declaration];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maximumTreeDepth) return level[0]?.span.start;
    level = level.flatMap(children);
  }
  return undefined;
}
