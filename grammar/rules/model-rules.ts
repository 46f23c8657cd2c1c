/** The items of a model, and the fields of `train` and `recipe`. */
import type { ParserMethod } from "chevrotain";
import type {
  Address,
  Expression,
  Field,
  ModelItem,
  Name,
  SelectorEntry,
  SplitClause,
  SplitItem,
  TrainItem,
} from "../syntax-tree.ts";
import {
  After,
  Backbone,
  By,
  Classes,
  Colon,
  Comma,
  Context,
  Heads,
  Input,
  Into,
  LeftBrace,
  Plus,
  Readout,
  Split,
  Train,
  With,
  Word,
} from "../tokens.ts";
import { BodyRules } from "./body-rules.ts";
import { contexts } from "./item-context.ts";

export abstract class ModelRules extends BodyRules {
  /** `"{" { input | classes | backbone | split | heads | context | train | readout } "}"` */
  readonly modelBody: ParserMethod<[], ModelItem[]> = this.RULE("modelBody", (): ModelItem[] =>
    this.braced(contexts.model, () => this.SUBRULE(this.modelItem)),
  );

  readonly modelItem: ParserMethod<[], ModelItem> = this.RULE("modelItem", (): ModelItem => {
    const start = this.start();
    return this.OR([
      {
        ALT: (): ModelItem => {
          this.CONSUME(Input);
          const shape = this.plainValue(0);
          return { kind: "Input", span: this.spanFrom(start), shape };
        },
      },
      {
        ALT: (): ModelItem => {
          this.CONSUME(Classes);
          const count = this.plainValue(1);
          return { kind: "Classes", span: this.spanFrom(start), count };
        },
      },
      {
        ALT: (): ModelItem => {
          this.CONSUME(Backbone);
          const value = this.plainValue(2);
          return { kind: "UseBackbone", span: this.spanFrom(start), value };
        },
      },
      { ALT: (): ModelItem => this.SUBRULE(this.splitItem) },
      {
        ALT: (): ModelItem => {
          this.CONSUME(Heads);
          const entries = this.SUBRULE(this.entries);
          return { kind: "Heads", span: this.spanFrom(start), entries };
        },
      },
      {
        ALT: (): ModelItem => {
          this.CONSUME(Context);
          const entries = this.SUBRULE1(this.entries);
          return { kind: "Context", span: this.spanFrom(start), entries };
        },
      },
      { ALT: (): ModelItem => this.SUBRULE(this.trainItem) },
      {
        ALT: (): ModelItem => {
          this.CONSUME(Readout);
          this.expect(1, Colon);
          const value = this.SUBRULE3(this.expression);
          return { kind: "Readout", span: this.spanFrom(start), value };
        },
      },
    ]);
  });

  /** The value of an item that takes no colon; one that is there all the same is reported and passed over. */
  private plainValue(index: number): Expression {
    if (!this.learning && this.at(Colon)) this.pass("an expression", "this item is written without `:`");
    return this.subrule(index, this.expression);
  }

  /** `"split" clause { "with" address { "+" address } }` */
  readonly splitItem: ParserMethod<[], SplitItem> = this.RULE("splitItem", (): SplitItem => {
    const start = this.start();
    const together: Address[][] = [];
    this.CONSUME(Split);
    if (!this.learning && !this.at(Into) && !this.at(After)) {
      this.reportExpected("`into` or `after`", "a split is written `split into 4` or `split after stage[1].block[3]`");
      const span = this.spanAfterPrevious();
      return {
        kind: "Split",
        span: this.spanFrom(start),
        split: { kind: "SplitInto", span, count: this.missing() },
        together,
      };
    }
    const split = this.SUBRULE(this.splitClause);
    this.MANY(() => {
      const units: Address[] = [];
      this.CONSUME(With);
      units.push(this.SUBRULE(this.address));
      this.MANY1(() => {
        this.CONSUME(Plus);
        units.push(this.SUBRULE1(this.address));
      });
      together.push(units);
    });
    return { kind: "Split", span: this.spanFrom(start), split, together };
  });

  /** `"into" expression [ "by" name ] | "after" address { "," address }` */
  readonly splitClause: ParserMethod<[], SplitClause> = this.RULE("splitClause", (): SplitClause => {
    const start = this.start();
    return this.OR([
      {
        ALT: (): SplitClause => {
          this.CONSUME(Into);
          const count = this.SUBRULE(this.expression);
          let measure: Name | undefined;
          this.OPTION(() => {
            this.CONSUME(By);
            measure = this.name(1, "a measure: `units`, `parameters`, `macs` or `memory`");
          });
          return { kind: "SplitInto", span: this.spanFrom(start), count, measure };
        },
      },
      {
        ALT: (): SplitClause => {
          this.CONSUME(After);
          const addresses = [this.SUBRULE(this.address)];
          this.MANY({
            // In `vary split: after a, after b` the second comma begins the next value.
            GATE: () => !this.beginsSplitClause(2),
            DEF: () => {
              this.CONSUME(Comma);
              addresses.push(this.SUBRULE1(this.address));
            },
          });
          return { kind: "SplitAfter", span: this.spanFrom(start), addresses };
        },
      },
    ]);
  });

