/**
 *     expression    = operators { "|>" stage }
 *     stage         = "for" name "in" operators "{" expression "}" | operand
 *     operators     = operand { binary-operator operand }
 *     operand       = { "-" } primary { arguments | "[" expression "]" | "." name }
 *     primary       = number | string | "true" | "false" | "_" | name | "not" comparison
 *                   | parentheses | list | if | match
 */
import type { IOrAlt, IToken, ParserMethod } from "chevrotain";
import { EOF } from "chevrotain";
import { numberValue, stringValue } from "../literals.ts";
import type { Argument, Expression, Match as MatchNode, Name, PipeStage } from "../syntax-tree.ts";
import {
  Arrow,
  BinaryOperatorToken,
  Colon,
  Comma,
  Dot,
  Else,
  Equals,
  False,
  For,
  If,
  In,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Match,
  Minus,
  Not,
  NumberToken,
  Pipe,
  Placeholder,
  RightBrace,
  RightBracket,
  RightParen,
  StringToken,
  True,
  vocabulary,
  Word,
} from "../tokens.ts";
import { ItemRules } from "./item-rules.ts";
import type { OperandUse, OperatorUse } from "./operators.ts";
import { assembleOperators, comparisonPrecedence, operatorOf } from "./operators.ts";

const beginsExpression: boolean[] = [];
for (const type of [
  LeftParen,
  LeftBracket,
  NumberToken,
  StringToken,
  True,
  False,
  Placeholder,
  Not,
  If,
  Match,
  Minus,
]) {
  beginsExpression[type.tokenTypeIdx ?? 0] = true;
}
for (const type of vocabulary) {
  if (type === Word || type.CATEGORIES?.includes(Word)) beginsExpression[type.tokenTypeIdx ?? 0] = true;
}

const isSuffix: boolean[] = [];
for (const type of [LeftParen, LeftBracket, Dot]) isSuffix[type.tokenTypeIdx ?? 0] = true;

export abstract class ExpressionRules extends ItemRules {
  private primaryAlternatives: IOrAlt<Expression>[] | undefined;
  private stageAlternatives: IOrAlt<PipeStage>[] | undefined;

  /** `operators { "|>" stage }` */
  readonly expression: ParserMethod<[], Expression> = this.RULE("expression", (): Expression => {
    const start = this.start();
    let input = this.SUBRULE(this.operators);
    if (!this.learning && !this.at(Pipe)) return input;
    this.MANY(() => {
      this.CONSUME(Pipe);
      const stage = this.SUBRULE(this.stage);
      input = { kind: "Pipe", span: this.spanFrom(start), input, stage };
    });
    return input;
  });

  /** `pipe-loop | operand` */
  readonly stage: ParserMethod<[], PipeStage> = this.RULE("stage", (): PipeStage => {
    if (!this.at(For) && this.isExpressionAbsent()) {
      this.reportExpected("a step such as `relu` or `conv(16, 3)`");
      return this.missing();
    }
    this.stageAlternatives ??= [
      { ALT: (): PipeStage => this.SUBRULE(this.pipeLoop) },
      { ALT: (): PipeStage => this.SUBRULE(this.operand) },
    ];
    return this.OR(this.stageAlternatives);
  });

  /** `"for" name "in" operators "{" expression "}"` */
  readonly pipeLoop: ParserMethod<[], PipeStage> = this.RULE("pipeLoop", (): PipeStage => {
    const start = this.start();
    this.CONSUME(For);
    const variable = this.SUBRULE(this.bindingName);
    this.expect(1, In);
    const over = this.SUBRULE(this.operators);
    const body = this.SUBRULE(this.bracedExpression);
    return { kind: "PipeLoop", span: this.spanFrom(start), variable, over, body };
  });

  /** `operand { binary-operator operand }`, grouped by precedence. */
  readonly operators: ParserMethod<[], Expression> = this.RULE("operators", (): Expression => this.operatorChain(0));

  /** What `not` applies to: `operators` without `and` and `or`. */
  readonly comparison: ParserMethod<[], Expression> = this.RULE(
    "comparison",
    (): Expression => this.operatorChain(comparisonPrecedence),
  );

