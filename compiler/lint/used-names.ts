import { type SyntaxNode, visit } from "../../grammar/index.ts";

/** Every name mentioned anywhere inside: in expressions, as a head, a recipe, a model. */
export function usedNames(...nodes: readonly SyntaxNode[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Reference: ({ name }) => used.add(name),
      Train: ({ recipe }) => recipe && used.add(recipe.text),
      Ablate: ({ of }) => used.add(of.text),
    });
  }
  return used;
}
