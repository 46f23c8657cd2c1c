/** The rules about suppressions, which can only be judged once every other rule has spoken. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { didYouMean } from "../../diagnostics/near-names.ts";
import type { LineTable } from "../../source/line-table.ts";
import { wholeLines } from "../model-items.ts";
import { rules } from "../registry.ts";
import type { LintContext, Rule } from "../rule.ts";
import type { Suppression } from "../suppressions.ts";
import { unexplainedSuppression } from "./unexplained-suppression.ts";
import { unknownSuppression } from "./unknown-suppression.ts";
import { unusedSuppression } from "./unused-suppression.ts";

/** Takes out what is suppressed, and reports suppressions that are unknown, unexplained or stale. */
export function judgeSuppressions(
  findings: readonly Diagnostic[],
  suppressions: readonly Suppression[],
  table: LineTable,
  contextOf: (rule: Rule) => LintContext,
  active: readonly Rule[],
): {
  readonly kept: readonly Diagnostic[];
  readonly suppressed: readonly { diagnostic: Diagnostic; reason: string }[];
} {
  const used = new Set<Suppression>();
  const suppressed: { diagnostic: Diagnostic; reason: string }[] = [];
  const kept = findings.filter((diagnostic) => {
    const { line } = table.position(diagnostic.primary.place.start);
    const by = suppressions.find(({ rule, line: about }) => rule === diagnostic.name && about === line);
    if (by === undefined) return true;
    used.add(by);
    suppressed.push({ diagnostic, reason: by.reason });
    return false;
  });
  const names = rules.map(({ name }) => name);
  const isActive = (name: string): boolean => active.some((rule) => rule.name === name);
  const report = (rule: Rule): LintContext["report"] =>
    active.includes(rule) ? contextOf(rule).report : () => undefined;
  for (const suppression of suppressions) {
    const { rule, reason, span } = suppression;
    if (rule === "" || !names.includes(rule)) {
      const help = didYouMean(rule, names) ?? "write `// llnet-ignore RULE: REASON`";
      const message = rule === "" ? "this suppression names no rule" : `there is no rule \`${rule}\``;
      report(unknownSuppression)({ span, message, help });
    } else if (!isActive(rule)) {
    } else if (!used.has(suppression)) {
      const { text } = contextOf(unusedSuppression);
      const fix = { title: "remove the comment", edits: [{ span: wholeLines(text, span), text: "" }] };
      report(unusedSuppression)({ span, message: `\`${rule}\` finds nothing on line ${suppression.line}`, fix });
    } else if (reason === "") {
      report(unexplainedSuppression)({
        span,
        message: "this suppression gives no reason",
        help: `write \`// llnet-ignore ${rule}: why it is right here\``,
      });
    }
  }
  return { kept, suppressed };
}
