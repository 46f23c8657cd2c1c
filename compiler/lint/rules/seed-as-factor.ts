import { isSeed, pathText } from "../ablation-paths.ts";
import type { Rule } from "../rule.ts";

export const seedAsFactor: Rule = {
  name: "seed-as-factor",
  code: "LL7504",
  severity: "warning",
  summary: "Seeds are compared with each other instead of being averaged over.",
  since: "0.1.0",
  fixable: "unsafe",
  create: ({ text, report }) => ({
    Vary({ span, paths, rows }) {
      const [path] = paths;
      if (path === undefined || paths.length > 1 || !isSeed(path)) return;
      const values = rows.flat().map((value) => text.slice(value.span.start, value.span.end));
      const replacement = `repeat ${pathText(path)}: [${values.join(", ")}]`;
      const fix = { title: "repeat the seeds", edits: [{ span, text: replacement }] };
      report({
        span: path.span,
        message: "`vary` makes a variant of every seed",
        help: "`repeat` runs every variant with every seed and reports the mean",
        fix,
      });
    },
  }),
};
