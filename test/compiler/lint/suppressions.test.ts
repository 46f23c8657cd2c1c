import { expect, test } from "vitest";
import { readConfiguration } from "../../../compiler/lint/configuration.ts";
import { fixFile, lintFile } from "../../../compiler/lint/index.ts";
import { fc } from "../../support/fast-check.ts";
import { program } from "../format/valid-programs.ts";

const names = (text: string): readonly string[] =>
  lintFile({ file: "a.llnet", text }).diagnostics.map(({ name }) => name);

test("a suppression is about the next line that is no comment", () => {
  const body = (comment: string) => `block b(x) {\n${comment}  let y = x\n  return x\n}\n`;
  expect(names(body(""))).toEqual(["unused-let"]);
  expect(names(body("  // llnet-ignore unused-let: why\n"))).toEqual([]);
  expect(names(body("  // llnet-ignore unused-let: why\n  // and more\n"))).toEqual([]);
  expect(names(body("  // llnet-ignore unused-let: why\n\n"))).toEqual(["unused-suppression", "unused-let"]);
});

test("a suppression of one rule leaves the others", () => {
  const text = "block b(x, relu) {\n  // llnet-ignore unused-let: why\n  let gelu = x\n  return x\n}\n";
  expect(names(text)).toEqual(["unused-parameter", "shadowed-name", "shadowed-name"].sort((a, b) => (a < b ? 1 : -1)));
});

test("a file with syntax errors is not linted, and one that does not compile is, without its models", () => {
  expect(names("block b(x) {\n  let y = \n}\n")).toEqual(["unexpected-token"]);
  expect(names("block b(x) {\n  let y = x\n  return no_such(x)\n}\n")).toEqual(["unknown-name", "unused-let"]);
});

test("a configuration that is wrong says where, and the rest of it holds", () => {
  const { configuration, problems } = readConfiguration(
    '{ "rules": { "unused-let": "off", "unused-lett": "off", "lone-stem": 3 }, "rule": 1 }',
  );
  expect([...configuration.severities]).toEqual([["unused-let", "off"]]);
  expect(problems.map(({ message }) => message)).toEqual([
    "there is nothing to configure at `rule`",
    "there is no rule `unused-lett`",
    "`lone-stem` is neither off nor info, warning or error",
  ]);
  expect(readConfiguration("[").problems).toHaveLength(1);
});

test("whatever a valid file holds, linting and fixing it throws nothing and leaves no safe fix", () => {
  fc.assert(
    fc.property(program, (text) => {
      const { result } = fixFile({ file: "a.llnet", text });
      expect(result.diagnostics.filter(({ fix }) => fix?.safety === "safe")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
