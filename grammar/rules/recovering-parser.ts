/**
 * What all grammar rules share: spans, names, and recovery.
 *
 * No rule throws at a mistake. It reports, puts a `Missing` or an empty name in the tree and goes on; from then on the parser
 * is *quiet*, because what it now meets is likely an echo, until it has found firm ground again: the bracket that closes the
 * list it was in, or the beginning of the next statement, item or declaration.
 */
import { EmbeddedActionsParser, EOF, type IToken, type TokenType } from "chevrotain";
import type { Span } from "../span.ts";
import { type SyntaxProblem, type SyntaxProblemCode, syntaxProblem } from "../syntax-problem.ts";
import type { Comment, Missing, Name } from "../syntax-tree.ts";
import {
  Colon, Comma, Dot, DotDot, Else, Equals, Fn, For, From, If, Import, LeftBrace, LeftBracket, LeftParen, Let, NumberToken, Return,
  reservedWords, RightBrace, RightBracket, RightParen, starterTypes, StringToken, vocabulary, Word,
} from "../tokens.ts"; // biome-ignore format: rows
import { describeToken, describeType } from "../wording.ts";
import { type ItemContext, strangerProblem } from "./item-context.ts";

const table = (types: Iterable<TokenType>): readonly boolean[] => {
  const flags: boolean[] = [];
  for (const type of types) flags[type.tokenTypeIdx ?? 0] = true;
  return flags;
};
const isWordType = table([Word, ...vocabulary.filter((type) => type.CATEGORIES?.includes(Word))]);
const isStarterType = table(starterTypes);
const isOpener = table([LeftParen, LeftBracket, LeftBrace]);
const isCloser = table([RightParen, RightBracket, RightBrace]);
const declarationWords = new Set(["import", "fn", "block", "head", "backbone", "recipe", "model", "ablate"]);

export abstract class RecoveringParser extends EmbeddedActionsParser {
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
    return { start, end: end < start ? start : end };
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
    if (isStarterType[token.tokenTypeIdx] !== true || !this.#isFirstOnLine(token)) return false;
    const { tokenType } = this.LA(2);
    return this.atWord(2) || tokenType === NumberToken || tokenType === StringToken || tokenType === LeftBrace;
  }

