/** Statements of blocks, heads, units and backbones, with their addresses and parameters. */
import type { IOrAlt, ParserMethod } from "chevrotain";
import type {
  Address,
  AddressPart,
  BackboneStatement,
  BodyStatement,
  Expression,
  ForStatement,
  GroupStatement,
  IfStatement,
  LetStatement,
  LossStatement,
  Name,
  Parameter,
  UnitStatement,
} from "../syntax-tree.ts";
import {
  Colon,
  Dot,
  Else,
  Equals,
  For,
  Group,
  If,
  In,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Let,
  Loss,
  Reach,
  Return,
  RightBracket,
  RightParen,
  Shared,
  Tap,
  Unit,
  Units,
  Weight,
} from "../tokens.ts";
import { ExpressionRules } from "./expression-rules.ts";
import type { ItemContext } from "./item-context.ts";
import { contexts } from "./item-context.ts";

export abstract class BodyRules extends ExpressionRules {
  private bodyAlternatives: IOrAlt<BodyStatement>[] | undefined;

  /** `"(" [ parameter { "," parameter } [ "," ] ] ")"`, `parameter = name [ ":" name ] [ "=" expression ]` */
  readonly parameters: ParserMethod<[], Parameter[]> = this.RULE("parameters", (): Parameter[] => {
    const found: Parameter[] = [];
    const opener = this.expect(1, LeftParen);
    if (opener === undefined) return found;
    this.commaList(
      "a parameter",
      () => {
        const start = this.start();
        const name = this.name(1, "a parameter");
        let type: Name | undefined;
        let value: Expression | undefined;
        this.OPTION1(() => {
          this.CONSUME(Colon);
          type = this.name(2, "a type such as `int`");
        });
        this.OPTION2(() => {
          this.CONSUME(Equals);
          value = this.SUBRULE(this.expression);
        });
        found.push({ kind: "Parameter", span: this.spanFrom(start), name, type, default: value });
      },
      () => undefined,
    );
    this.close(1, opener, RightParen, "`,`");
    return found;
  });

  /** `"let" name "=" expression` */
  readonly letStatement: ParserMethod<[], LetStatement> = this.RULE("letStatement", (): LetStatement => {
    const documentation = this.documentation();
    const start = this.start();
    this.CONSUME(Let);
    const { name, value } = this.SUBRULE(this.binding);
    return { kind: "Let", span: this.spanFrom(start), name, value, documentation };
  });

  /** `name "=" expression` */
  readonly binding: ParserMethod<[], { name: Name; value: Expression }> = this.RULE(
    "binding",
    (): { name: Name; value: Expression } => {
      const name = this.name(1);
      this.expect(1, Equals);
      const value = this.SUBRULE(this.expression);
      return { name, value };
    },
  );

  // ── Blocks, heads, units ──────────────────────────────────────────────────────────────────────────────────────────

  /** `"{" { statement } [ "return" expression ] "}"` */
  readonly body: ParserMethod<[], BodyStatement[]> = this.RULE("body", (): BodyStatement[] => {
    let isAfterReturn = false;
    return this.braced(contexts.body, () => {
      if (isAfterReturn) this.reportAfterReturn();
      const statement = this.SUBRULE(this.bodyStatement);
      isAfterReturn = statement.kind === "Return" && statement.value.kind !== "Missing";
      return statement;
    });
  });

  private reportAfterReturn(): void {
    const token = this.LA(1);
    this.report("LL1006", {
      message: `\`${token.image}\` stands after \`return\``,
      span: this.spanOf(token),
      label: "never reached",
      help: "`return` is the last statement of its braces",
    });
    this.resume();
  }

  readonly bodyStatement: ParserMethod<[], BodyStatement> = this.RULE("bodyStatement", (): BodyStatement => {
    this.bodyAlternatives ??= [
      { ALT: (): BodyStatement => this.SUBRULE(this.letStatement) },
      { ALT: (): BodyStatement => this.SUBRULE(this.tapStatement) },
      { ALT: (): BodyStatement => this.SUBRULE(this.sharedStatement) },
      { ALT: (): BodyStatement => this.SUBRULE(this.lossStatement) },
      { ALT: (): BodyStatement => this.SUBRULE(this.returnStatement) },
      { ALT: (): BodyStatement => this.SUBRULE(this.bodyFor) },
      { ALT: (): BodyStatement => this.SUBRULE(this.bodyIf) },
    ];
    return this.OR(this.bodyAlternatives);
  });

