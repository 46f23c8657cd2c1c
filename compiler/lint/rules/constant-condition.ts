import type { Rule } from "../rule.ts";

export const constantCondition: Rule = {
  name: "constant-condition",
  code: "LL2506",
  severity: "warning",
  summary: "A choice is made before it is asked.",
  since: "0.1.0",
  fixable: "safe",
  create: ({ text, report }) => ({
    If(node) {
      if (node.condition.kind !== "Boolean") return;
      const taken = node.condition.value ? node.then : node.else;
      // What is looser than a name needs its parentheses outside the braces.
      const isTight =
        taken.kind !== "Binary" &&
        taken.kind !== "Pipe" &&
        taken.kind !== "Lambda" &&
        taken.kind !== "Unary" &&
        taken.kind !== "Range";
      const value = text.slice(taken.span.start, taken.span.end);
      const fix = {
        title: "keep the branch that is taken",
        edits: [{ span: node.span, text: isTight ? value : `(${value})` }],
      };
      const message = `this condition is always \`${node.condition.value}\``;
      report({ span: node.condition.span, message, label: "one branch is dead", fix });
    },
    IfStatement({ condition }) {
      if (condition.kind !== "Boolean") return;
      report({
        span: condition.span,
        message: `this condition is always \`${condition.value}\``,
        label: "one branch is dead",
      });
    },
  }),
};
