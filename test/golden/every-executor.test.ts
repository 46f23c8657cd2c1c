/** The golden networks and micro-tests are computed on every executor: none is left to one of them. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const here = new URL(".", import.meta.url);
const own = import.meta.url.slice(here.href.length);
const tests = readdirSync(here)
  .filter((name) => name.endsWith(".test.ts") && name !== own)
  .flatMap((name) => readFileSync(new URL(name, here), "utf8").split(/^test/m).slice(1));

test.each(["T0", "T1 E", "T1 R1", "T2", "T3", "T4", "T5", "A:", "C:", "D:", "F:", "I:"])(
  "golden test %s is there, on all executors",
  (name) => {
    const headings = tests.map((text) => text.slice(0, text.indexOf("\n")));
    const found = headings.filter(
      (heading) => heading.includes(` ${name} `) || heading.includes(`"${name} `) || heading.includes(`, ${name} (`),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((heading) => !heading.startsWith(".for(executors)("))).toEqual([]);
  },
);

test("no golden test names an executor to train on", () => {
  expect(tests.filter((text) => /with\w*\([^()]*"(eager|graph|portable|webgpu)"/.test(text))).toEqual([]);
});
