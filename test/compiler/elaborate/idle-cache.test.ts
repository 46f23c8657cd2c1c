import { expect, test } from "vitest";
import { compile } from "../../../compiler/index.ts";

const model = (train: string, before = "") => `
  import { mlp } from "std/backbones"
  ${before}
  model net { input [64]  classes 10  backbone mlp(widths = [8, 8])  ${train} }`;

function findings(train: string, { before, set = {} }: { before?: string; set?: Record<string, string> } = {}) {
  const text = model(train, before);
  const { diagnostics, program } = compile({ file: "net.llnet", set, text });
  expect(program).toBeDefined();
  return diagnostics.map(({ code, severity, message, primary: { place }, help }) => ({
    ...{ code, severity, message, help },
    at: text.slice(place.start, place.end),
  }));
}

test.each([
  ["", "simultaneous"],
  ["order: simultaneous", "simultaneous"],
  ["order: parallel", "parallel"],
])("a cache that nothing is kept in is a warning at its limit: %s", (order, named) => {
  expect(findings(`train { ${order}  cache: at most 5 MB }`)).toEqual([
    {
      code: "LL6015",
      severity: "warning",
      message: `\`cache\` keeps nothing: in \`order: ${named}\` no module is finished before another`,
      help: "write `order: sequential` to train one module after the other, or remove `cache`",
      at: "at most 5 MB",
    },
  ]);
});

test("a sequential training has use for a cache, and no cache needs no order", () => {
  expect(findings("train { order: sequential  cache: at most 5 MB }")).toEqual([]);
  expect(findings("train { cache: none }")).toEqual([]);
});

test("order and cache may stand in different places", () => {
  const before = "recipe slow { cache: at most 5 MB }";
  expect(findings("train slow { order: sequential }", { before })).toEqual([]);
  expect(findings("train slow { order: parallel }", { before })).toHaveLength(1);
  expect(findings("train slow", { before, set: { "train.order": "sequential" } })).toEqual([]);
});
