/** The items of an ablation. */
import type { ParserMethod } from "chevrotain";
import type { AblateItem, AblationValue, Path, VaryItem } from "../syntax-tree.ts";
import { Colon, Comma, Compare, Dot, Equals, LeftParen, Repeat, RightParen, Skip, To, Vary, When } from "../tokens.ts";
import { contexts } from "./item-context.ts";
import { ModelRules } from "./model-rules.ts";

export abstract class AblateRules extends ModelRules {
  /** `"{" { vary | repeat | skip | compare } "}"` */
  readonly ablateBody: ParserMethod<[], AblateItem[]> = this.RULE("ablateBody", (): AblateItem[] =>
    this.braced(contexts.ablate, () => this.SUBRULE(this.ablateItem)),
  );

  readonly ablateItem: ParserMethod<[], AblateItem> = this.RULE("ablateItem", (): AblateItem => {
    const start = this.start();
    return this.OR([
      { ALT: (): AblateItem => this.SUBRULE(this.varyItem) },
      {
        ALT: (): AblateItem => {
          this.CONSUME(Repeat);
          const path = this.SUBRULE(this.path);
          this.expect(1, Colon);
          const values = this.SUBRULE(this.expression);
          return { kind: "Repeat", span: this.spanFrom(start), path, values };
        },
      },
      {
        ALT: (): AblateItem => {
          this.CONSUME(Skip);
          this.expect(1, When);
          const condition = this.SUBRULE1(this.expression);
          return { kind: "Skip", span: this.spanFrom(start), condition };
        },
      },
      {
        ALT: (): AblateItem => {
          this.CONSUME(Compare);
          this.expect(1, To);
          const path = this.SUBRULE1(this.path);
          this.expect(1, Equals);
          const value = this.SUBRULE(this.ablationValue);
          return { kind: "Compare", span: this.spanFrom(start), path, value };
        },
      },
    ]);
  });

  /** `"vary" ( path | "(" path { "," path } ")" ) ":" row { "," row }`; a row of several cells stands in parentheses. */
  readonly varyItem: ParserMethod<[], VaryItem> = this.RULE("varyItem", (): VaryItem => {
    const start = this.start();
    this.CONSUME(Vary);
    const isTuple = this.at(LeftParen);
    const paths = this.SUBRULE(this.varyPaths);
    this.expect(1, Colon);
    const row = (): AblationValue[] => {
      if (this.learning || isTuple) return this.SUBRULE(this.tupleRow);
      return [this.SUBRULE(this.ablationValue)];
    };
    if (this.learning) this.OPTION(() => this.SUBRULE(this.ablationValue));
    const rows = [row()];
    while (!this.learning && this.at(Comma)) {
      this.SKIP_TOKEN();
      rows.push(row());
    }
    return { kind: "Vary", span: this.spanFrom(start), paths, rows };
  });

  readonly varyPaths: ParserMethod<[], Path[]> = this.RULE("varyPaths", (): Path[] => {
    const paths: Path[] = [];
    if (!this.learning && !this.at(LeftParen)) return [this.SUBRULE1(this.path)];
    if (this.learning) this.OPTION1(() => this.SUBRULE1(this.path));
    const opener = this.CONSUME(LeftParen);
    this.commaList(
      "a path",
      () => paths.push(this.SUBRULE(this.path)),
      () => undefined,
    );
    this.close(1, opener, RightParen, "`,`");
    return paths;
  });

  /** `"(" value { "," value } ")"` */
  readonly tupleRow: ParserMethod<[], AblationValue[]> = this.RULE("tupleRow", (): AblationValue[] => {
    const cells: AblationValue[] = [];
    const opener = this.expect(1, LeftParen, "each value of several paths is a row in parentheses: `(1, 2)`");
    if (opener === undefined) return cells;
    this.commaList(
      "a value",
      () => cells.push(this.SUBRULE(this.ablationValue)),
      () => cells.push(this.missing()),
    );
    this.close(1, opener, RightParen, "`,`");
    return cells;
  });

  /** `split-clause | "(" split-clause ")" | expression` */
  readonly ablationValue: ParserMethod<[], AblationValue> = this.RULE("ablationValue", (): AblationValue => {
    if (this.isExpressionAbsent()) {
      this.reportExpected("a value");
      return this.missing();
    }
    return this.OR([
      { GATE: () => this.beginsSplitClause(1), ALT: (): AblationValue => this.SUBRULE(this.splitClause) },
      {
        GATE: () => this.at(LeftParen) && this.beginsSplitClause(2),
        ALT: (): AblationValue => {
          const opener = this.CONSUME(LeftParen);
          const clause = this.SUBRULE1(this.splitClause);
          this.close(1, opener, RightParen);
          return clause;
        },
      },
      { ALT: (): AblationValue => this.SUBRULE(this.limitOrValue), IGNORE_AMBIGUITIES: true },
    ]);
  });

  /** `name { "." name }` */
  readonly path: ParserMethod<[], Path> = this.RULE("path", (): Path => {
    const start = this.start();
    const parts = [this.name(1, "a path such as `heads.local`")];
    this.MANY(() => {
      this.CONSUME(Dot);
      parts.push(this.name(2));
    });
    return { kind: "Path", span: this.spanFrom(start), parts };
  });
}
