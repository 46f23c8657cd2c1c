import { expect, test } from "vitest";
import { judge, median } from "../../bench/measurement.ts";
import { renderMarkdown, renderTable } from "../../bench/render-table.ts";

const row = { name: "step", value: 120, unit: "ms", anchor: "tape" };

test.each([
  [0.25, "<= 0.25", "met"],
  [0.26, "<= 0.25", "missed"],
  [1, ">= 1", "met"],
  [0.99, ">= 1", "missed"],
  [1, "== 1", "met"],
  [1.01, "== 1", "missed"],
] as const)("a ratio of %d with target %s is %s", (ratio, target, verdict) => {
  expect(judge({ ...row, ratio, target })).toBe(verdict);
});

test("a row without a target has no verdict, and one without a value was skipped", () => {
  expect(judge({ ...row, ratio: 2 })).toBe("");
  expect(judge({ name: "PyTorch", skipped: "not installed" })).toBe("skipped");
});

test("a target that cannot be read is our mistake", () => {
  expect(() => judge({ ...row, ratio: 1, target: "about 1" })).toThrow("a target reads");
});

test("a ratio that is no number misses its target", () => {
  expect(judge({ ...row, ratio: Number.NaN, target: "<= 1" })).toBe("missed");
});

test("the median of an even number of values is the mean of the middle two", () => {
  expect(median([9, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});

test("the table lines its columns up and says why a row was skipped", () => {
  const rows = [
    { ...row, ratio: 0.2, target: "<= 0.25" },
    { name: "a longer name", skipped: "no engine" },
  ];
  expect(renderTable(rows)).toMatchInlineSnapshot(`
    "what            value  anchor  ratio  target   verdict
    ──────────────────────────────────────────────────────
    step           120 ms  tape    0.200  <= 0.25  met
    a longer name  skipped: no engine"
  `);
  expect(renderMarkdown(rows)).toMatchInlineSnapshot(`
    "| what | value | anchor | ratio | target | verdict |
    |---|---:|---|---:|---|---|
    | step | 120 ms | tape | 0.200 | <= 0.25 | met |
    | a longer name |  |  |  |  | skipped: no engine |"
  `);
});