  private operatorChain(loosest: number): Expression {
    const start = this.start();
    const first = this.SUBRULE(this.operand);
    if (!this.learning && operatorOf(this.LA(1).tokenTypeIdx) === undefined) return first;
    let operands: OperandUse[] | undefined;
    const operators: OperatorUse[] = [];
    this.MANY({
      GATE: () => (operatorOf(this.LA(1).tokenTypeIdx)?.precedence ?? 0) >= loosest,
      DEF: () => {
        operands ??= [{ node: first, span: this.spanFrom(start) }];
        const token = this.CONSUME(BinaryOperatorToken);
        const use = operatorOf(token.tokenTypeIdx);
        if (use !== undefined) operators.push({ ...use, span: this.spanOf(token) });
        const operandStart = this.start();
        const node = this.SUBRULE1(this.operand);
        operands.push({ node, span: node.kind === "Missing" ? node.span : this.spanFrom(operandStart) });
      },
    });
    if (operands === undefined || this.learning) return first;
    return assembleOperators(operands, operators, (before, second) => this.reportChained(before, second));
  }

  private reportChained(first: OperatorUse, second: OperatorUse): void {
    const isRange = second.operator === "..";
    this.report("LL1012", {
      message: isRange ? "a range has two ends" : `\`${first.operator}\` and \`${second.operator}\` do not chain`,
      span: second.span,
      label: isRange ? "a second `..`" : "a second comparison",
      related: [{ span: first.span, label: "the first one" }],
      help: isRange ? undefined : "compare in two steps joined by `and`: `a < b and b < c`",
    });
    this.resume();
  }

  /** `{ "-" } primary { arguments | "[" expression "]" | "." name }` */
  readonly operand: ParserMethod<[], Expression> = this.RULE("operand", (): Expression => {
    const minuses: number[] = [];
    if (this.learning || this.at(Minus)) {
      this.MANY(() => {
        minuses.push(this.start());
        this.CONSUME(Minus);
      });
    }
    const start = this.start();
    const primary = this.primary();
    let operand = this.learning || isSuffix[this.LA(1).tokenTypeIdx] === true ? this.suffixes(start, primary) : primary;
    for (let minus = minuses.pop(); minus !== undefined; minus = minuses.pop()) {
      operand = { kind: "Unary", span: this.spanFrom(minus), operator: "-", operand };
    }
    return operand;
  });

  protected isExpressionAbsent(): boolean {
    return !this.learning && (beginsExpression[this.LA(1).tokenTypeIdx] !== true || this.atNextStatement());
  }

  private suffixes(start: number, primary: Expression): Expression {
    if (!this.learning && primary.kind === "Missing") return primary;
    let object = primary;
    this.MANY1({
      // A bracket on a new line begins something new: `let a = b⏎ (c)` is not a call.
      GATE: () => this.at(Dot) || this.onSameLine(),
      DEF: () => {
        object = this.OR1([
          {
            ALT: (): Expression => {
              const callArguments = this.SUBRULE(this.callArguments);
              return { kind: "Call", span: this.spanFrom(start), callee: object, arguments: callArguments };
            },
          },
          {
            ALT: (): Expression => {
              const opener = this.CONSUME(LeftBracket);
              const index = this.SUBRULE1(this.expression);
              this.close(1, opener, RightBracket);
              return { kind: "Index", span: this.spanFrom(start), object, index };
            },
          },
          {
            ALT: (): Expression => {
              this.CONSUME(Dot);
              const name = this.name(1);
              return { kind: "Member", span: this.spanFrom(start), object, name };
            },
          },
        ]);
      },
    });
    return object;
  }

  private primary(): Expression {
    if (this.isExpressionAbsent()) {
      if (this.at(Dot) && this.isAt(2, NumberToken)) {
        this.pass("an expression", `write \`0.${this.LA(2).image}\``);
        this.SKIP_TOKEN();
        return this.missing();
      }
      const isPower = this.LA(1).image === "*" && this.LA(0).image === "*";
      this.reportExpected("an expression", isPower ? "there is no power operator; write a product" : undefined);
      return this.missing();
    }
    // Made once: eleven closures for every operand would be most of the garbage.
    this.primaryAlternatives ??= [
      {
        ALT: (): Expression => {
          const token = this.CONSUME(Word);
          return { kind: "Reference", span: this.spanOf(token), name: token.image };
        },
      },
      {
        ALT: (): Expression => {
          const token = this.CONSUME(NumberToken);
          const { value, isInteger } = numberValue(token.image);
          return { kind: "Number", span: this.spanOf(token), value, isInteger };
        },
      },
      {
        ALT: (): Expression => {
          const token = this.CONSUME(StringToken);
          return { kind: "String", span: this.spanOf(token), value: stringValue(token.image) };
        },
      },
      { ALT: (): Expression => ({ kind: "Boolean", span: this.spanOf(this.CONSUME(True)), value: true }) },
      { ALT: (): Expression => ({ kind: "Boolean", span: this.spanOf(this.CONSUME(False)), value: false }) },
      { ALT: (): Expression => ({ kind: "Placeholder", span: this.spanOf(this.CONSUME(Placeholder)) }) },
      {
        ALT: (): Expression => {
          const start = this.start();
          this.CONSUME(Not);
          const operand = this.SUBRULE(this.comparison);
          return { kind: "Unary", span: this.spanFrom(start), operator: "not", operand };
        },
      },
      { ALT: (): Expression => this.SUBRULE(this.parentheses) },
      { ALT: (): Expression => this.SUBRULE(this.listLiteral) },
      { ALT: (): Expression => this.SUBRULE(this.ifExpression) },
      { ALT: (): Expression => this.SUBRULE(this.matchExpression) },
    ];
    return this.OR(this.primaryAlternatives);
  }

