import { countParameters } from "../../3-scope/measure-fragment.ts";
import { selectHead } from "../../3-scope/select-head.ts";
import { headSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const auxiliaryReadout: Rule = {
  name: "auxiliary-readout",
  code: "LL5509",
  severity: "info",
  summary: "The last module has a local head, which inference keeps.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, model, scoped } of context.models) {
      const count = scoped.modules.length;
      const last = scoped.modules.at(-1);
      const assignment = selectHead(model, count, count);
      const isShared = count > 1 && assignment !== undefined && selectHead(model, 1, count) === assignment;
      if (!isShared || last?.head === undefined || model.readout.kind !== "final") continue;
      const width = last.output.shape.at(-1) ?? 0;
      const plain = (width + 1) * model.classes;
      const own = countParameters(last.head.fragment);
      if (own <= plain) continue;
      context.report({
        span: headSpan(context, declaration, assignment),
        message: `the last module has the local heads' \`${last.head.name}\`: inference keeps its ${own} parameters`,
        help: `a plain classifier has ${plain}: write \`local:\` for this line, the last module then has \`classifier\``,
      });
    }
  },
};