  /** Whether token number `distance` surely begins a statement, an item, a field or a declaration. */
  #beginsSomething(distance: number): boolean {
    const token = this.LA(distance);
    const { tokenType } = token;
    if (tokenType === Let || tokenType === Return || tokenType === Fn || tokenType === Import) return true;
    const mayBegin =
      isStarterType[token.tokenTypeIdx] === true || isWordType[token.tokenTypeIdx] === true || tokenType === NumberToken;
    if (!mayBegin || !this.#isFirstOnLine(token)) return false;
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
  #beginsDeclaration(distance: number): boolean {
    const token = this.LA(distance);
    if (!declarationWords.has(token.image)) return false;
    const before = token.startOffset === 0 ? 10 : this.text.charCodeAt(token.startOffset - 1);
    if (before !== 10 && before !== 13) return false;
    if (token.image === "import") return true;
    if (!this.#isWordAt(distance + 1)) return false;
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

  #isWordAt(distance: number): boolean {
    return isWordType[this.LA(distance).tokenTypeIdx] === true;
  }

  #isFirstOnLine(token: IToken): boolean {
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

  // ── Required parts ────────────────────────────────────────────────────────────────────────────────────────────────

  /** The token if it is there; otherwise reports it and goes on as if it were. */
  protected expect(index: number, type: TokenType, help?: string): IToken | undefined {
    if (this.learning || this.at(type)) return this.consume(index, type);
    this.reportExpected(describeType(type), help);
    return undefined;
  }

  /** Reports the next token and passes over it: the mistake is this token and nothing else. */
  protected pass(expected: string, help?: string): void {
    this.reportExpected(expected, help);
    this.SKIP_TOKEN();
    this.resume();
  }

  protected name(index: number, what = "a name"): Name {
    if (this.learning || this.atWord(1)) {
      const token = this.consume(index, Word);
      return { kind: "Name", span: this.spanOf(token), text: token.image };
    }
    const token = this.LA(1);
    const isReserved = reservedWords.has(token.image);
    this.reportExpected(what, isReserved ? `\`${token.image}\` is reserved and cannot be a name` : undefined);
    const { tokenType: next } = this.LA(2);
    const standsAsName = isReserved && (next === Equals || next === Colon || next === LeftParen || next === Dot);
    if (standsAsName) {
      this.SKIP_TOKEN();
      this.resume();
    } else if (isReserved && this.atWord(2)) {
      // `for for s in …`: the word is one too many.
      this.SKIP_TOKEN();
      return this.name(index, what);
    }
    return { kind: "Name", span: this.spanAfterPrevious(), text: "" };
  }

  protected missing(): Missing {
    return { kind: "Missing", span: this.spanAfterPrevious() };
  }

  // ── Lists in brackets ─────────────────────────────────────────────────────────────────────────────────────────────

  /** `{ item "," } [ item ]` up to the closing bracket, which is left to `close`. An absent item is reported. */
  protected commaList(what: string, item: () => void, absent: () => void): void {
    let isSeparated = true;
    const takeComma = (): IToken => this.CONSUME(Comma);
    do {
      this.MANY({
        GATE: () => isSeparated && !this.atNextStatement(),
        DEF: () => {
          item();
          isSeparated = this.OPTION(takeComma) !== undefined;
        },
      });
    } while (!this.learning && isSeparated && this.#passStrayComma(what, absent));
  }

  /** `f(a, , b)`: the second comma stands where an argument should. */
  #passStrayComma(what: string, absent: () => void): boolean {
    if (!this.at(Comma)) return false;
    this.reportExpected(what);
    absent();
    this.SKIP_TOKEN();
    return true;
  }

  /** The closing bracket; `between` says what else could have stood here, for example "`,`". */
  protected close(index: number, opener: IToken, closer: TokenType, between?: string): void {
    if (this.learning || this.at(closer)) {
      this.consume(index, closer);
      return;
    }
    const found = this.LA(1);
    const expected = describeType(closer);
    const isAbsent = this.#endsBrackets(found, closer);
    if (isAbsent) {
      this.report("LL1004", {
        message: `expected ${expected}, found ${describeToken(found)}`,
        span: this.spanAfterPrevious(),
        label: `${expected} is missing here`,
        related: [{ span: this.spanOf(opener), label: `this \`${opener.image}\` is never closed` }],
      });
    } else {
      this.reportExpected(between === undefined ? expected : `${between} or ${expected}`);
    }
    // Still quiet after that: the bracket found may belong to another one, `f(g 1, 2), 3)`.
    if (!isAbsent && this.#skipToCloser(closer)) this.SKIP_TOKEN();
  }

  /** Whether a token shows that the closing bracket was forgotten: nothing inside brackets can be meant by it. */
  #endsBrackets(token: IToken, closer: TokenType): boolean {
    const { tokenType } = token;
    if (tokenType === EOF || tokenType === closer || tokenType === RightBrace || tokenType === From) return true;
    if (tokenType === Else && closer === RightBrace) return true;
    // Inside `{ … }` a bracket too many is passed over where the brace itself is in sight.
    if (isCloser[token.tokenTypeIdx] === true) return closer !== RightBrace || !this.#braceEndsOnThisLine();
    if (tokenType === LeftBrace && closer !== RightBrace) return true;
    if (tokenType === Colon && closer === RightBracket) return true;
    return this.#beginsSomething(1);
  }

  #braceEndsOnThisLine(): boolean {
    const lineEnd = this.text.indexOf("\n", this.start());
    for (let distance = 1, depth = 0; ; distance++) {
      const { tokenType, startOffset } = this.LA(distance);
      if (tokenType === EOF || (lineEnd >= 0 && startOffset > lineEnd)) return false;
      if (tokenType === LeftBrace) depth++;
      else if (tokenType === RightBrace && depth-- === 0) return true;
    }
  }

  /** Skips what cannot be read inside brackets. True if the closing bracket comes next, false if the list just ends. */
  #skipToCloser(closer: TokenType): boolean {
    let depth = 0;
    for (;;) {
      const token = this.LA(1);
      if (token.tokenType === EOF) return false;
      if (depth === 0 && token.tokenType === closer) return true;
      if (depth === 0 && this.#endsBrackets(token, closer)) return false;
      if (this.#beginsDeclaration(1)) return false;
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true && depth > 0) depth--;
      this.SKIP_TOKEN();
    }
  }

