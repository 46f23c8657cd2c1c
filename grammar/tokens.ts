/**
 * The token types. A word is lexed once, as `Word`, and `wordTypes` then says whether it is a keyword: no keyword can be
 * mistaken for the beginning of a longer one. Contextual keywords are words too (their category is `Word`), so a unit may
 * be called `block`; only the reserved ones never name anything.
 */
import type { TokenType } from "chevrotain";
import { createToken, Lexer } from "chevrotain";

export const Word = createToken({ name: "Word", pattern: /[A-Za-z_][A-Za-z0-9_]*/ });
/** Takes trailing letters along, so that `64MB` is one mistake and not two tokens. */
export const NumberToken = createToken({ name: "Number", pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?[A-Za-z0-9_]*/ });
/** Ends at the end of the line at the latest; the tokenizer reports a missing quote. */
export const StringToken = createToken({ name: "String", pattern: /"(?:[^"\\\n\r]|\\[^\n\r])*(?:"|\\)?/ });
/** Not part of the language: read as a string, so that one mistake stays one. */
export const SingleQuoted = createToken({ name: "SingleQuoted", pattern: /'[^'\n\r]*'?/ });
/** Not part of the language: reported and passed over. */
export const BlockComment = createToken({ name: "BlockComment", pattern: /\/\*[\s\S]*?\*\//, line_breaks: true });
export const LineComment = createToken({ name: "LineComment", pattern: /\/\/[^\n\r]*/, group: "comments" });
export const Space = createToken({
  name: "Space",
  pattern: /[ \t\r\n\f\v\u00a0\ufeff]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
});

export const BinaryOperatorToken = createToken({ name: "BinaryOperator", pattern: Lexer.NA });
const operator = (name: string, pattern: string): TokenType =>
  createToken({ name, pattern, categories: [BinaryOperatorToken] });

export const EqualEqual = operator("EqualEqual", "==");
export const NotEqual = operator("NotEqual", "!=");
export const LessEqual = operator("LessEqual", "<=");
export const Less = operator("Less", "<");
export const GreaterEqual = operator("GreaterEqual", ">=");
export const Greater = operator("Greater", ">");
export const DotDot = operator("DotDot", "..");
export const Plus = operator("Plus", "+");
export const Minus = operator("Minus", "-");
export const Star = operator("Star", "*");
export const Slash = operator("Slash", "/");

export const Pipe = createToken({ name: "Pipe", pattern: "|>" });
export const Arrow = createToken({ name: "Arrow", pattern: "=>" });
export const Equals = createToken({ name: "Equals", pattern: "=" });
export const Colon = createToken({ name: "Colon", pattern: ":" });
export const Comma = createToken({ name: "Comma", pattern: "," });
export const Dot = createToken({ name: "Dot", pattern: "." });
export const LeftParen = createToken({ name: "LeftParen", pattern: "(" });
export const RightParen = createToken({ name: "RightParen", pattern: ")" });
export const LeftBracket = createToken({ name: "LeftBracket", pattern: "[" });
export const RightBracket = createToken({ name: "RightBracket", pattern: "]" });
export const LeftBrace = createToken({ name: "LeftBrace", pattern: "{" });
export const RightBrace = createToken({ name: "RightBrace", pattern: "}" });

const reserved = (word: string, categories: TokenType[] = []): TokenType =>
  createToken({ name: word, pattern: Lexer.NA, categories });
const contextual = (word: string): TokenType => createToken({ name: word, pattern: Lexer.NA, categories: [Word] });

export const Placeholder = reserved("_");
export const Let = reserved("let");
export const Return = reserved("return");
export const Fn = reserved("fn");
export const Import = reserved("import");
export const For = reserved("for");
export const In = reserved("in");
export const If = reserved("if");
export const Else = reserved("else");
export const Match = reserved("match");
export const Not = reserved("not");
export const True = reserved("true");
export const False = reserved("false");
export const And = reserved("and", [BinaryOperatorToken]);
export const Or = reserved("or", [BinaryOperatorToken]);

export const Block = contextual("block");
export const Head = contextual("head");
export const Backbone = contextual("backbone");
export const Recipe = contextual("recipe");
export const Model = contextual("model");
export const Ablate = contextual("ablate");
export const Tap = contextual("tap");
export const Shared = contextual("shared");
export const Loss = contextual("loss");
export const Unit = contextual("unit");
export const Group = contextual("group");
export const Input = contextual("input");
export const Classes = contextual("classes");
export const Split = contextual("split");
export const Heads = contextual("heads");
export const Context = contextual("context");
export const Train = contextual("train");
export const Readout = contextual("readout");
export const Vary = contextual("vary");
export const Repeat = contextual("repeat");
export const Skip = contextual("skip");
export const Compare = contextual("compare");
export const From = contextual("from");
export const Weight = contextual("weight");
export const Reach = contextual("reach");
export const Units = contextual("units");
export const Into = contextual("into");
export const After = contextual("after");
export const By = contextual("by");
export const With = contextual("with");
export const Of = contextual("of");
export const When = contextual("when");
export const To = contextual("to");

const reservedTypes = [Placeholder, Let, Return, Fn, Import, For, In, If, Else, Match, Not, True, False, And, Or];
/** Keywords that begin a declaration, a statement or an item. */
export const starterTypes: readonly TokenType[] = [
  Let,
  Return,
  Fn,
  Import,
  For,
  If,
  Block,
  Head,
  Backbone,
  Recipe,
  Model,
  Ablate,
  Tap,
  Shared,
  Loss,
  Unit,
  Group,
  Input,
  Classes,
  Split,
  Heads,
  Context,
  Train,
  Readout,
  Vary,
  Repeat,
  Skip,
  Compare,
];
const clauseTypes = [From, Weight, Reach, Units, Into, After, By, With, Of, When, To];

/** From the spelling of a keyword to its token type. */
export const wordTypes: ReadonlyMap<string, TokenType> = new Map(
  [...reservedTypes, ...starterTypes, ...clauseTypes].map((type) => [type.name, type]),
);

export const reservedWords: ReadonlySet<string> = new Set(reservedTypes.map((type) => type.name));

/** What the lexer looks for: a pattern that is the beginning of another stands after it. */
const lexedTypes: TokenType[] = [
  Space,
  Word,
  NumberToken,
  Comma,
  Equals,
  LeftParen,
  RightParen,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Colon,
  DotDot,
  Dot,
  StringToken,
  Pipe,
  LineComment,
  BlockComment,
  LessEqual,
  Less,
  GreaterEqual,
  Greater,
  NotEqual,
  Plus,
  Minus,
  Star,
  Slash,
  SingleQuoted,
];
lexedTypes.splice(lexedTypes.indexOf(Equals), 0, EqualEqual, Arrow);

/** Everything the parser has to know. */
export const vocabulary: readonly TokenType[] = [
  ...new Set([...lexedTypes, BinaryOperatorToken, ...reservedTypes, ...starterTypes, ...clauseTypes]),
];

/** `validate` is for the test that proves the definitions sound; it costs time at every start. */
export function createLexer(validate = false): Lexer {
  return new Lexer(lexedTypes, {
    positionTracking: "onlyOffset",
    ensureOptimizations: true,
    skipValidations: !validate,
  });
}
