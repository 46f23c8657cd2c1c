import { trainField, trainSpan } from "../model-items.ts";
import type { Rule } from "../rule.ts";

export const labelChangingAugmentation: Rule = {
  name: "label-changing-augmentation",
  code: "LL6507",
  severity: "warning",
  summary: "Mirroring makes other digits of some digits.",
  since: "0.1.0",
  fixable: "unsafe",
  check(context) {
    for (const { declaration, model } of context.models) {
      const { data = "", augment } = model.recipe;
      const name = /^\w+/.exec(data)?.[0] ?? "";
      if (!["digits", "mnist", "svhn"].includes(name) || !augment.some(({ kind }) => kind === "flip")) continue;
      const value = trainField(context, declaration, "augment")?.value;
      const items = value?.kind === "List" ? value.items : [];
      const rest = items.filter((item) => !(item.kind === "Reference" && item.name === "flip"));
      const list = `[${rest.map(({ span }) => context.text.slice(span.start, span.end)).join(", ")}]`;
      const fix =
        value && items.length > rest.length
          ? { title: "remove `flip`", edits: [{ span: value.span, text: list }] }
          : undefined;
      context.report({
        span: value?.span ?? trainSpan(context, declaration, "augment"),
        message: `\`flip\` mirrors the digits of \`${name}\``,
        label: "a mirrored 2 is no 2",
        ...(fix && { fix }),
      });
    }
  },
};
