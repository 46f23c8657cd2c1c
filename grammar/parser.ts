/**
 * The whole grammar: declarations here, the rest in `rules/`. One instance serves every parse; each parse resets it.
 */
import type { IToken, ParserMethod } from "chevrotain";
import { stringValue } from "./literals.ts";
import { AblateRules } from "./rules/ablate-rules.ts";
import { contexts } from "./rules/item-context.ts";
import type { SyntaxProblem } from "./syntax-problem.ts";
import type { Comment, Declaration, Expression, Import, Name } from "./syntax-tree.ts";
import {
  Ablate,
  Backbone,
  Block,
  Equals,
  Fn,
  From,
  Head,
  Import as ImportKeyword,
  LeftBrace,
  Model,
  Of,
  Recipe,
  RightBrace,
  StringToken,
  vocabulary,
} from "./tokens.ts";

export class SyntaxParser extends AblateRules {
  /** `validate` is for the test that proves the grammar sound; it costs time at every start. */
  constructor(validate = false) {
    super([...vocabulary], { recoveryEnabled: false, maxLookahead: 1, skipValidations: !validate });
    this.performSelfAnalysis();
    this.learning = false;
  }

  /** Reads the declarations of a file; the problems of the tokens are given so that no echo of them is reported. */
  parseTokens(
    text: string,
    tokens: IToken[],
    comments: readonly Comment[],
    tokenProblems: readonly SyntaxProblem[],
  ): { readonly declarations: Declaration[]; readonly problems: readonly SyntaxProblem[] } {
    this.begin(text, comments, tokenProblems);
    this.input = tokens;
    const declarations = this.file();
    return { declarations, problems: this.problems };
  }

  /** How far reading has come; where it stopped, if it was cut short. */
  position(): number {
    return this.end();
  }

  /** `{ declaration }` */
  private readonly file: ParserMethod<[], Declaration[]> = this.RULE("file", (): Declaration[] =>
    this.items(contexts.file, () => this.SUBRULE(this.declaration)),
  );

  private readonly declaration: ParserMethod<[], Declaration> = this.RULE(
    "declaration",
    (): Declaration =>
      this.OR([
        { ALT: (): Declaration => this.SUBRULE(this.importDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.letStatement) },
        { ALT: (): Declaration => this.SUBRULE(this.functionDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.blockDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.headDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.backboneDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.recipeDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.modelDeclaration) },
        { ALT: (): Declaration => this.SUBRULE(this.ablateDeclaration) },
      ]),
  );

  /** `"import" "{" name { "," name } [ "," ] "}" "from" string` */
  private readonly importDeclaration: ParserMethod<[], Import> = this.RULE("importDeclaration", (): Import => {
    const start = this.start();
    const names: Name[] = [];
    this.CONSUME(ImportKeyword);
    const opener = this.expect(1, LeftBrace, 'an import is written `import { name } from "std/heads"`');
    if (opener !== undefined) {
      this.commaList(
        "a name",
        () => names.push(this.name(1)),
        () => undefined,
      );
      this.close(1, opener, RightBrace, "`,`");
    }
    this.expect(1, From);
    const from = this.expect(1, StringToken);
    const fromSpan = from === undefined ? this.spanAfterPrevious() : this.spanOf(from);
    return {
      kind: "Import",
      span: this.spanFrom(start),
      names,
      from: from === undefined ? "" : stringValue(from.image),
      fromSpan,
    };
  });

  /** `"fn" name parameters "=" expression` */
  private readonly functionDeclaration: ParserMethod<[], Declaration> = this.RULE(
    "functionDeclaration",
    (): Declaration => {
      const documentation = this.documentation();
      const start = this.start();
      this.CONSUME(Fn);
      const name = this.name(1);
      const parameters = this.SUBRULE(this.parameters);
      this.expect(1, Equals);
      const body: Expression = this.SUBRULE(this.expression);
      return { kind: "Function", span: this.spanFrom(start), name, documentation, parameters, body };
    },
  );

  /** `"block" name parameters body` */
  private readonly blockDeclaration: ParserMethod<[], Declaration> = this.RULE("blockDeclaration", (): Declaration => {
    const documentation = this.documentation();
    const start = this.start();
    this.CONSUME(Block);
    const name = this.name(1);
    const parameters = this.SUBRULE(this.parameters);
    const body = this.SUBRULE(this.body);
    return { kind: "Block", span: this.spanFrom(start), name, documentation, parameters, body };
  });

  /** `"head" name parameters body` */
  private readonly headDeclaration: ParserMethod<[], Declaration> = this.RULE("headDeclaration", (): Declaration => {
    const documentation = this.documentation();
    const start = this.start();
    this.CONSUME(Head);
    const name = this.name(1);
    const parameters = this.SUBRULE(this.parameters);
    const body = this.SUBRULE(this.body);
    return { kind: "Head", span: this.spanFrom(start), name, documentation, parameters, body };
  });

  /** `"backbone" name parameters backbone-body` */
  private readonly backboneDeclaration: ParserMethod<[], Declaration> = this.RULE(
    "backboneDeclaration",
    (): Declaration => {
      const documentation = this.documentation();
      const start = this.start();
      this.CONSUME(Backbone);
      const name = this.name(1);
      const parameters = this.SUBRULE(this.parameters);
      const body = this.SUBRULE(this.backboneBody);
      return { kind: "Backbone", span: this.spanFrom(start), name, documentation, parameters, body };
    },
  );

  /** `"recipe" name fields` */
  private readonly recipeDeclaration: ParserMethod<[], Declaration> = this.RULE(
    "recipeDeclaration",
    (): Declaration => {
      const documentation = this.documentation();
      const start = this.start();
      this.CONSUME(Recipe);
      const name = this.name(1);
      const fields = this.SUBRULE(this.fields);
      return { kind: "Recipe", span: this.spanFrom(start), name, documentation, fields };
    },
  );

  /** `"model" name model-body` */
  private readonly modelDeclaration: ParserMethod<[], Declaration> = this.RULE("modelDeclaration", (): Declaration => {
    const documentation = this.documentation();
    const start = this.start();
    this.CONSUME(Model);
    const name = this.name(1);
    const items = this.SUBRULE(this.modelBody);
    return { kind: "Model", span: this.spanFrom(start), name, documentation, items };
  });

  /** `"ablate" name "of" name ablate-body` */
  private readonly ablateDeclaration: ParserMethod<[], Declaration> = this.RULE(
    "ablateDeclaration",
    (): Declaration => {
      const documentation = this.documentation();
      const start = this.start();
      this.CONSUME(Ablate);
      const name = this.name(1);
      this.expect(1, Of, "an ablation is written `ablate name of model { … }`");
      const of = this.name(2, "the name of a model");
      const items = this.SUBRULE(this.ablateBody);
      return { kind: "Ablate", span: this.spanFrom(start), name, documentation, of, items };
    },
  );
}
