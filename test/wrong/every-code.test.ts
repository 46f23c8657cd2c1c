/** Every code that can be reported has a page and an example that raises it, and is known to `llnet explain`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnosticTopics, everyTopic } from "../../compiler/lint/index.ts";
import { runtimeErrorNames } from "../../runtime/error-names.ts";
import { commandErrorNames } from "../../tools/cli/error-names.ts";
import { runCli } from "../cli/support/run-cli.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const others = diagnosticTopics({ ...runtimeErrorNames, ...commandErrorNames });
const topics = [...everyTopic(), ...others];

test("no code and no name stands for two things", () => {
  expect(topics.map(({ code }) => code).filter((code, index, all) => all.indexOf(code) !== index)).toEqual([]);
  expect(topics.map(({ name }) => name).filter((name, index, all) => all.indexOf(name) !== index)).toEqual([]);
});

test("every code that a source names is in a catalogue", () => {
  const known = new Set(topics.map(({ code }) => code));
  const named = ["compiler", "grammar", "runtime", "tools"].flatMap((room) =>
    filesIn(room, ".ts").flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/"(LL\d{4})"/g)].map(([, code]) => `${code} in ${file}`),
    ),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((place) => !known.has(place.slice(0, 6)))).toEqual([]);
});

test("every page belongs to a code", () => {
  const pages = readdirSync(join(root, "docs/diagnostics")).filter((name) => name.endsWith(".md"));
  const codes = new Set(topics.map(({ code }) => `${code}.md`));
  expect(pages.filter((page) => !codes.has(page))).toEqual([]);
});

test("every code has a page with its name, what it means, why it matters, an example and what to do instead", () => {
  for (const { code, name, path } of topics) {
    expect(existsSync(join(root, path)), `${code} (${name}) has a page`).toBe(true);
    if (!path.startsWith("docs/diagnostics/")) continue;
    const text = readFileSync(join(root, path), "utf8");
    expect(text).toMatch(new RegExp(`^# ${name}\n`));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
      "What it means",
      "Why it matters",
      "Example",
      "Instead",
    ]);
  }
});

/** What no test can bring about, each with the reason. */
const notProvoked: Readonly<Record<string, string>> = {
  LL9013: "the 4 GB of WebAssembly would have to be full",
};

test("every code and every rule is raised by a golden, by the bad example of its page, or by a test that names it", () => {
  const goldens = [...filesIn("test/wrong", "expected.txt"), ...filesIn("test", ".txt")].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/^(?:error|warning|info)\[(LL\d{4})\]/gm)].map(
      ([, code]) => code,
    ),
  );
  const tests = filesIn("test", ".test.ts").filter((file) => !file.endsWith("every-code.test.ts"));
  const named = tests.flatMap((file) => [
    ...[...readFileSync(join(root, file), "utf8").matchAll(/\bLL\d{4}\b/g)].map(([code]) => code),
    ...[...readFileSync(join(root, file), "utf8").matchAll(/name: "([a-z-]+)"/g)].map(([, name]) => name),
  ]);
  const raised = new Set([...goldens, ...named]);
  const isRaised = ({ code, name, path }: (typeof topics)[number]): boolean =>
    code in notProvoked ||
    raised.has(code) ||
    raised.has(name) ||
    // These blocks are run by the tests of pages and rules.
    readFileSync(join(root, path), "utf8").includes("```llnet bad");
  expect(topics.filter((topic) => !isRaised(topic)).map(({ code, name }) => `${code} ${name}`)).toEqual([]);
});

test.each(["LL1010", "LL2004", "LL6201", "LL8003", "LL9010", "LL9020", "disk-full"])(
  "explain knows %s",
  async (wanted) => {
    const { code, out } = await runCli(["explain", wanted]);
    expect(code).toBe(0);
    expect(out).toMatch(/^LL\d{4}\n# [a-z-]+\n\n## What it means\n/);
  },
);

function filesIn(folder: string, end: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesIn(path, end);
    return entry.name.endsWith(end) ? [path] : [];
  });
}
