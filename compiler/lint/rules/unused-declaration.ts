import type { Rule } from "../rule.ts";
import { usedNames, usesIn } from "../used-names.ts";

export const unusedDeclaration: Rule = {
  name: "unused-declaration",
  code: "LL2505",
  severity: "info",
  summary: "A declaration beside a model is used by nothing in the file.",
  since: "0.1.0",
  fixable: "no",
  check({ tree, report }) {
    // A file without a model is a library: others use what is in it.
    if (!tree.declarations.some(({ kind }) => kind === "Model")) return;
    const uses = usesIn(tree);
    for (const node of tree.declarations) {
      if (node.kind === "Import" || node.kind === "Model" || node.kind === "Ablate" || node.name.text === "") continue;
      const { text } = node.name;
      // What only uses itself is not used.
      if ((uses.get(text) ?? 0) > (usedNames(node).has(text) ? 1 : 0)) continue;
      report({ span: node.name.span, message: `\`${text}\` is used by nothing in this file` });
    }
  },
};