  /** `"tap" name "=" expression` */
  readonly tapStatement: ParserMethod<[], BodyStatement> = this.RULE("tapStatement", (): BodyStatement => {
    const start = this.start();
    this.CONSUME(Tap);
    const { name, value } = this.SUBRULE(this.binding);
    return { kind: "Tap", span: this.spanFrom(start), name, value };
  });

  /** `"shared" name "=" expression` */
  readonly sharedStatement: ParserMethod<[], BodyStatement> = this.RULE("sharedStatement", (): BodyStatement => {
    const start = this.start();
    this.CONSUME(Shared);
    const { name, value } = this.SUBRULE(this.binding);
    return { kind: "Shared", span: this.spanFrom(start), name, value };
  });

  /** `"return" expression` */
  readonly returnStatement: ParserMethod<[], BodyStatement> = this.RULE("returnStatement", (): BodyStatement => {
    const start = this.start();
    this.CONSUME(Return);
    const value = this.SUBRULE(this.expression);
    return { kind: "Return", span: this.spanFrom(start), value };
  });

  /** `"for" name "in" expression body` */
  readonly bodyFor: ParserMethod<[], BodyStatement> = this.RULE("bodyFor", (): BodyStatement => {
    const start = this.start();
    const { variable, over } = this.SUBRULE(this.loopHead);
    const body = this.SUBRULE(this.body);
    return { kind: "For", span: this.spanFrom(start), variable, over, body };
  });

  /** `"loss" name "=" expression { "weight" expression | "reach" expression [ "units" ] }` */
  readonly lossStatement: ParserMethod<[], LossStatement> = this.RULE("lossStatement", (): LossStatement => {
    const start = this.start();
    let weight: Expression | undefined;
    let reach: LossStatement["reach"];
    this.CONSUME(Loss);
    const { name, value } = this.SUBRULE(this.binding);
    this.OPTION(() => {
      this.CONSUME(Weight);
      weight = this.SUBRULE1(this.expression);
    });
    this.OPTION1(() => {
      const reachStart = this.start();
      this.CONSUME(Reach);
      const count = this.SUBRULE2(this.expression);
      const inUnits = this.OPTION2(() => this.CONSUME(Units)) !== undefined;
      reach = { span: this.spanFrom(reachStart), count, inUnits };
    });
    return { kind: "Loss", span: this.spanFrom(start), name, value, weight, reach };
  });

  /** `"for" name "in" expression` */
  readonly loopHead: ParserMethod<[], { variable: Name; over: Expression }> = this.RULE(
    "loopHead",
    (): { variable: Name; over: Expression } => {
      this.CONSUME(For);
      const variable = this.SUBRULE(this.bindingName);
      this.expect(1, In);
      const over = this.SUBRULE(this.operators);
      return { variable, over };
    },
  );

  /** `"if" expression body [ "else" ( if | body ) ]` */
  readonly bodyIf: ParserMethod<[], IfStatement<BodyStatement>> = this.RULE(
    "bodyIf",
    (): IfStatement<BodyStatement> =>
      this.ifStatement(
        contexts.body,
        () => this.SUBRULE(this.bodyIf),
        () => this.SUBRULE(this.body),
        () => this.SUBRULE1(this.body),
      ),
  );

  private ifStatement<Statement>(
    context: ItemContext,
    nested: () => Statement,
    thenBody: () => Statement[],
    elseBody: () => Statement[],
  ): IfStatement<Statement> {
    const start = this.start();
    this.CONSUME(If);
    const condition = this.SUBRULE(this.expression);
    const chosen = thenBody();
    let otherwise: Statement[] = [];
    this.OPTION(() => {
      this.CONSUME(Else);
      if (!this.learning && !this.at(If) && !this.at(LeftBrace) && !context.begins(this.LA(1), this.LA(2))) {
        this.reportExpected("`{`");
        return;
      }
      if (this.learning || this.at(If)) this.OPTION1(() => (otherwise = [nested()]));
      if (this.learning || otherwise.length === 0) otherwise = elseBody();
    });
    // biome-ignore lint/suspicious/noThenProperty: `then` is the branch, plain data that nothing awaits
    return { kind: "IfStatement", span: this.spanFrom(start), condition, then: chosen, else: otherwise };
  }

