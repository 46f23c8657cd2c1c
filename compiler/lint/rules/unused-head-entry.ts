import { selectHead, selects } from "../../3-scope/select-head.ts";
import type { Rule } from "../rule.ts";

export const unusedHeadEntry: Rule = {
  name: "unused-head-entry",
  code: "LL4509",
  severity: "warning",
  summary: "A line of heads is for no module.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      const entries = declaration.items.flatMap((item) => (item.kind === "Heads" ? item.entries : []));
      const chosen = new Set(scoped.modules.map(({ index }) => selectHead(model, index, count)));
      for (const assignment of model.heads) {
        const { file, start } = assignment.place;
        // The implied classifier of the last module is written nowhere.
        const isWritten = file === context.path && entries.some(({ span }) => span.start <= start && start < span.end);
        if (chosen.has(assignment) || !isWritten) continue;
        const selected = scoped.modules.filter(({ index }) => selects(assignment.selector, index, count));
        const why =
          selected.length > 0
            ? "later lines select the same modules"
            : count === 1
              ? "the model has one module, and so no local ones"
              : `the model has ${count} modules`;
        context.report({ span: assignment.place, message: "this head is put on no module", label: why });
      }
    }
  },
};
