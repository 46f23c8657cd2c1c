import { type SyntaxNode, visit } from "../../grammar/index.ts";

/** Trees do not change, and several rules ask about the same ones. */
const known = new WeakMap<SyntaxNode, ReadonlySet<string>>();

/** Every name mentioned anywhere inside: in expressions, as a head, a recipe, a model. */
export function usedNames(...nodes: readonly SyntaxNode[]): ReadonlySet<string> {
  const parts = nodes.flatMap((node): readonly SyntaxNode[] => (node.kind === "File" ? node.declarations : [node]));
  return parts.length === 1 && parts[0] !== undefined
    ? namesIn(parts[0])
    : new Set(parts.flatMap((part) => [...namesIn(part)]));
}

function namesIn(node: SyntaxNode): ReadonlySet<string> {
  const before = known.get(node);
  if (before !== undefined) return before;
  const used = new Set<string>();
  visit(node, {
    Reference: ({ name }) => used.add(name),
    Train: ({ recipe }) => recipe && used.add(recipe.text),
    Ablate: ({ of }) => used.add(of.text),
  });
  known.set(node, used);
  return used;
}
