/**
 * The ground all grammar rules stand on: places in the text, looking ahead, and reporting.
 *
 * No rule throws at a mistake. It reports, puts a `Missing` or an empty name in the tree and goes on; from then on the parser
 * is *quiet*, because what it now meets is likely an echo, until it has found firm ground again: the beginning of the next
 * statement, item or declaration.
 */
import type { IToken, TokenType } from "chevrotain";
import { EmbeddedActionsParser, EOF } from "chevrotain";
import type { Span } from "../span.ts";
import type { SyntaxProblem, SyntaxProblemCode } from "../syntax-problem.ts";
import { syntaxProblem } from "../syntax-problem.ts";
import type { Comment } from "../syntax-tree.ts";
import {
  Colon,
  DotDot,
  Fn,
  For,
  If,
  Import,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Let,
  NumberToken,
  Return,
  RightBrace,
  RightBracket,
  RightParen,
  StringToken,
  starterTypes,
  vocabulary,
  Word,
} from "../tokens.ts";
import { describeToken } from "../wording.ts";

const table = (types: Iterable<TokenType>): readonly boolean[] => {
  const flags: boolean[] = [];
  for (const type of types) flags[type.tokenTypeIdx ?? 0] = true;
  return flags;
};
const isWordType = table([Word, ...vocabulary.filter((type) => type.CATEGORIES?.includes(Word))]);
const isStarterType = table(starterTypes);
export const isOpener = table([LeftParen, LeftBracket, LeftBrace]);
export const isCloser = table([RightParen, RightBracket, RightBrace]);
const declarationWords = new Set(["import", "fn", "block", "head", "backbone", "recipe", "model", "ablate"]);

export abstract class ReadingParser extends EmbeddedActionsParser {
  protected text = "";
  protected problems: SyntaxProblem[] = [];
  /** Chevrotain runs every rule once without input to learn the grammar; actions then touch nothing. */
  protected learning = true;
  #comments: readonly Comment[] = [];
  #nextComment = 0;
  /** Where single tokens were already reported, sorted. */
  #reportedOffsets: readonly number[] = [];
  #isQuiet = false;

  protected begin(text: string, comments: readonly Comment[], problems: readonly SyntaxProblem[]): void {
    this.text = text;
    this.problems = [];
    this.#comments = comments;
    this.#nextComment = 0;
    this.#reportedOffsets = problems.map((problem) => problem.span.start).sort((a, b) => a - b);
    this.#isQuiet = false;
  }

  // ── Places ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Where the next token begins. */
  protected start(): number {
    const token = this.LA(1);
    return token.tokenType === EOF ? this.text.length : token.startOffset;
  }

  /** Where the last token ended. */
  protected end(): number {
    const token = this.LA(0);
    return token.tokenType === EOF ? 0 : token.startOffset + token.image.length;
  }

  protected spanFrom(start: number): Span {
    const end = this.end();
    return { start, end: Math.max(start, end) };
  }

  protected spanOf(token: IToken): Span {
    if (token.tokenType === EOF) return { start: this.text.length, end: this.text.length };
    return { start: token.startOffset, end: token.startOffset + token.image.length };
  }

  /** The empty range just after the last token: the only sensible place of something absent. */
  protected spanAfterPrevious(): Span {
    const end = this.end();
    return { start: end, end };
  }

