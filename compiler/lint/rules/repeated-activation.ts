import type { PipeStage } from "../../../grammar/index.ts";
import type { Rule } from "../rule.ts";

export const repeatedActivation: Rule = {
  name: "repeated-activation",
  code: "LL2507",
  severity: "warning",
  summary: "An activation is applied twice where the second time does nothing.",
  since: "0.1.0",
  fixable: "safe",
  create: ({ report }) => ({
    Pipe({ input, stage }) {
      if (input.kind !== "Pipe") return;
      const name = nameOf(stage);
      if (name === undefined || nameOf(input.stage) !== name) return;
      const fix = {
        title: `remove the second \`${name}\``,
        edits: [{ span: { start: input.span.end, end: stage.span.end }, text: "" }],
      };
      report({ span: stage.span, message: `\`${name}\` of \`${name}\` is \`${name}\``, fix });
    },
  }),
};

/** `relu`, where the stage is an operation that leaves its own result as it is. */
function nameOf(stage: PipeStage): string | undefined {
  return stage.kind === "Reference" && (stage.name === "relu" || stage.name === "normalize") ? stage.name : undefined;
}
