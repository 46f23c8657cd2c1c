import { type Name, visit } from "../../../grammar/index.ts";
import { operations } from "../../operations/registry.ts";
import type { Rule } from "../rule.ts";

const operationNames: ReadonlySet<string> = new Set(operations.map(({ name }) => name));

export const shadowedName: Rule = {
  name: "shadowed-name",
  code: "LL2504",
  severity: "warning",
  summary: "A local name hides an operation or a declaration of the file.",
  since: "0.1.0",
  fixable: "no",
  check({ tree, project, report }) {
    const look = (name: Name, declared: Name | undefined): void => {
      const isOperation = operationNames.has(name.text) && !project.main.values.has(name.text);
      if (name === declared || (!isOperation && !project.main.values.has(name.text))) return;
      const what = isOperation ? "the operation" : "the declaration";
      report({
        span: name.span,
        message: `\`${name.text}\` hides ${what} of the same name`,
        help: "give it another name",
      });
    };
    for (const declaration of tree.declarations) {
      const own = "name" in declaration ? declaration.name : undefined;
      visit(declaration, {
        Let: ({ name }) => look(name, own),
        Parameter: ({ name }) => look(name, own),
        For: ({ variable }) => look(variable, own),
        PipeLoop: ({ variable }) => look(variable, own),
      });
    }
  },
};