  // ── Backbones ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** `"{" { let | unit | group | for | if } "}"` */
  readonly backboneBody: ParserMethod<[], BackboneStatement[]> = this.RULE("backboneBody", (): BackboneStatement[] =>
    this.braced(contexts.backbone, () => this.SUBRULE(this.backboneStatement)),
  );

  readonly backboneStatement: ParserMethod<[], BackboneStatement> = this.RULE(
    "backboneStatement",
    (): BackboneStatement =>
      this.OR([
        { ALT: (): BackboneStatement => this.SUBRULE(this.letStatement) },
        { ALT: (): BackboneStatement => this.SUBRULE(this.unitStatement) },
        { ALT: (): BackboneStatement => this.SUBRULE(this.groupStatement) },
        { ALT: (): BackboneStatement => this.SUBRULE(this.backboneFor) },
        { ALT: (): BackboneStatement => this.SUBRULE(this.backboneIf) },
      ]),
  );

  /** `"unit" address ( ":" expression | "(" name ")" body )` */
  readonly unitStatement: ParserMethod<[], UnitStatement> = this.RULE("unitStatement", (): UnitStatement => {
    const start = this.start();
    this.CONSUME(Unit);
    const address = this.SUBRULE(this.address);
    if (!this.learning && !this.at(Colon) && !this.at(LeftParen)) {
      this.reportExpected("`:` or `(`", "a unit is written `unit stem: conv(16, 3) |> relu` or `unit up(x) { … }`");
      return {
        kind: "Unit",
        span: this.spanFrom(start),
        address,
        pipeline: this.missing(),
        input: undefined,
        body: undefined,
      };
    }
    let pipeline: Expression | undefined;
    let input: Name | undefined;
    let body: BodyStatement[] | undefined;
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Colon);
          pipeline = this.SUBRULE(this.expression);
        },
      },
      {
        ALT: () => {
          const opener = this.CONSUME(LeftParen);
          input = this.name(1);
          this.close(1, opener, RightParen);
          body = this.SUBRULE(this.body);
        },
      },
    ]);
    return { kind: "Unit", span: this.spanFrom(start), address, pipeline, input, body };
  });

  /** `"group" address "{" … "}"` */
  readonly groupStatement: ParserMethod<[], GroupStatement> = this.RULE("groupStatement", (): GroupStatement => {
    const start = this.start();
    this.CONSUME(Group);
    const address = this.SUBRULE(this.address);
    const body = this.SUBRULE(this.backboneBody);
    return { kind: "Group", span: this.spanFrom(start), address, body };
  });

  readonly backboneFor: ParserMethod<[], ForStatement<BackboneStatement>> = this.RULE(
    "backboneFor",
    (): ForStatement<BackboneStatement> => {
      const start = this.start();
      const { variable, over } = this.SUBRULE(this.loopHead);
      const body = this.SUBRULE(this.backboneBody);
      return { kind: "For", span: this.spanFrom(start), variable, over, body };
    },
  );

  readonly backboneIf: ParserMethod<[], IfStatement<BackboneStatement>> = this.RULE(
    "backboneIf",
    (): IfStatement<BackboneStatement> =>
      this.ifStatement(
        contexts.backbone,
        () => this.SUBRULE(this.backboneIf),
        () => this.SUBRULE(this.backboneBody),
        () => this.SUBRULE1(this.backboneBody),
      ),
  );

  /** `name [ "[" expression "]" ] { "." name [ "[" expression "]" ] }` */
  readonly address: ParserMethod<[], Address> = this.RULE("address", (): Address => {
    const start = this.start();
    const parts: AddressPart[] = [this.SUBRULE(this.addressPart)];
    this.MANY(() => {
      this.CONSUME(Dot);
      parts.push(this.SUBRULE1(this.addressPart));
    });
    return { kind: "Address", span: this.spanFrom(start), parts };
  });

  readonly addressPart: ParserMethod<[], AddressPart> = this.RULE("addressPart", (): AddressPart => {
    const start = this.start();
    const name = this.name(1, "the name of a unit");
    let index: Expression | undefined;
    this.OPTION(() => {
      const opener = this.CONSUME(LeftBracket);
      index = this.SUBRULE(this.expression);
      this.close(1, opener, RightBracket);
    });
    return { span: this.spanFrom(start), name, index };
  });
}
