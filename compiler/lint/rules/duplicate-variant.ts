import { valueText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

export const duplicateVariant: Rule = {
  name: "duplicate-variant",
  code: "LL7507",
  severity: "warning",
  summary: "A value is listed twice.",
  since: "0.1.0",
  fixable: "safe",
  create: ({ report }) => ({
    Vary({ paths, rows }) {
      if (paths.length !== 1) return;
      const seen = new Set<string>();
      for (const [index, [value]] of rows.entries()) {
        if (value === undefined) continue;
        const words = valueText(value);
        const before = rows[index - 1]?.[0];
        if (seen.has(words) && before !== undefined && value.kind !== "SplitAfter" && before.kind !== "SplitAfter") {
          const fix = {
            title: "remove it",
            edits: [{ span: { start: before.span.end, end: value.span.end }, text: "" }],
          };
          report({ span: value.span, message: "this value is listed already", fix });
        }
        seen.add(words);
      }
    },
  }),
};
