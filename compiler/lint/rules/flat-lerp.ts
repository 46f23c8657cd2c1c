import { visit } from "../../../grammar/index.ts";
import { printExpression } from "../../../grammar/print.ts";
import { itemOf } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const flatLerp: Rule = {
  name: "flat-lerp",
  code: "LL5502",
  severity: "warning",
  summary: "`lerp` has one local module to go over, and gives its first value.",
  since: "0.1.0",
  fixable: "no",
  check(context) {
    for (const { declaration, scoped } of context.models) {
      if (scoped.modules.length !== 2) continue;
      for (const { value } of itemOf(declaration, "Heads")?.entries ?? []) {
        if (value === undefined) continue;
        visit(value, {
          Call({ callee, span, arguments: given }) {
            const [first, last] = given;
            if (callee.kind !== "Reference" || callee.name !== "lerp" || first === undefined || last === undefined)
              return;
            if (printExpression(first.value) === printExpression(last.value)) return;
            const taken = context.text.slice(first.value.span.start, first.value.span.end);
            context.report({
              span,
              message: `with one local module this is \`${taken}\``,
              label: "the second value is never reached",
            });
          },
        });
      }
    }
  },
};
