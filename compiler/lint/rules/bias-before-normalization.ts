import type { PipeStage } from "../../../grammar/index.ts";
import { additionalArgument, argumentOf } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const biasBeforeNormalization: Rule = {
  name: "bias-before-normalization",
  code: "LL5508",
  severity: "info",
  summary: "A bias is trained that the normalisation behind it takes away again.",
  since: "0.1.0",
  fixable: "unsafe",
  create: ({ report }) => ({
    Pipe({ input, stage }) {
      const before = input.kind === "Pipe" ? input.stage : input;
      if (before.kind !== "Call" || before.callee.kind !== "Reference" || !isBatchNorm(stage)) return;
      const { name } = before.callee;
      if (!["conv", "dense", "depthwise_conv"].includes(name) || argumentOf(before, "bias") !== undefined) return;
      report({
        span: before.span,
        message: `the bias of this \`${name}\` is taken away by \`batch_norm\``,
        help: "`bias = false` trains the same network with fewer weights",
        fix: { title: "add `bias = false`", edits: [additionalArgument(before, "bias = false")] },
      });
    },
  }),
};

function isBatchNorm(stage: PipeStage): boolean {
  const name = stage.kind === "Call" ? stage.callee : stage;
  return name.kind === "Reference" && name.name === "batch_norm";
}
