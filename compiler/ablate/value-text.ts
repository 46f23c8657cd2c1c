/** Values of axes as text: as written, and for telling whether two are the same. */
import { printExpression } from "../../grammar/print.ts";
import type { AblationValue, Expression } from "../../grammar/syntax-tree.ts";

/** On one line, without comments: what stands in quotes is kept as it is. */
export function onOneLine(text: string): string {
  return text
    .replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\s+/g, (part) => (part.startsWith('"') ? part : " "))
    .replace(/ {2,}/g, " ")
    .trim();
}

/** Equal for values that mean the same although they are written differently: `dgl` and `dgl()`, `into 4 by units`. */
export function valueKey(value: AblationValue): string {
  if (value.kind === "SplitInto") return `into ${printExpression(value.count)} by ${value.measure?.text ?? "units"}`;
  if (value.kind === "SplitAfter") {
    const addresses = value.addresses.map(({ parts }) =>
      parts.map(({ name, index }) => `${name.text}[${index === undefined ? "" : printExpression(index)}]`).join("."),
    );
    return `after ${addresses.join(", ")}`;
  }
  return printExpression(withoutEmptyCall(value));
}

function withoutEmptyCall(node: Expression): Expression {
  return node.kind === "Call" && node.arguments.length === 0 ? node.callee : node;
}

/** The declaration a value names: `infopro` of `infopro(reconstruct = 5)`. */
export function calleeOf(node: AblationValue): string | undefined {
  if (node.kind === "Reference") return node.name;
  return node.kind === "Call" && node.callee.kind === "Reference" ? node.callee.name : undefined;
}
