/** Required tokens and names, lists with commas, and closing brackets: what to do where one of them is absent. */
import type { IToken, TokenType } from "chevrotain";
import { EOF } from "chevrotain";
import type { Missing, Name } from "../syntax-tree.ts";
import {
  Colon,
  Comma,
  Dot,
  Else,
  Equals,
  From,
  LeftBrace,
  LeftParen,
  RightBrace,
  RightBracket,
  reservedWords,
  Word,
} from "../tokens.ts";
import { describeToken, describeType } from "../wording.ts";
import { isCloser, isOpener, ReadingParser } from "./reading-parser.ts";

export abstract class BracketRules extends ReadingParser {
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
    return this.beginsSomething(1);
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
      if (this.beginsDeclaration(1)) return false;
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true && depth > 0) depth--;
      this.SKIP_TOKEN();
    }
  }
}
