import type { Lexer } from "chevrotain";
import { checkDepth } from "./depth.ts";
import { SyntaxParser } from "./parser.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";
import { syntaxProblem } from "./syntax-problem.ts";
import type { Declaration, SyntaxTree } from "./syntax-tree.ts";
import { nestingTooDeep, tokenize } from "./tokenize.ts";
import { createLexer } from "./tokens.ts";

/** In characters. Larger files are data, not text somebody wrote. */
const maximumLength = 4 * 1024 * 1024;

/** Made at the first parse: commands that read no file do not pay for it. */
let shared: { readonly lexer: Lexer; readonly parser: SyntaxParser } | undefined;

/**
 * Reads a file. Never throws, whatever the text: everything wrong with it is in `errors`, in the order of the text, and the tree
 * holds what could be read. `path` is kept in the tree and nowhere looked up.
 */
export function parse(
  text: string,
  path: string,
): { readonly tree: SyntaxTree; readonly errors: readonly SyntaxProblem[] } {
  if (text.length > maximumLength) return { tree: treeOf(text, path, [], []), errors: [fileTooLarge(text)] };
  shared ??= { lexer: createLexer(), parser: new SyntaxParser() };
  const { lexer, parser } = shared;
  const { tokens, comments, problems, isTooDeep } = tokenize(lexer, text);
  let declarations: readonly Declaration[] = [];
  if (!isTooDeep) {
    try {
      const result = parser.parseTokens(text, tokens, comments, problems);
      problems.push(...result.problems);
      declarations = checkDepth(result.declarations, tokens, problems);
    } catch (error) {
      // Nesting without brackets, such as ten thousand `else if`, uses up the stack. Anything else is our mistake.
      if (!(error instanceof RangeError)) throw error;
      problems.push(nestingTooDeep(parser.position()));
    }
  }
  problems.sort((a, b) => a.span.start - b.span.start);
  return { tree: treeOf(text, path, declarations, comments), errors: problems };
}

function treeOf(
  text: string,
  path: string,
  declarations: readonly Declaration[],
  comments: SyntaxTree["comments"],
): SyntaxTree {
  return { kind: "File", span: { start: 0, end: text.length }, path, text, declarations, comments };
}

function fileTooLarge(text: string): SyntaxProblem {
  return syntaxProblem("LL1010", {
    message: "this file is too large to be read",
    span: { start: 0, end: 0 },
    label: `${text.length} characters, at most ${maximumLength} are read`,
  });
}
