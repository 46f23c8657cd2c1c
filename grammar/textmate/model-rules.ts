import { anyOf, name, scope, type TextMateRule, topLevel } from "./rule.ts";
import type { KnownNames } from "./textmate-grammar.ts";

/** Models, recipes and ablations: items and fields in braces of their own. */
export function modelRules(known: KnownNames): Readonly<Record<string, TextMateRule>> {
  return {
    model: {
      begin: `\\b(model)\\s+(${name})`,
      beginCaptures: { 1: { name: scope("storage.type.model") }, 2: { name: scope("entity.name.type.model") } },
      end: `(?<=\\})|${topLevel}`,
      patterns: [{ include: "#comment" }, braces(["comment", "item", "expression"]), { include: "#unknown" }],
    },
    item: {
      patterns: [
        {
          begin: "\\b(split)\\b",
          beginCaptures: { 1: { name: scope("keyword.other.split") } },
          end: `(?=\\}|${items}(?:\\s+[^\\s.,+]|\\s*[{:]|\\s*$))|${topLevel}`,
          patterns: [
            { include: "#comment" },
            { include: "#clause" },
            {
              match: `\\b(with)\\s+(${name})`,
              captures: { 1: { name: scope("keyword.other.with") }, 2: { name: scope("entity.name.unit") } },
            },
            {
              match: `([,+])\\s*(${name})`,
              captures: { 1: { name: scope("punctuation.separator") }, 2: { name: scope("entity.name.unit") } },
            },
            {
              match: `(\\.)(${name})`,
              captures: { 1: { name: scope("punctuation.accessor") }, 2: { name: scope("entity.name.unit") } },
            },
            { match: "\\bafter\\b(?=\\s*$)", name: scope("keyword.other.after") },
            { include: "#expression" },
          ],
        },
        {
          begin: "\\b(heads|context)(?=\\s*(?:\\{|$))",
          beginCaptures: { 1: { name: scope("keyword.other.$1") } },
          end: `(?<=\\})|(?=\\})|${topLevel}`,
          patterns: [{ include: "#comment" }, { include: "#fields" }],
        },
        {
          begin: `\\b(train)\\b(?:\\s+(${name}))?`,
          beginCaptures: { 1: { name: scope("keyword.other.train") }, 2: { name: scope("entity.name.type.recipe") } },
          end: "(?<=\\})|(?=[^\\s{])",
          patterns: [{ include: "#fields" }],
        },
        { match: "(?<!\\.)\\b(input|classes|backbone|readout)\\b", name: scope("keyword.other.$1") },
      ],
    },
    recipe: {
      begin: `\\b(recipe)\\s+(${name})`,
      beginCaptures: { 1: { name: scope("storage.type.recipe") }, 2: { name: scope("entity.name.type.recipe") } },
      end: `(?<=\\})|${topLevel}`,
      patterns: [{ include: "#comment" }, { include: "#fields" }, { include: "#unknown" }],
    },
    // `batch: 128` and `last - 1: off`
    fields: braces(["comment", "selector", "word-field", "field", "off", "expression"]),
    selector: {
      match: "\\b(?:local|last|each)\\b(?=\\s*(?::|-|\\.\\.))",
      name: scope("variable.language.selector"),
    },
    "word-field": {
      match: `(${anyOf(known.wordFields)})\\s*(:)\\s*((?!at\\s)${name})\\b(?!\\()`,
      captures: {
        1: { name: scope("variable.other.field") },
        2: { name: scope("punctuation.separator.colon") },
        3: { name: scope("constant.language") },
      },
    },
    off: { match: "\\boff\\b(?!\\s*\\()", name: scope("constant.language.off") },
    field: {
      match: `\\b(${name})\\s*(:)`,
      captures: { 1: { name: scope("variable.other.field") }, 2: { name: scope("punctuation.separator.colon") } },
    },
    ablate: {
      begin: `\\b(ablate)\\s+(${name})\\s+(of)\\s+(${name})`,
      beginCaptures: {
        1: { name: scope("storage.type.ablate") },
        2: { name: scope("entity.name.type.ablate") },
        3: { name: scope("keyword.other.of") },
        4: { name: scope("entity.name.type.model") },
      },
      end: `(?<=\\})|${topLevel}`,
      patterns: [
        { include: "#comment" },
        braces(["comment", "change", "clause", "off", "expression"]),
        { include: "#unknown" },
      ],
    },
    change: {
      patterns: [
        path("\\b(vary|repeat)\\b(?=\\s+[A-Za-z_(])", ":", { 1: { name: scope("keyword.other.$1") } }),
        path("\\b(compare)\\s+(to)\\b(?=\\s+[A-Za-z_])", "=", {
          1: { name: scope("keyword.other.compare") },
          2: { name: scope("keyword.other.to") },
        }),
        {
          match: "\\b(skip)\\s+(when)\\b",
          captures: { 1: { name: scope("keyword.other.skip") }, 2: { name: scope("keyword.other.when") } },
        },
      ],
    },
  };
}

const items = "(?<!\\.)\\b(?:input|classes|backbone|split|heads|context|train|readout)\\b";

function braces(inside: readonly string[]): TextMateRule {
  return {
    begin: "\\{",
    beginCaptures: { 0: { name: scope("punctuation.section.braces") } },
    end: `\\}|${topLevel}`,
    endCaptures: { 0: { name: scope("punctuation.section.braces") } },
    patterns: inside.map((each) => ({ include: `#${each}` })),
  };
}

/** What an ablation changes: `heads.local.reconstruct`. */
function path(begin: string, end: string, beginCaptures: TextMateRule["beginCaptures"] & object): TextMateRule {
  return {
    begin,
    beginCaptures,
    end: `(?=${end}|\\})|${topLevel}`,
    patterns: [
      { include: "#comment" },
      { match: name, name: scope("variable.other.path") },
      { match: "\\.", name: scope("punctuation.accessor") },
      { match: "[()]", name: scope("punctuation.section.parentheses") },
      { include: "#punctuation" },
      { include: "#unknown" },
    ],
  };
}