  /** `///` lines between the last token and the next one. */
  protected documentation(): string | undefined {
    if (this.learning || this.#nextComment >= this.#comments.length) return undefined;
    const from = this.end();
    const to = this.start();
    let lines: string[] | undefined;
    for (; this.#nextComment < this.#comments.length; this.#nextComment++) {
      const comment = this.#comments[this.#nextComment];
      if (comment === undefined || comment.span.start >= to) break;
      if (comment.span.start >= from && comment.isDocumentation) (lines ??= []).push(comment.text);
    }
    return lines?.join("\n");
  }

  // ── Looking ───────────────────────────────────────────────────────────────────────────────────────────────────────

  protected at(type: TokenType): boolean {
    return this.LA(1).tokenTypeIdx === type.tokenTypeIdx;
  }

  protected atWord(distance: number): boolean {
    return isWordType[this.LA(distance).tokenTypeIdx] === true;
  }

  /** Whether the next token stands on the line where the last one ended. */
  protected onSameLine(): boolean {
    const start = this.LA(1).startOffset;
    let offset = this.end();
    for (; offset < start; offset++) {
      const code = this.text.charCodeAt(offset);
      if (code === 10 || code === 13) return false;
    }
    return true;
  }

  /**
   * Whether a word where an expression should be begins the next statement instead: `let a =⏎ tap b = c`. Contextual keywords
   * are names, so this looks for what no expression has: a keyword first on its line with a word, a value or `{` behind it.
   */
  protected atNextStatement(): boolean {
    const token = this.LA(1);
    if (isStarterType[token.tokenTypeIdx] !== true || !this.isFirstOnLine(token)) return false;
    if (token.tokenType === If && !this.#holdsStatements()) return false;
    const { tokenType } = this.LA(2);
    return this.atWord(2) || tokenType === NumberToken || tokenType === StringToken || tokenType === LeftBrace;
  }

  /** Whether the `if` that comes next has a statement in its braces; with a value in them it is an expression, on any line. */
  #holdsStatements(): boolean {
    let depth = 0;
    for (let distance = 2; ; distance++) {
      const token = this.LA(distance);
      if (token.tokenType === EOF || depth < 0) return true;
      if (depth > 0 || token.tokenType !== LeftBrace) {
        if (isOpener[token.tokenTypeIdx] === true) depth++;
        else if (isCloser[token.tokenTypeIdx] === true) depth--;
        continue;
      }
      const first = this.LA(distance + 1);
      if (first.tokenType === If) continue;
      if (first.tokenType === RightBrace || first.tokenType === For) return true;
      return isStarterType[first.tokenTypeIdx] === true && (first.tokenType === Return || this.atWord(distance + 2));
    }
  }

  /** Whether token number `distance` surely begins a statement, an item, a field or a declaration. */
  protected beginsSomething(distance: number): boolean {
    const token = this.LA(distance);
    const { tokenType } = token;
    if (tokenType === Let || tokenType === Return || tokenType === Fn || tokenType === Import) return true;
    const mayBegin =
      isStarterType[token.tokenTypeIdx] === true ||
      isWordType[token.tokenTypeIdx] === true ||
      tokenType === NumberToken;
    if (!mayBegin || !this.isFirstOnLine(token)) return false;
    if (tokenType === For || tokenType === If) return true;
    const next = this.LA(distance + 1).tokenType;
    if (next === Colon) return true;
    if (tokenType === NumberToken) return next === DotDot;
    if (isStarterType[token.tokenTypeIdx] !== true) return false;
    return (
      isWordType[next.tokenTypeIdx ?? 0] === true ||
      next === NumberToken ||
      next === StringToken ||
      next === LeftBrace ||
      next === LeftBracket
    );
  }

  /** A declaration that begins in the first column, seen from inside braces: those braces lack their end. */
  protected beginsDeclaration(distance: number): boolean {
    const token = this.LA(distance);
    if (!declarationWords.has(token.image)) return false;
    const before = token.startOffset === 0 ? 10 : this.text.charCodeAt(token.startOffset - 1);
    if (before !== 10 && before !== 13) return false;
    if (token.image === "import") return true;
    if (!this.atWord(distance + 1)) return false;
    const next = this.LA(distance + 2);
    if (token.image === "backbone") return this.#bracketsEndBeforeBrace(distance + 2);
    if (token.image === "model" || token.image === "recipe") return next.tokenType === LeftBrace;
    if (token.image === "ablate") return next.image === "of";
    return next.tokenType === LeftParen;
  }

  /** `( … ) {`: tells the declaration of a backbone from its use in a model. */
  #bracketsEndBeforeBrace(from: number): boolean {
    let depth = 0;
    for (let distance = from; ; distance++) {
      const token = this.LA(distance);
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true) depth--;
      if (token.tokenType === EOF || depth < 0) return false;
      if (depth === 0) return distance > from && this.LA(distance + 1).tokenType === LeftBrace;
    }
  }

  protected isFirstOnLine(token: IToken): boolean {
    for (let offset = token.startOffset - 1; offset >= 0; offset--) {
      const code = this.text.charCodeAt(offset);
      if (code === 10 || code === 13) return true;
      if (code !== 32 && code !== 9) return false;
    }
    return true;
  }

  // ── Reporting ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Reports at the next token unless it is an echo; quiet from here to firm ground. */
  protected report(code: SyntaxProblemCode, problem: Parameters<typeof syntaxProblem>[1]): void {
    if (this.learning || this.#isQuiet) return;
    this.#isQuiet = true;
    if (!this.#wasReportedHere()) this.problems.push(syntaxProblem(code, problem));
  }

  protected reportExpected(expected: string, help?: string): void {
    if (this.learning || this.#isQuiet) return;
    const found = this.LA(1);
    this.report("LL1003", {
      message: `expected ${expected}, found ${describeToken(found)}`,
      span: this.spanOf(found),
      label: found.tokenType === EOF ? "the file ends here" : "not expected here",
      help,
    });
  }

  /** Firm ground: the next mistake is one of its own. */
  protected resume(): void {
    this.#isQuiet = false;
  }

  protected get isQuiet(): boolean {
    return this.#isQuiet;
  }

  /** Whether a bad character was reported between the last token and the end of the next one. */
  #wasReportedHere(): boolean {
    const from = this.end();
    const to = this.start() + this.LA(1).image.length;
    return this.#reportedOffsets.some((offset) => offset >= from && offset <= to);
  }
}
