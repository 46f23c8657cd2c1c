import type { AblateItem } from "../../../grammar/index.ts";
import { isSeed } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

export const singleSeedAblation: Rule = {
  name: "single-seed-ablation",
  code: "LL7501",
  severity: "warning",
  summary: "Variants are compared by one run each.",
  since: "0.1.0",
  fixable: "unsafe",
  create: ({ report }) => ({
    Ablate({ name, items }) {
      const last = items.at(-1);
      if (last === undefined || items.some((item) => repeatsSeed(item))) return;
      const fix = {
        title: "repeat three seeds",
        edits: [{ span: { start: last.span.end, end: last.span.end }, text: "\n  repeat seed: 1..3" }],
      };
      report({
        span: name.span,
        message: `\`${name.text}\` runs every variant once`,
        help: "differences between single runs are smaller than those between seeds",
        fix,
      });
    },
  }),
};

/** Seeds that are varied are reported by their own rule. */
function repeatsSeed(item: AblateItem): boolean {
  return (item.kind === "Repeat" && isSeed(item.path)) || (item.kind === "Vary" && item.paths.some(isSeed));
}
