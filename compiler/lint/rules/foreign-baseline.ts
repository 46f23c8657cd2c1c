import { pathText, valueText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

export const foreignBaseline: Rule = {
  name: "foreign-baseline",
  code: "LL7506",
  severity: "warning",
  summary: "Variants are compared with one that is not among them.",
  since: "0.1.0",
  fixable: "no",
  create: ({ report }) => ({
    Ablate({ items }) {
      for (const item of items) {
        if (item.kind !== "Compare") continue;
        const varied = items
          .filter((other) => other.kind === "Vary")
          .filter(({ paths }) => paths.length === 1 && paths.some((path) => pathText(path) === pathText(item.path)));
        if (
          varied.some(({ rows }) =>
            rows.some(([value]) => value !== undefined && valueText(value) === valueText(item.value)),
          )
        )
          continue;
        const isVariedInPairs = items.some(
          (other) =>
            other.kind === "Vary" &&
            other.paths.length > 1 &&
            other.paths.some((path) => pathText(path) === pathText(item.path)),
        );
        if (isVariedInPairs) continue;
        const message = varied.length === 0 ? `\`${pathText(item.path)}\` is not varied` : "no variant has this value";
        report({ span: item.span, message, help: "compare to a value that `vary` lists" });
      }
    },
  }),
};