  /** `"(" expression ")" | "(" [ name { "," name } ] ")" "=>" expression` */
  readonly parentheses: ParserMethod<[], Expression> = this.RULE(
    "parentheses",
    (): Expression =>
      this.OR([
        { GATE: () => this.atLambda(), ALT: (): Expression => this.SUBRULE(this.lambda) },
        {
          ALT: (): Expression => {
            const opener = this.CONSUME(LeftParen);
            const inner = this.SUBRULE(this.expression);
            if (this.at(Comma)) this.reportExpected("`)`", "a list is written `[a, b]`");
            this.close(1, opener, RightParen);
            return inner;
          },
          IGNORE_AMBIGUITIES: true,
        },
      ]),
  );

  /** Whether `( names ) =>` comes next. */
  private atLambda(): boolean {
    let distance = 2;
    for (; this.atWord(distance) || this.isAt(distance, Placeholder) || this.isAt(distance, Comma); ) distance++;
    return this.isAt(distance, RightParen) && this.isAt(distance + 1, Arrow);
  }

  private isAt(distance: number, type: { tokenTypeIdx?: number }): boolean {
    return this.LA(distance).tokenTypeIdx === type.tokenTypeIdx;
  }

  /** `"(" [ name { "," name } ] ")" "=>" expression` */
  readonly lambda: ParserMethod<[], Expression> = this.RULE("lambda", (): Expression => {
    const start = this.start();
    const parameters: Name[] = [];
    const opener = this.CONSUME(LeftParen);
    this.commaList(
      "a name",
      () => parameters.push(this.SUBRULE(this.bindingName)),
      () => undefined,
    );
    this.close(1, opener, RightParen, "`,`");
    this.expect(1, Arrow);
    const body = this.SUBRULE(this.expression);
    return { kind: "Lambda", span: this.spanFrom(start), parameters, body };
  });

  /** `name | "_"`: what a loop or a lambda binds. */
  readonly bindingName: ParserMethod<[], Name> = this.RULE("bindingName", (): Name => {
    if (this.learning) this.OPTION(() => this.CONSUME(Placeholder));
    else if (this.at(Placeholder)) {
      return { kind: "Name", span: this.spanOf(this.CONSUME(Placeholder)), text: "_" };
    }
    return this.name(1);
  });

  /** `"(" [ argument { "," argument } [ "," ] ] ")"` */
  readonly callArguments: ParserMethod<[], Argument[]> = this.RULE("callArguments", (): Argument[] => {
    const found: Argument[] = [];
    const opener = this.CONSUME(LeftParen);
    this.commaList(
      "an argument",
      () => {
        const start = this.start();
        let name: Name | undefined;
        if (this.learning || this.isAt(2, Equals) || this.isAt(2, Colon)) {
          this.OPTION1(() => {
            name = this.name(1);
            if (this.learning || this.at(Equals)) this.CONSUME(Equals);
            else this.pass("`=`", "an argument is named with `=`: `stride = 2`");
          });
        }
        const value = this.SUBRULE(this.expression);
        found.push({ kind: "Argument", span: this.spanFrom(start), name, value });
      },
      () => found.push({ kind: "Argument", span: this.spanAfterPrevious(), value: this.missing() }),
    );
    this.close(1, opener, RightParen, "`,`");
    return found;
  });

