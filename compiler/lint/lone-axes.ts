import { pathText } from "./ablation-paths.ts";
import type { Rule } from "./rule.ts";

type Create = NonNullable<Rule["create"]>;

/** Reports where a study varies one of these parts of the model and nothing along with it. */
export function reportLoneAxes(parts: readonly string[], finding: { message: string; help: string }): Create {
  return ({ report }) => ({
    Vary({ paths: [path, ...others] }) {
      if (path === undefined || others.length > 0 || !parts.includes(pathText(path))) return;
      report({ span: path.span, ...finding });
    },
  });
}
