import type { IToken, Lexer } from "chevrotain";
import { checkNumber, checkString } from "./literals.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";
import { syntaxProblem } from "./syntax-problem.ts";
import type { Comment } from "./syntax-tree.ts";
import {
  BlockComment,
  LeftBrace,
  LeftBracket,
  LeftParen,
  NumberToken,
  RightBrace,
  RightBracket,
  RightParen,
  SingleQuoted,
  StringToken,
  Word,
  wordTypes,
} from "./tokens.ts";

/** Brackets inside brackets beyond this are refused before the parser recurses into them. */
export const maximumBracketDepth = 128;

export interface Tokens {
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  readonly problems: SyntaxProblem[];
  /** True when brackets nest too deeply to be parsed; the problem is reported. */
  readonly isTooDeep: boolean;
}

/** Cuts a text into tokens, gives keywords their types, and reports what is wrong inside single tokens. */
export function tokenize(lexer: Lexer, text: string): Tokens {
  const result = lexer.tokenize(text);
  const problems: SyntaxProblem[] = [];
  for (const error of result.errors) problems.push(strangeCharacters(text, error.offset, error.length));
  let { tokens } = result;
  let foreign = 0;
  let depth = 0;
  let tooDeep: IToken | undefined;
  const word = Word.tokenTypeIdx;
  for (const token of tokens) {
    if (token.tokenTypeIdx === word) {
      const type = wordTypes.get(token.image);
      if (type !== undefined) retype(token, type);
      continue;
    }
    switch (token.tokenType) {
      case NumberToken:
        if (token.image.length > 15 || /[A-Za-z_]/.test(token.image))
          checkNumber(token.image, token.startOffset, problems);
        break;
      case StringToken:
        checkString(token.image, token.startOffset, problems);
        break;
      case SingleQuoted:
        problems.push(singleQuoted(token));
        retype(token, StringToken);
        break;
      case BlockComment:
        problems.push(blockComment(token));
        foreign++;
        break;
      case LeftParen:
      case LeftBracket:
      case LeftBrace:
        if (++depth > maximumBracketDepth) tooDeep ??= token;
        break;
      case RightParen:
      case RightBracket:
      case RightBrace:
        if (depth > 0) depth--;
        break;
    }
  }
  if (foreign > 0) tokens = tokens.filter((token) => token.tokenType !== BlockComment);
  if (tooDeep !== undefined) problems.push(nestingTooDeep(tooDeep.startOffset));
  const comments = (result.groups["comments"] ?? []).map(comment);
  return { tokens, comments, problems, isTooDeep: tooDeep !== undefined };
}

export function nestingTooDeep(offset: number): SyntaxProblem {
  return syntaxProblem("LL1009", {
    message: "this is nested too deeply to be read",
    span: { start: offset, end: offset + 1 },
    label: "too deep from here on",
    help: `brackets nest at most ${maximumBracketDepth} deep; name an inner part with \`let\` or \`fn\``,
  });
}

function retype(token: IToken, type: IToken["tokenType"]): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx ?? 0;
}

function comment(token: IToken): Comment {
  const isDocumentation = token.image.startsWith("///") && !token.image.startsWith("////");
  const text = token.image.slice(isDocumentation ? 3 : 2);
  return {
    kind: "Comment",
    span: { start: token.startOffset, end: token.startOffset + token.image.length },
    isDocumentation,
    text: (text.startsWith(" ") ? text.slice(1) : text).trimEnd(),
  };
}

function singleQuoted(token: IToken): SyntaxProblem {
  return syntaxProblem("LL1001", {
    message: "unexpected character `'`",
    span: { start: token.startOffset, end: token.startOffset + token.image.length },
    label: "not a string",
    help: `strings stand in double quotes: \`"${token.image.replaceAll("'", "")}"\``,
  });
}

function blockComment(token: IToken): SyntaxProblem {
  return syntaxProblem("LL1001", {
    message: "unexpected characters `/*`",
    span: { start: token.startOffset, end: token.startOffset + 2 },
    label: "not a comment",
    help: "a comment begins with `//` and ends with its line",
  });
}

const advice: Readonly<Record<string, string>> = {
  ";": "statements need no `;`",
  "#": "a comment begins with `//`",
  "&&": "write `and`",
  "||": "write `or`",
  "|": "the pipe is written `|>`",
  "!": "write `not`",
  "%": "there is no remainder operator",
  "^": "there is no power operator; write a product",
  "**": "there is no power operator; write a product",
  "?": "a choice is written `if a { b } else { c }`",
  "@": "there are no annotations",
  "→": "an arrow is written `=>`",
  "–": "a minus sign is written `-`",
  "−": "a minus sign is written `-`",
  "…": "a range is written `..`",
  "“": 'strings stand in straight quotes: `"`',
  "”": 'strings stand in straight quotes: `"`',
  "`": 'strings stand in double quotes: `"`',
};

function strangeCharacters(text: string, offset: number, length: number): SyntaxProblem {
  const characters = text.slice(offset, offset + length);
  const first = String.fromCodePoint(characters.codePointAt(0) ?? 0xfffd);
  const shown = [...characters].slice(0, 8).map(printable).join("");
  const isWord = /^\p{L}/u.test(characters);
  return syntaxProblem("LL1001", {
    message: `unexpected ${[...characters].length > 1 ? "characters" : "character"} \`${shown}\``,
    span: { start: offset, end: offset + length },
    label: "not part of the language",
    help:
      advice[characters] ??
      advice[first] ??
      (isWord ? "names are written with a to z, A to Z, 0 to 9 and `_`" : undefined),
  });
}

/** Control characters and lone surrogates are shown by their number. */
function printable(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const isInvisible = /[\p{C}\p{Z}]/u.test(character);
  return isInvisible ? `U+${code.toString(16).toUpperCase().padStart(4, "0")}` : character;
}
