import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expandStudies } from "../../../compiler/ablate/index.ts";
import { check } from "../../../compiler/index.ts";
import { everyTopic } from "../../../compiler/lint/find-page.ts";

const pages = new URL("../../../docs/diagnostics/", import.meta.url);
const codes = readdirSync(pages)
  .filter((name) => /^LL\d{4}\.md$/.test(name))
  .map((name) => name.slice(0, -3));
const topics = new Map(everyTopic().map((topic) => [topic.code, topic]));

/** What several files, the command line, the disk or the run are needed for. */
const notInOneFile = new Set(
  "LL1010 LL2004 LL2005 LL2050 LL2051 LL2052 LL2055 LL9001"
    .split(" ")
    .concat(codes.filter((code) => !topics.has(code))),
);

test("no code and no name is used for two things", () => {
  expect(topics.size).toBe(everyTopic().length);
  expect(new Set(everyTopic().map(({ name }) => name)).size).toBe(topics.size);
});

test.each(codes.filter((code) => !notInOneFile.has(code)))(
  "the page of %s is named like its diagnostic, its bad example raises that alone and its good one nothing",
  (code) => {
    const text = readFileSync(new URL(`${code}.md`, pages), "utf8");
    expect(text).toMatch(new RegExp(`^# ${topics.get(code)?.name}\n`));
    const block = (kind: string): string => new RegExp(`\`\`\`llnet ${kind}\n(.*?)\`\`\``, "s").exec(text)?.[1] ?? "";
    expect(found(block("bad"))).toEqual([code]);
    expect(found(block("good"))).toEqual([]);
  },
);

function found(text: string): readonly string[] {
  const given = { file: "page.llnet", text };
  const { diagnostics } = /^ablate /m.test(text) ? expandStudies(given) : check(given);
  return [...new Set(diagnostics.map(({ code }) => code))];
}
