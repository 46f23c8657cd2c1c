import { children, type Span, type SyntaxNode, type SyntaxTree } from "../../grammar/index.ts";

/** The nodes around an offset, outermost first; the file itself is not among them. */
export function syntaxPath(tree: SyntaxTree, offset: number): readonly SyntaxNode[] {
  const path: SyntaxNode[] = [];
  let level: readonly SyntaxNode[] = tree.declarations;
  for (;;) {
    // Between two nodes that touch, the one that begins here is meant.
    const next = level.findLast(({ span }) => contains(span, offset));
    if (next === undefined) return path;
    path.push(next);
    level = children(next);
  }
}

function contains({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

export function innermost<Kind extends SyntaxNode["kind"]>(
  path: readonly SyntaxNode[],
  kind: Kind,
): Extract<SyntaxNode, { kind: Kind }> | undefined {
  return path.findLast((node): node is Extract<SyntaxNode, { kind: Kind }> => node.kind === kind);
}
