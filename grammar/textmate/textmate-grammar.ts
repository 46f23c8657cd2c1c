/**
 * The TextMate grammar: what an editor colours before any server runs. `scripts/generate-textmate-grammar.mjs` writes it,
 * with the names of the language's operations in it, to `llnet.tmLanguage.json`.
 *
 * Keywords of llnet are ordinary names elsewhere, so regions follow the braces: `classes` begins an item in a model and is a
 * number in a head. A declaration in the first column ends every region, as it does for the parser; a forgotten brace
 * discolours one declaration and not the file.
 */
import { expressionRules } from "./expression-rules.ts";
import { modelRules } from "./model-rules.ts";
import { name, scope, type TextMateRule, topLevel } from "./rule.ts";
import { statementRules } from "./statement-rules.ts";

/** Names that the compiler gives a meaning. */
export interface KnownNames {
  readonly operations: readonly string[];
  readonly functions: readonly string[];
  readonly types: readonly string[];
  /** What heads and contexts may name: `label`, `pixels`, … */
  readonly headWords: readonly string[];
  /** Fields whose values are words and not names: `order: simultaneous`. */
  readonly wordFields: readonly string[];
}

export interface TextMateGrammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly TextMateRule[];
  readonly repository: Readonly<Record<string, TextMateRule>>;
}

export function createTextMateGrammar(known: KnownNames): TextMateGrammar {
  return {
    name: "llnet",
    scopeName: "source.llnet",
    fileTypes: ["llnet"],
    patterns: [
      { include: "#comment" },
      { include: "#import" },
      { include: "#model" },
      { include: "#ablate" },
      { include: "#recipe" },
      { include: "#definition" },
      { include: "#statement" },
      { include: "#expression" },
    ],
    repository: {
      comment: {
        patterns: [
          { match: "///(?!/).*$", name: scope("comment.line.documentation") },
          { match: "//.*$", name: scope("comment.line.double-slash") },
        ],
      },
      import: importRule,
      definition: definitionRule,
      ...statementRules(known),
      ...modelRules(known),
      ...expressionRules(known),
    },
  };
}

const importRule: TextMateRule = {
  begin: "\\b(import)\\b",
  beginCaptures: { 1: { name: scope("keyword.control.import") } },
  end: `(?<=")|${topLevel}`,
  patterns: [
    { include: "#comment" },
    { include: "#string" },
    { match: '\\b(from)\\b(?=\\s*(?:"|$))', name: scope("keyword.control.from") },
    { match: name, name: scope("variable.other.import") },
    { match: "[{}]", name: scope("punctuation.section.braces") },
    { match: ",", name: scope("punctuation.separator.comma") },
    { include: "#unknown" },
  ],
};

/** `block`, `head` and `backbone` with parameters and a body. */
const definitionRule: TextMateRule = {
  begin: `\\b(block|head|backbone)\\s+(${name})`,
  beginCaptures: { 1: { name: scope("storage.type.$1") }, 2: { name: scope("entity.name.function.$1") } },
  end: `(?<=\\})|${topLevel}`,
  patterns: [{ include: "#comment" }, { include: "#parameters" }, { include: "#braces" }, { include: "#unknown" }],
};
