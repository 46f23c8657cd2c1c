import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { everyTopic } from "../../../compiler/lint/find-page.ts";
import { lintFile } from "../../../compiler/lint/lint-file.ts";

const pages = new URL("../../../docs/diagnostics/", import.meta.url);
const codes = readdirSync(pages)
  .filter((name) => /^LL\d{4}\.md$/.test(name))
  .map((name) => name.slice(0, -3));
const topics = new Map(everyTopic().map((topic) => [topic.code, topic]));

test("no code and no name is used for two things", () => {
  expect(topics.size).toBe(everyTopic().length);
  expect(new Set(everyTopic().map(({ name }) => name)).size).toBe(topics.size);
});

test.each(codes)(
  "the page of %s is named like its diagnostic, its bad example raises that alone and its good one nothing",
  (code) => {
    const text = readFileSync(new URL(`${code}.md`, pages), "utf8");
    expect(text).toMatch(new RegExp(`^# ${topics.get(code)?.name}\n`));
    const block = (kind: string): string => new RegExp(`\`\`\`llnet ${kind}\n(.*?)\`\`\``, "s").exec(text)?.[1] ?? "";
    expect(errors(block("bad"))).toEqual([code]);
    expect(errors(block("good"))).toEqual([]);
  },
);

function errors(text: string): readonly string[] {
  const { diagnostics } = lintFile({ file: "page.llnet", text });
  return [...new Set(diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code))];
}
