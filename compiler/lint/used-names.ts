import { type SyntaxNode, type SyntaxTree, visit } from "../../grammar/index.ts";

/** Trees do not change, and several rules ask about the same ones. */
const known = new WeakMap<SyntaxNode, ReadonlySet<string>>();
const knownUses = new WeakMap<SyntaxTree, ReadonlyMap<string, number>>();

/** Every name mentioned anywhere inside: in expressions, as a head, a recipe, a model. */
export function usedNames(node: SyntaxNode): ReadonlySet<string> {
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

/** How many declarations of a file mention each name. */
export function usesIn(tree: SyntaxTree): ReadonlyMap<string, number> {
  const before = knownUses.get(tree);
  if (before !== undefined) return before;
  const uses = new Map<string, number>();
  for (const declaration of tree.declarations) countUses(uses, usedNames(declaration), 1);
  knownUses.set(tree, uses);
  return uses;
}

/** For whoever has kept count while a file changed. */
export function rememberUses(tree: SyntaxTree, uses: ReadonlyMap<string, number>): void {
  knownUses.set(tree, uses);
}

/** Adds to a count, or takes away from it. */
export function countUses(uses: Map<string, number>, names: ReadonlySet<string>, by: 1 | -1): void {
  for (const name of names) {
    const count = (uses.get(name) ?? 0) + by;
    if (count === 0) uses.delete(name);
    else uses.set(name, count);
  }
}
