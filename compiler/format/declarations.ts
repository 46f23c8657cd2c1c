/** Declarations, one after the other. */
import type { Declaration, Expression, Parameter } from "../../grammar/index.ts";
import { concat, type Document, group, join, line, nest, trailingComma } from "./document.ts";
import { expression } from "./expressions.ts";
import { lineWidth } from "./layout.ts";
import { ablateItem, fields, modelItem } from "./model-items.ts";
import { braces, type Item, rows } from "./rows.ts";
import { sequence } from "./sequence.ts";
import { after, type Source } from "./source.ts";
import { body, letStatement } from "./statements.ts";

/** Words that begin an item or a statement where they stand first on a line. */
const lineWords = new Set(
  (
    "import let fn block head backbone recipe model ablate unit group tap shared loss return input classes split " +
    "heads context train readout vary repeat skip compare"
  ).split(" "),
);

/** Declarations with an empty line between them; imports, and neighbours of one line, stand together as they did. */
export function declarations(source: Source, nodes: readonly Declaration[], end: number): Document {
  return rows(source, nodes, end, (node) => declaration(source, node), { separates: isApart }) ?? "";
}

export function declaration(source: Source, node: Declaration): Item {
  switch (node.kind) {
    case "Import": {
      const names = node.names.map(({ text }) => text);
      const from = `from ${source.text.slice(node.fromSpan.start, node.fromSpan.end)}`;
      const label = names.length === 0 ? "import {}" : `import { ${names.join(", ")} }`;
      if (label.length + 1 + from.length <= lineWidth) return { label, value: from };
      return { value: group("import {", nest(line, join(names, ",", line)), trailingComma, line, "} ", from) };
    }
    case "Let":
      return letStatement(source, node);
    case "Function": {
      const head = concat(`fn ${node.name.text}`, parameters(source, node.parameters, node.name.span.end), " =");
      const value = expression(source, node.body);
      // What has brackets of its own opens them behind the `=`. What begins with a word of the language stays there too:
      // at the start of a line, `input` would read as the beginning of something new.
      const isOpened = node.body.kind === "List" || node.body.kind === "Comprehension" || node.body.kind === "Match";
      const firstWord = /^[(\s]*([A-Za-z_]\w*)/.exec(source.text.slice(node.body.span.start))?.[1] ?? "";
      return {
        value: isOpened || lineWords.has(firstWord) ? concat(head, " ", value) : group(head, nest(line, value)),
      };
    }
    case "Block":
    case "Head":
    case "Backbone": {
      const head = concat(
        `${node.kind.toLowerCase()} ${node.name.text}`,
        parameters(source, node.parameters, node.name.span.end),
      );
      return { value: concat(head, " ", body(source, node.body, node.span.end)) };
    }
    case "Recipe":
      return { value: concat(`recipe ${node.name.text} `, fields(source, node.fields, node.span.end)) };
    case "Model": {
      const print = (item: (typeof node.items)[number]): Item => modelItem(source, item);
      const inside = braces(source, node.items, node.span.end - 1, print, { setsBlocksApart: true });
      return { value: concat(`model ${node.name.text} `, inside) };
    }
    case "Ablate": {
      const inside = braces(source, node.items, node.span.end - 1, (item) => ablateItem(source, item));
      return { value: concat(`ablate ${node.name.text} of ${node.of.text} `, inside) };
    }
    default:
      return assertNever(node);
  }
}

function isApart(before: Declaration, next: Declaration): boolean {
  if (before.kind === "Import" || next.kind === "Import") return before.kind !== next.kind;
  return !(isLine(before) && isLine(next));
}

function isLine({ kind }: Declaration): boolean {
  return kind === "Let" || kind === "Function";
}

/** `from` is behind the name. */
function parameters(source: Source, nodes: readonly Parameter[], from: number): Document {
  const last = nodes.at(-1);
  const end = after(source, ")", last === undefined ? from : last.span.end);
  return sequence(source, nodes, end, { open: "(", close: ")" }, (node) => {
    const type = node.type === undefined ? "" : `: ${node.type.text}`;
    return concat(`${node.name.text}${type}`, node.default === undefined ? "" : defaultOf(source, node.default));
  });
}

function defaultOf(source: Source, node: Expression): Document {
  return concat(" = ", expression(source, node));
}

function assertNever(node: never): never {
  throw new Error(`no such kind of declaration: ${JSON.stringify(node)}`);
}
