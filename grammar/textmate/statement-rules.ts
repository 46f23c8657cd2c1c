import { name, scope, type TextMateRule, topLevel } from "./rule.ts";
import type { KnownNames } from "./textmate-grammar.ts";

/** A value follows on the line: nothing else makes `weight` a keyword and not a name. */
const valueFollows = '(?=\\s+(?!(?:and|or|else|in|for)\\b)[\\w("\\[]|\\s+-\\S)';

/** Statements of blocks, heads and backbones, and the parameters before them. */
export function statementRules(known: KnownNames): Readonly<Record<string, TextMateRule>> {
  return {
    statement: {
      patterns: [
        {
          match: `\\b(let)\\s+(${name})`,
          captures: { 1: { name: scope("storage.type.let") }, 2: { name: scope("variable.other.definition") } },
        },
        {
          begin: `\\b(fn)\\s+(${name})`,
          beginCaptures: { 1: { name: scope("storage.type.fn") }, 2: { name: scope("entity.name.function.fn") } },
          end: "(?<=\\))|(?=[^\\s(])",
          patterns: [{ include: "#parameters" }],
        },
        {
          match: `\\b(tap|shared|loss)\\s+(${name})(?=\\s*(?:=|$))`,
          captures: { 1: { name: scope("storage.type.$1") }, 2: { name: scope("entity.name.$1") } },
        },
        {
          match: "\\b(reach)\\s+([\\w.]+|\\([^()]*\\))\\s+(units)\\b",
          captures: {
            1: { name: scope("keyword.other.reach") },
            2: { patterns: [{ include: "#expression" }] },
            3: { name: scope("keyword.other.units") },
          },
        },
        { match: "(?<=[)\\]])\\s+(units)\\b", captures: { 1: { name: scope("keyword.other.units") } } },
        { match: `(?<!\\.|weight |reach )\\b(weight|reach)\\b${valueFollows}`, name: scope("keyword.other.$1") },
        addressed,
      ],
    },
    address: {
      patterns: [
        { match: name, name: scope("entity.name.unit") },
        { match: "\\.", name: scope("punctuation.accessor") },
        { include: "#brackets" },
      ],
    },
    parameters: {
      begin: "\\(",
      beginCaptures: { 0: { name: scope("punctuation.section.parameters") } },
      end: `\\)|${topLevel}`,
      endCaptures: { 0: { name: scope("punctuation.section.parameters") } },
      patterns: [
        { include: "#comment" },
        {
          match: `\\b(${name})\\s*(:)\\s*(?:(${known.types.join("|")})\\b)?`,
          captures: {
            1: { name: scope("variable.parameter") },
            2: { name: scope("punctuation.separator.colon") },
            3: { name: scope("support.type") },
          },
        },
        {
          match: `(?<=[(,]|^)\\s*(${name})(?=\\s*(?:,|\\)|=|$))`,
          captures: { 1: { name: scope("variable.parameter") } },
        },
        { include: "#expression" },
      ],
    },
    braces: {
      begin: "\\{",
      beginCaptures: { 0: { name: scope("punctuation.section.braces") } },
      end: `\\}|${topLevel}`,
      endCaptures: { 0: { name: scope("punctuation.section.braces") } },
      patterns: [{ include: "#comment" }, { include: "#statement" }, { include: "#expression" }],
    },
    // `into 4 by memory`, `after stem, stage[1]`: in splits, and as a value that an ablation varies.
    clause: {
      patterns: [
        { match: "\\binto\\b(?=\\s+[\\w(\\[-])", name: scope("keyword.other.into") },
        {
          match: `\\b(by)\\s+(${name})`,
          captures: { 1: { name: scope("keyword.other.by") }, 2: { name: scope("support.constant.measure") } },
        },
        {
          match: `\\b(after)\\s+(${name})`,
          captures: { 1: { name: scope("keyword.other.after") }, 2: { name: scope("entity.name.unit") } },
        },
      ],
    },
  };
}

/** `unit block[b]: …`, `unit up[1](x) { … }`, `group stage[s] { … }` */
const addressed: TextMateRule = {
  begin: `\\b(unit|group)\\s+(?=${name})`,
  beginCaptures: { 1: { name: scope("storage.type.$1") } },
  end: `(?=[:({}])|(?<=[\\w\\]])\\s|${topLevel}`,
  patterns: [{ include: "#address" }],
};