  /** Whether token `distance` is the `into` or `after` of a clause rather than a name: something must follow it. */
  protected beginsSplitClause(distance: number): boolean {
    const type = this.LA(distance).tokenTypeIdx;
    if (type !== Into.tokenTypeIdx && type !== After.tokenTypeIdx) return false;
    return !/^[,.()[\]{}=:+*/<>|-]|^$/.test(this.LA(distance + 1).image);
  }

  /** `"{" { selector ":" value } "}"` */
  readonly entries: ParserMethod<[], SelectorEntry[]> = this.RULE("entries", (): SelectorEntry[] =>
    this.braced(contexts.entries, () => this.SUBRULE(this.entry)),
  );

  /** `expression ":" ( "off" | expression )` */
  readonly entry: ParserMethod<[], SelectorEntry> = this.RULE("entry", (): SelectorEntry => {
    const start = this.start();
    const selector = this.SUBRULE(this.operators);
    this.expect(1, Colon);
    const valueStart = this.start();
    const value = this.fieldValue(1);
    const isOff = !this.learning && value.kind === "Reference" && value.name === "off";
    const valueSpan = value.kind === "Missing" ? value.span : this.spanFrom(valueStart);
    return { kind: "SelectorEntry", span: this.spanFrom(start), selector, value: isOff ? undefined : value, valueSpan };
  });

  /** `"train" ( name [ fields ] | fields )` */
  readonly trainItem: ParserMethod<[], TrainItem> = this.RULE("trainItem", (): TrainItem => {
    const start = this.start();
    let recipe: Name | undefined;
    let fields: Field[] = [];
    this.CONSUME(Train);
    this.OPTION({ GATE: () => this.LA(2).tokenType !== Colon, DEF: () => (recipe = this.name(1)) });
    const mayHaveFields = this.learning || recipe === undefined || this.at(LeftBrace);
    if (mayHaveFields) fields = this.SUBRULE(this.fields);
    return { kind: "Train", span: this.spanFrom(start), recipe, fields };
  });

  /** `"{" { field } "}"` */
  readonly fields: ParserMethod<[], Field[]> = this.RULE("fields", (): Field[] =>
    this.braced(contexts.fields, () => this.SUBRULE(this.field)),
  );

  /** `name ":" ( "at" "most" number name | expression )` */
  readonly field: ParserMethod<[], Field> = this.RULE("field", (): Field => {
    const start = this.start();
    const name = this.name(1);
    this.expect(
      1,
      Colon,
      this.LA(1).image === "=" ? `a field is written with a colon: \`${name.text}: …\`` : undefined,
    );
    const value = this.SUBRULE(this.limitOrValue);
    return { kind: "Field", span: this.spanFrom(start), name, value };
  });

  /** `at most 64 MB` is the call `at_most(64, "MB")`; everything else is an expression. */
  readonly limitOrValue: ParserMethod<[], Expression> = this.RULE("limitOrValue", (): Expression => {
    if (!this.learning && !this.atLimit()) return this.fieldValue(1);
    const start = this.start();
    let count: Expression | undefined;
    let unit: Name | undefined;
    this.OR([
      {
        GATE: () => this.atLimit(),
        ALT: () => {
          this.CONSUME1(Word);
          this.CONSUME2(Word);
          count = this.SUBRULE(this.operand);
          // `64MB` was reported as no number, and holds its unit.
          if (!this.learning && /[A-Za-z]$/.test(this.LA(0).image) && /^\d/.test(this.LA(0).image)) return;
          unit = this.name(3, "a unit such as `MB`");
        },
      },
      { ALT: () => this.fieldValue(1), IGNORE_AMBIGUITIES: true },
    ]);
    if (count === undefined || unit === undefined) return this.missing();
    const callee: Expression = { kind: "Reference", span: { start, end: start }, name: "at_most" };
    return {
      kind: "Call",
      span: this.spanFrom(start),
      callee,
      arguments: [
        { kind: "Argument", span: count.span, value: count },
        { kind: "Argument", span: unit.span, value: { kind: "String", span: unit.span, value: unit.text } },
      ],
    };
  });

  private atLimit(): boolean {
    return this.LA(1).image === "at" && this.LA(2).image === "most";
  }
}
