import { wholeLines } from "../model-items.ts";
import type { Rule } from "../rule.ts";
import { usesIn } from "../used-names.ts";

export const unusedImport: Rule = {
  name: "unused-import",
  code: "LL2501",
  severity: "warning",
  summary: "A name is imported and not used.",
  since: "0.1.0",
  fixable: "safe",
  check({ text, tree, report }) {
    const used = usesIn(tree);
    for (const node of tree.declarations) {
      if (node.kind !== "Import") continue;
      const unused = node.names.filter(({ text: name }) => !used.has(name));
      if (unused.length === 0) continue;
      const kept = node.names.filter((name) => !unused.includes(name));
      const words = unused.map(({ text: name }) => `\`${name}\``).join(", ");
      const from = text.slice(node.fromSpan.start, node.fromSpan.end);
      const edit =
        kept.length === 0
          ? { span: wholeLines(text, node.span), text: "" }
          : { span: node.span, text: `import { ${kept.map(({ text: name }) => name).join(", ")} } from ${from}` };
      const fix = { title: kept.length === 0 ? "remove the import" : `import without ${words}`, edits: [edit] };
      const span = { start: unused[0]?.span.start ?? node.span.start, end: unused.at(-1)?.span.end ?? node.span.end };
      report({ span, message: `${words} ${unused.length === 1 ? "is" : "are"} imported and not used`, fix });
    }
  },
};
