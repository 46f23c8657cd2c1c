import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fixFile } from "../../../compiler/lint/apply-fixes.ts";
import { lintFile } from "../../../compiler/lint/lint-file.ts";
import { rules } from "../../../compiler/lint/registry.ts";
import { sections } from "./page-sections.ts";

const pages = new URL("../../../docs/rules/", import.meta.url);
const pageOf = (name: string): string => readFileSync(new URL(`${name}.md`, pages), "utf8");
const blockOf = (name: string, kind: "bad" | "good" | "fixed"): string | undefined =>
  new RegExp(`\`\`\`llnet ${kind}\n(.*?)\`\`\``, "s").exec(pageOf(name))?.[1];
const lint = (text: string) => lintFile({ file: "page.llnet", text });

test("rules are sorted, and their names and codes are their own", () => {
  const names = rules.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(new Set(names).size).toBe(rules.length);
  expect(new Set(rules.map(({ code }) => code)).size).toBe(rules.length);
});

test("every page belongs to a rule, and every file of rules is registered", () => {
  const named = rules.map(({ name }) => `${name}.md`);
  expect(
    readdirSync(pages)
      .filter((name) => name !== "README.md")
      .sort(),
  ).toEqual(named);
  const files = readdirSync(new URL("../../../compiler/lint/rules/", import.meta.url));
  expect(files.filter((name) => name !== "suppression-rules.ts").sort()).toEqual(rules.map(({ name }) => `${name}.ts`));
});

test.each(rules)("$name is named after a flaw, says what it finds, and has a page with all sections", (rule) => {
  expect(rule.name).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
  expect(rule.name).not.toMatch(/^(?:no|use|prefer|require|disallow)-/);
  expect(rule.code).toMatch(/^LL[2-7][5-6]\d\d$/);
  expect(rule.summary).toMatch(/^[A-Z`].*\.$/);
  expect(pageOf(rule.name)).toMatch(new RegExp(`^# ${rule.name}\n`));
  expect([...pageOf(rule.name).matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(sections);
});

test.each(rules)("$name reports the bad example of its page and not the good one", ({ name, severity }) => {
  const bad = lint(blockOf(name, "bad") ?? "");
  expect(bad.diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  expect(bad.diagnostics.filter((diagnostic) => diagnostic.name === name)).not.toEqual([]);
  expect(bad.diagnostics.find((diagnostic) => diagnostic.name === name)?.severity).toBe(severity);
  const good = lint(blockOf(name, "good") ?? "");
  expect(good.diagnostics.filter((diagnostic) => diagnostic.severity === "error")).toEqual([]);
  expect(good.diagnostics.filter((diagnostic) => diagnostic.name === name)).toEqual([]);
});

test.each(rules)("what $name says follows the style of diagnostics", ({ name }) => {
  for (const { name: found, message, help } of lint(blockOf(name, "bad") ?? "").diagnostics) {
    if (found !== name) continue;
    expect(message).toMatch(/^[^A-Z]|^Adam/);
    expect(message).not.toMatch(/\.$|undefined|NaN/);
    expect(help ?? "x").not.toMatch(/\.$|undefined|NaN/);
  }
});

test.each(rules.filter(({ fixable }) => fixable !== "no"))(
  "the fix of $name makes of the bad example what its page shows",
  ({ name, fixable }) => {
    const text = blockOf(name, "bad") ?? "";
    const { diagnostics } = lint(text);
    const fixes = diagnostics.filter((diagnostic) => diagnostic.name === name).map(({ fix }) => fix);
    expect(fixes.every((fix) => fix?.safety === fixable)).toBe(true);
    const others = new Map(
      rules.filter((rule) => rule.name !== name && rule.fixable !== "no").map((rule) => [rule.name, "off" as const]),
    );
    const alone = fixFile({ file: "page.llnet", text, configuration: { severities: others } }, fixable === "unsafe");
    expect(alone.applied).toBeGreaterThan(0);
    const expected = blockOf(name, "fixed");
    if (expected !== undefined) expect(alone.text).toBe(expected);
    expect(alone.result.diagnostics.filter((diagnostic) => diagnostic.name === name)).toEqual([]);
  },
);

test("fixes that are not safe wait to be asked for", () => {
  for (const { name, fixable } of rules) {
    const text = blockOf(name, "bad") ?? "";
    const fixed = fixFile({ file: "page.llnet", text });
    const left = fixed.result.diagnostics.filter(({ fix }) => fix?.safety === "safe");
    expect(left, name).toEqual([]);
    if (fixable === "unsafe") expect(fixed.result.diagnostics.map((diagnostic) => diagnostic.name)).toContain(name);
  }
});

test("unused-let: another head's losses are use enough", () => {
  const found = lint(`
    import { greedy } from "std/heads"
    head own(module) { loss classes = cross_entropy(module.output |> pool_all |> dense(classes), label) }
    head both(module) {
      let first = greedy(module)
      let second = own(module)
      let third = module.output |> dense(4)
      return greedy(module, [8])
    }`);
  expect(found.diagnostics.filter(({ name }) => name === "unused-let").map(({ message }) => message)).toEqual([
    "`third` is never used",
  ]);
});