  // ── Items in braces and in files ──────────────────────────────────────────────────────────────────────────────────

  /** `"{" { item } "}"` */
  protected braced<Item>(context: ItemContext, item: () => Item): Item[] {
    const opener = this.expect(0, LeftBrace);
    const isHopeless = opener === undefined && !this.#beginsSomething(1) && !context.begins(this.LA(1), this.LA(2));
    if (isHopeless) return [];
    const items = this.items(context, item);
    if (this.learning || this.at(RightBrace)) this.CONSUME(RightBrace);
    else if (opener !== undefined) {
      this.report("LL1004", {
        message: `expected \`}\`, found ${describeToken(this.LA(1))}`,
        span: this.spanAfterPrevious(),
        label: "`}` is missing here",
        related: [{ span: this.spanOf(opener), label: "this `{` is never closed" }],
      });
    }
    return items;
  }

  /** `{ item }`, with everything that is no item reported and passed over. */
  protected items<Item>(context: ItemContext, item: () => Item): Item[] {
    const found: Item[] = [];
    const DEF = (): void => {
      this.resume();
      found.push(item());
      if (this.#isQuiet) this.#skipToItem(context);
    };
    const isFile = context.isFile === true;
    const GATE = (): boolean => !this.#endsItems(context);
    do {
      if (isFile) this.MANY(DEF);
      else this.MANY({ GATE, DEF });
    } while (!this.learning && this.#passStranger(context));
    return found;
  }

  #passStranger(context: ItemContext): boolean {
    const token = this.LA(1);
    if (token.tokenType === EOF) return false;
    this.resume();
    if (!context.isFile && (token.tokenType === RightBrace || this.#endsItems(context))) return false;
    const { code, problem } = strangerProblem(context, token, this.LA(2), this.spanOf(token));
    this.report(code, problem);
    const isAlone = context.begins(this.LA(2), this.LA(3)) || this.#isSecondBrace(context);
    if (isAlone) this.SKIP_TOKEN();
    else {
      this.#skipOne();
      this.#skipToItem(context);
    }
    return true;
  }

  /** `model m { { … }`: the second brace is too much when the one that closes it closes the whole list. */
  #isSecondBrace(context: ItemContext): boolean {
    if (!this.at(LeftBrace)) return false;
    let depth = 0;
    for (let distance = 1; ; distance++) {
      const token = this.LA(distance);
      if (token.tokenType === EOF) return false;
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true) depth--;
      if (depth > 0) continue;
      const after = distance + 1;
      return this.LA(after).tokenType === EOF || this.#beginsDeclaration(after) || this.#beginsSibling(context, after);
    }
  }

  /** Whether the braces around these items lack their end, because something follows that stands outside of them. */
  #endsItems(context: ItemContext): boolean {
    if (context.isFile === true) return false;
    return this.#beginsDeclaration(1) || this.#beginsSibling(context, 1) || (context.isBranch === true && this.at(Else));
  }

  /** `heads { local: a⏎ train { … }`: an item of the model the list stands in. */
  #beginsSibling(context: ItemContext, distance: number): boolean {
    const token = this.LA(distance);
    if (context.siblings?.has(token.image) !== true || !this.#isFirstOnLine(token)) return false;
    const next = this.LA(distance + 1);
    return next.tokenType === LeftBrace || next.tokenType === LeftBracket || next.tokenType === NumberToken || this.#isWordAt(distance + 1);
  }

  /** To the next item of this context, or to what ends it; whole bracketed parts are passed over. */
  #skipToItem(context: ItemContext): void {
    for (;;) {
      const token = this.LA(1);
      if (token.tokenType === EOF || (!context.isFile && token.tokenType === RightBrace)) return;
      if (this.#beginsDeclaration(1)) return;
      const begins = context.begins(token, this.LA(2));
      if (begins && (context.isFields === true || this.#isFirstOnLine(token))) return;
      if (this.#beginsSomething(1) && (begins || !context.isFile)) return;
      this.#skipOne();
    }
  }

  /** One token, or everything from an opening bracket to the one that closes it. */
  #skipOne(): void {
    let depth = 0;
    do {
      const token = this.LA(1);
      if (token.tokenType === EOF || (depth > 0 && this.#beginsDeclaration(1))) return;
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true) depth--;
      this.SKIP_TOKEN();
    } while (depth > 0);
  }
}
