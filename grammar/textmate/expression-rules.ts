import { anyOf, name, scope, type TextMateRule, topLevel } from "./rule.ts";
import type { KnownNames } from "./textmate-grammar.ts";

/** Everything that can stand in an expression. */
export function expressionRules(known: KnownNames): Readonly<Record<string, TextMateRule>> {
  return {
    expression: {
      patterns: [
        "comment",
        "string",
        "limit",
        "number",
        "reserved",
        "member",
        "operator",
        "known-name",
        "call",
        "variable",
        "lambda",
        "parentheses",
        "brackets",
        "braces",
        "punctuation",
        "unknown",
      ].map((each) => ({ include: `#${each}` })),
    },
    string: {
      begin: '"',
      beginCaptures: { 0: { name: scope("punctuation.definition.string.begin") } },
      end: '"|$',
      endCaptures: { 0: { name: scope("punctuation.definition.string.end") } },
      name: scope("string.quoted.double"),
      patterns: [
        { match: '\\\\[nt"\\\\]', name: scope("constant.character.escape") },
        { match: "\\\\.", name: scope("invalid.illegal.escape") },
      ],
    },
    // `at most 64 MB`
    limit: {
      match: `\\b(at)\\s+(most)\\s+(\\d+(?:\\.\\d+)?)\\s*(${name})`,
      captures: {
        1: { name: scope("keyword.other.limit") },
        2: { name: scope("keyword.other.limit") },
        3: { name: scope("constant.numeric") },
        4: { name: scope("keyword.other.unit") },
      },
    },
    number: {
      patterns: [
        { match: "\\b\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?(?![A-Za-z0-9_])", name: scope("constant.numeric") },
        { match: "\\b\\d[A-Za-z0-9_]*", name: scope("invalid.illegal.number") },
      ],
    },
    reserved: {
      patterns: [
        {
          match: `\\b(for)\\s+(${name})\\s+(in)\\b`,
          captures: {
            1: { name: scope("keyword.control.for") },
            2: { name: scope("variable.other.loop") },
            3: { name: scope("keyword.control.in") },
          },
        },
        { match: anyOf(["for", "in", "if", "else", "match", "return"]), name: scope("keyword.control") },
        { match: anyOf(["and", "or", "not"]), name: scope("keyword.operator.logical") },
        { match: anyOf(["true", "false"]), name: scope("constant.language.boolean") },
        { match: "\\b_\\b", name: scope("variable.language.placeholder") },
      ],
    },
    member: {
      match: `(?<!\\.)(\\.)(${name})`,
      captures: { 1: { name: scope("punctuation.accessor") }, 2: { name: scope("variable.other.property") } },
    },
    operator: {
      patterns: [
        { match: "\\|>", name: scope("keyword.operator.pipe") },
        { match: "=>", name: scope("keyword.operator.arrow") },
        { match: "==|!=|<=|>=|<|>", name: scope("keyword.operator.comparison") },
        { match: "\\.\\.", name: scope("keyword.operator.range") },
        { match: "[-+*/]", name: scope("keyword.operator.arithmetic") },
        { match: "=", name: scope("keyword.operator.assignment") },
      ],
    },
    "known-name": {
      patterns: [
        { match: anyOf(known.operations), name: scope("support.function.operation") },
        { match: anyOf(known.functions), name: scope("support.function.builtin") },
        { match: `${anyOf(["module", ...known.headWords])}(?!\\s*\\()`, name: scope("variable.language") },
      ],
    },
    call: { match: `\\b${name}(?=\\()`, name: scope("entity.name.function.call") },
    variable: { match: `\\b${name}`, name: scope("variable.other") },
    lambda: {
      begin: "\\((?=[\\w\\s,]*\\)\\s*=>)",
      beginCaptures: { 0: { name: scope("punctuation.section.parentheses") } },
      end: `\\)|${topLevel}`,
      endCaptures: { 0: { name: scope("punctuation.section.parentheses") } },
      patterns: [
        { include: "#comment" },
        { match: name, name: scope("variable.parameter") },
        { include: "#punctuation" },
        { include: "#unknown" },
      ],
    },
    parentheses: {
      begin: "\\(",
      beginCaptures: { 0: { name: scope("punctuation.section.parentheses") } },
      end: `\\)|${topLevel}`,
      endCaptures: { 0: { name: scope("punctuation.section.parentheses") } },
      patterns: [
        {
          match: `\\b(${name})\\s*(=)(?![=>])`,
          captures: {
            1: { name: scope("variable.parameter.named") },
            2: { name: scope("keyword.operator.assignment") },
          },
        },
        { include: "#clause" },
        { include: "#expression" },
      ],
    },
    brackets: {
      begin: "\\[",
      beginCaptures: { 0: { name: scope("punctuation.section.brackets") } },
      end: `\\]|${topLevel}`,
      endCaptures: { 0: { name: scope("punctuation.section.brackets") } },
      patterns: [{ include: "#expression" }],
    },
    punctuation: {
      patterns: [
        { match: ",", name: scope("punctuation.separator.comma") },
        { match: ":", name: scope("punctuation.separator.colon") },
      ],
    },
    // What no rule knows; the compiler reports it too.
    unknown: { match: '[^\\s\\w(){}\\[\\],:.="]+', name: scope("invalid.illegal.character") },
  };
}
