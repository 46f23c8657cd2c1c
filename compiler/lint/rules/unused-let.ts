import { visit } from "../../../grammar/index.ts";
import type { Rule } from "../rule.ts";
import { usedNames } from "../used-names.ts";

export const unusedLet: Rule = {
  name: "unused-let",
  code: "LL2502",
  severity: "warning",
  summary: "A value is given a name that nobody uses.",
  since: "0.1.0",
  fixable: "no",
  check({ tree, project, report }) {
    const isHead = (name: string): boolean => project.main.values.get(name)?.declaration.kind === "Head";
    for (const declaration of tree.declarations) {
      const used = usedNames(declaration);
      visit(declaration, {
        Let({ name, value }) {
          if (declaration.kind === "Let" || name.text === "" || used.has(name.text)) return;
          // A head in a head adds its losses, whatever becomes of its prediction.
          if ([...usedNames(value)].some(isHead)) return;
          const help = "use it, or remove the `let`: what it holds has weights that nothing trains, or does nothing";
          report({ span: name.span, message: `\`${name.text}\` is never used`, help });
        },
      });
    }
  },
};
