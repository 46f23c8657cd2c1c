/** The formatter: one layout for every file, without options. */
import { type Declaration, parse, printTree, type SyntaxProblem, type SyntaxTree } from "../../grammar/index.ts";
import { declaration, declarations } from "./declarations.ts";
import { layout } from "./layout.ts";
import { createSource } from "./source.ts";

export interface FormatResult {
  readonly text: string;
  /** What is wrong with the spelling; declarations with a problem are left as they were. */
  readonly problems: readonly SyntaxProblem[];
}

/**
 * Formats the text of a file. The tree and the comments stay the same; formatting the result changes nothing. With syntax
 * errors, declarations that have none are formatted, and everything else is left byte for byte.
 */
export function formatText(text: string, path: string): FormatResult {
  const { tree, errors } = parse(text, path);
  if (errors.length > 0) return { text: formatHealthy(tree, errors), problems: errors };
  const formatted = layout(declarations(createSource(text, tree.comments), tree.declarations, text.length));
  const ended = formatted === "" ? "" : `${formatted}\n`;
  return { text: ended, problems: [] };
}

/** A declaration is touched only where what is written for it reads as the same tree again. */
function formatHealthy(tree: SyntaxTree, errors: readonly SyntaxProblem[]): string {
  let output = "";
  let end = 0;
  for (const node of tree.declarations) {
    output += tree.text.slice(end, node.span.start) + formatOne(tree, node, errors);
    end = node.span.end;
  }
  return output + tree.text.slice(end);
}

function formatOne(tree: SyntaxTree, node: Declaration, errors: readonly SyntaxProblem[]): string {
  const { start, end } = node.span;
  const original = tree.text.slice(start, end);
  // A problem at the first word is what the declaration before ran into.
  const isNear = ({ span }: { readonly span: { readonly start: number; readonly end: number } }): boolean =>
    span.start > start && span.start < end;
  if (errors.some((problem) => isNear(problem) || (problem.related ?? []).some(isNear))) return original;
  // Comments inside go along; those before it and behind it stay where they are.
  const inside = tree.comments.filter(({ span }) => span.start >= start && span.start < end);
  const { value, label } = declaration(createSource(tree.text, inside), node);
  const formatted = `${label === undefined ? "" : `${label} `}${layout(value)}`;
  const before = parse(original, tree.path);
  const again = parse(formatted, tree.path);
  const isSame =
    before.errors.length === 0 &&
    again.errors.length === 0 &&
    printTree(before.tree) === printTree(again.tree) &&
    before.tree.comments.length === again.tree.comments.length;
  return isSame ? formatted : original;
}
