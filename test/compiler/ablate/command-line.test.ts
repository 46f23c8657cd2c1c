import { expect, test } from "vitest";
import { splitValues } from "../../../compiler/ablate/command-line-axes.ts";
import { expandBlocks, names } from "./expand.ts";

test.each([
  ["train.epochs", "10,20", ["10", "20"]],
  ["train.epochs", " 10 , 20 ", ["10", "20"]],
  ["heads.local", "greedy([4, 5]), wide(hidden = 3)", ["greedy([4, 5])", "wide(hidden = 3)"]],
  ["train.data", '"a,b","c"', ['"a,b"', '"c"']],
  ["split", "into 4,into 8", ["into 4", "into 8"]],
  ["split", '"into 4","into 8"', ["into 4", "into 8"]],
  ["split", "after layer[1], layer[2], into 2", ["after layer[1], layer[2]", "into 2"]],
])("--set %s=%s", (path, text, values) => {
  const split = splitValues(path, text);
  expect(split.map((each) => each.text)).toEqual(values);
  for (const { text: value, start } of split) expect(text.slice(start, start + value.length)).toBe(value);
});

test("a file without blocks has one study of the axes on the command line", () => {
  const expanded = expandBlocks("", { set: { split: "into 2,into 4", "train.epochs": "5" } });
  expect(names(expanded)).toEqual(["into-2", "into-4"]);
  expect(expanded.studies[0]).toMatchObject({ name: "net", seeds: [] });
  expect(expanded.studies[0]?.variants[0]?.overrides).toEqual({ "train.epochs": "5", split: "into 2" });
  expect(expanded.studies[0]?.variants[0]?.summary.epochs).toBe(5);
});

test("values of the command line take the place of a block's own", () => {
  const block = "ablate a of net { vary split: into 1, into 2 repeat seed: 1..3 }";
  const expanded = expandBlocks(block, { set: { split: "into 4", seed: "5..6", "train.batch": "4,8" } });
  expect(names(expanded)).toEqual(["into-4_batch-4", "into-4_batch-8"]);
  expect(expanded.studies[0]?.seeds).toEqual([5, 6]);
});

test("of paths that vary together the one that is set leaves the others varying", () => {
  const block =
    "ablate a of net { vary (train.batch, train.epochs, split): (4, 1, into 1), (8, 1, into 1), (8, 2, into 1) }";
  const { studies, diagnostics } = expandBlocks(block, { set: { "train.batch": "16,32" } });
  expect(diagnostics).toEqual([]);
  expect(studies[0]?.variants.map(({ set }) => set)).toEqual([
    { "train.epochs": "1", split: "into 1", "train.batch": "16" },
    { "train.epochs": "1", split: "into 1", "train.batch": "32" },
    { "train.epochs": "2", split: "into 1", "train.batch": "16" },
    { "train.epochs": "2", split: "into 1", "train.batch": "32" },
  ]);
});

test("a value of the command line that does not fit is shown in the command line", () => {
  expect(expandBlocks("", { set: { "train.epochs": '10,"many"' } }).rendered).toMatchInlineSnapshot(`
    "error[LL6003]: \`epochs\` needs an int, found the string "many"
      ┌─ --set train.epochs:1:4
    1 │ 10,"many"
      │    ^^^^^^
    help: write a whole number, for example \`64\`"
  `);
});
