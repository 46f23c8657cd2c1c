/** Rows of statements, items, fields and declarations, and the way over whatever stands between them and is none. */
import { EOF } from "chevrotain";
import { Else, LeftBrace, LeftBracket, NumberToken, RightBrace } from "../tokens.ts";
import { describeToken } from "../wording.ts";
import { BracketRules } from "./bracket-rules.ts";
import type { ItemContext } from "./item-context.ts";
import { strangerProblem } from "./item-context.ts";
import { isCloser, isOpener } from "./reading-parser.ts";

export abstract class ItemRules extends BracketRules {
  // ── Items in braces and in files ──────────────────────────────────────────────────────────────────────────────────

  /** `"{" { item } "}"` */
  protected braced<Item>(context: ItemContext, item: () => Item): Item[] {
    const opener = this.expect(0, LeftBrace);
    const isHopeless = opener === undefined && !this.beginsSomething(1) && !context.begins(this.LA(1), this.LA(2));
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
      if (this.isQuiet) this.#skipToItem(context);
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
      return this.LA(after).tokenType === EOF || this.beginsDeclaration(after) || this.#beginsSibling(context, after);
    }
  }

  /** Whether the braces around these items lack their end, because something follows that stands outside of them. */
  #endsItems(context: ItemContext): boolean {
    if (context.isFile === true) return false;
    return this.beginsDeclaration(1) || this.#beginsSibling(context, 1) || (context.isBranch === true && this.at(Else));
  }

  /** `heads { local: a⏎ train { … }`: an item of the model the list stands in. */
  #beginsSibling(context: ItemContext, distance: number): boolean {
    const token = this.LA(distance);
    if (context.siblings?.has(token.image) !== true || !this.isFirstOnLine(token)) return false;
    const next = this.LA(distance + 1);
    return (
      next.tokenType === LeftBrace ||
      next.tokenType === LeftBracket ||
      next.tokenType === NumberToken ||
      this.atWord(distance + 1)
    );
  }

  /** To the next item of this context, or to what ends it; whole bracketed parts are passed over. */
  #skipToItem(context: ItemContext): void {
    for (;;) {
      const token = this.LA(1);
      if (token.tokenType === EOF || (!context.isFile && token.tokenType === RightBrace)) return;
      if (this.beginsDeclaration(1)) return;
      const begins = context.begins(token, this.LA(2));
      if (begins && (context.isFields === true || this.isFirstOnLine(token))) return;
      if (this.beginsSomething(1) && (begins || !context.isFile)) return;
      this.#skipOne();
    }
  }

  /** One token, or everything from an opening bracket to the one that closes it. */
  #skipOne(): void {
    let depth = 0;
    do {
      const token = this.LA(1);
      if (token.tokenType === EOF || (depth > 0 && this.beginsDeclaration(1))) return;
      if (isOpener[token.tokenTypeIdx] === true) depth++;
      else if (isCloser[token.tokenTypeIdx] === true) depth--;
      this.SKIP_TOKEN();
    } while (depth > 0);
  }
}