  /** `"[" [ expression { "," expression } [ "," ] ] "]" | "[" expression "for" name "in" operators "]"` */
  readonly listLiteral: ParserMethod<[], Expression> = this.RULE("listLiteral", (): Expression => {
    const start = this.start();
    const items: Expression[] = [];
    const opener = this.CONSUME(LeftBracket);
    this.commaList(
      "an expression",
      () => items.push(this.SUBRULE(this.expression)),
      () => items.push(this.missing()),
    );
    let loop: { variable: Name; over: Expression } | undefined;
    if (this.learning || items.length === 1) {
      this.OPTION1(() => {
        this.CONSUME(For);
        const variable = this.SUBRULE(this.bindingName);
        this.expect(1, In);
        loop = { variable, over: this.SUBRULE(this.operators) };
      });
    }
    this.close(1, opener, RightBracket, loop === undefined ? "`,`" : undefined);
    const span = this.spanFrom(start);
    const [item] = items;
    if (loop === undefined || item === undefined) return { kind: "List", span, items };
    return { kind: "Comprehension", span, item, ...loop };
  });

  /** `"if" operators "{" expression "}" "else" ( if | "{" expression "}" )` */
  readonly ifExpression: ParserMethod<[], Expression> = this.RULE("ifExpression", (): Expression => {
    const start = this.start();
    this.CONSUME(If);
    const condition = this.SUBRULE(this.expression);
    const chosen = this.SUBRULE(this.bracedExpression);
    let otherwise: Expression | undefined;
    if (this.at(RightBrace) && this.isAt(2, Else)) {
      this.reportExpected("`else`");
      this.SKIP_TOKEN();
    }
    if (this.learning || this.at(Else)) {
      this.CONSUME(Else);
      otherwise = this.elseBranch();
    } else {
      this.reportExpected("`else`", "an `if` that gives a value needs both branches");
      otherwise = this.missing();
    }
    // biome-ignore lint/suspicious/noThenProperty: `then` is the branch, plain data that nothing awaits
    return { kind: "If", span: this.spanFrom(start), condition, then: chosen, else: otherwise };
  });

  private elseBranch(): Expression {
    if (!this.learning && !this.at(If)) return this.SUBRULE1(this.bracedExpression);
    return this.OR([
      { ALT: (): Expression => this.SUBRULE(this.ifExpression) },
      { ALT: (): Expression => this.SUBRULE1(this.bracedExpression) },
    ]);
  }

  /** `"{" expression "}"` */
  readonly bracedExpression: ParserMethod<[], Expression> = this.RULE("bracedExpression", (): Expression => {
    const opener = this.expect(1, LeftBrace);
    if (opener === undefined && this.isExpressionAbsent()) return this.missing();
    if (this.at(LeftBrace)) {
      this.reportExpected("an expression");
      this.SKIP_TOKEN();
    }
    const inner = this.SUBRULE(this.expression);
    if (opener !== undefined) this.close(1, opener, RightBrace);
    // `if a x } else …`: only the opening brace was forgotten.
    else if (this.at(RightBrace) && this.onSameLine()) this.SKIP_TOKEN();
    return inner;
  });

  /** `"match" operators "{" arm { "," arm } [ "," ] "}"`, `arm = ( "else" | expression ) ":" expression` */
  readonly matchExpression: ParserMethod<[], Expression> = this.RULE("matchExpression", (): Expression => {
    const start = this.start();
    const arms: MatchNode["arms"][number][] = [];
    let otherwise: Expression | undefined;
    this.CONSUME(Match);
    const subject = this.SUBRULE(this.expression);
    const opener: IToken | undefined = this.expect(1, LeftBrace);
    if (opener === undefined) return { kind: "Match", span: this.spanFrom(start), subject, arms, otherwise };
    this.commaList(
      "an arm",
      () => {
        const armStart = this.start();
        const isElse = this.at(Else);
        const pattern = this.OR<Expression | undefined>([
          { ALT: () => void this.CONSUME(Else) },
          { ALT: () => this.SUBRULE1(this.expression) },
        ]);
        this.expect(1, Colon);
        const value = this.SUBRULE2(this.expression);
        if (isElse) otherwise = value;
        else if (pattern !== undefined) arms.push({ span: this.spanFrom(armStart), pattern, value });
      },
      () => undefined,
    );
    this.close(1, opener, RightBrace, "`,`");
    return { kind: "Match", span: this.spanFrom(start), subject, arms, otherwise };
  });

  /** A value after a colon. A word with a colon of its own behind it is not the value but the next field. */
  protected fieldValue(index: number): Expression {
    if (!this.learning && this.isAt(2, Colon) && this.LA(1).tokenType !== EOF && !this.onSameLine()) {
      this.reportExpected("a value");
      return this.missing();
    }
    return this.subrule(index, this.expression);
  }
}
