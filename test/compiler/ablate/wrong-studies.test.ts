import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check } from "../../../compiler/index.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { expandBlocks, expandText, model } from "./expand.ts";

/** Every code of ablations, each with a block that raises it and nothing else. */
const wrong: Record<string, string> = {
  LL2051: "ablate a of nett { vary split: into 1, into 2 }",
  LL2055: "ablate a of net { vary train.epoch: 1, 2 }",
  LL6003: 'ablate a of net { vary train.epochs: 1, "two" }',
  LL4005: "ablate a of net { vary split: into 2, into 400 }",
  LL2001: "ablate a of net { vary heads.local: greedy, gready }",
  LL7001: "ablate a of net { vary train.batch: 4, 8 vary train.batch: 2, 3 }",
  LL7002: "ablate a of net { vary (train.batch, train.epochs): (4, 1), (8, 2, 3) }",
  LL7003: "ablate a of net { vary heads.local: greedy, wide, greedy() }",
  LL7004: 'ablate a of net { vary train.data: "my data", "my-data" }',
  LL7005: "ablate a of net { vary train.batch: 4, 8 skip when train.epochs > 3 }",
  LL7006: "ablate a of net { vary split: into 1, into 2 compare to split = into 3 }",
  LL7007: "ablate a of net { vary train.batch: 4, 8 skip when train.batch > 2 }",
  LL7008: "ablate a of net { repeat train.batch: 1..3 }",
  LL7009: "ablate a of net { vary split: into 1, into 2 repeat seed: [1, 2, 1] }",
  LL7010: "ablate a of net { vary split: into 1, into 2 repeat seed: [1, 0.5] }",
  LL7011: "ablate a of net { vary train.batch: 4, 8 skip when train.batch + 1 }",
  LL7012: "ablate a of net { vary heads.local: greedy, wide skip when heads.local > 3 }",
  LL7013: "ablate a of net { vary train.batch: 1..200 vary train.epochs: 1..200 }",
};

test.each(Object.entries(wrong))("%s", (code, block) => {
  const { diagnostics, rendered } = expandBlocks(block);
  expect(diagnostics.map((each) => each.code)).toEqual([code]);
  expect(rendered).toMatchSnapshot();
});

test("what is wrong with a combination of values alone is said once, and only those variants are left out", () => {
  const { studies, diagnostics, rendered } = expandBlocks(
    "ablate a of net { vary backbone.widths: [8, 8], [8, 8, 8, 8] vary split: into 2, into 4 vary train.batch: 4, 8 }",
  );
  expect(diagnostics).toHaveLength(1);
  expect(rendered).toMatchSnapshot();
  expect(studies[0]?.variants).toHaveLength(6);
  expect(studies[0]?.excluded.map(({ name, kind }) => [name, kind])).toEqual([
    ["widths-8-8_into-4_batch-4", "invalid"],
    ["widths-8-8_into-4_batch-8", "invalid"],
  ]);
});

test("a value over several lines that does not fit is shown whole", () => {
  const { diagnostics } = expandBlocks("ablate a of net { vary heads.local: greedy([4,\n 5], wrong = 3) }");
  expect(diagnostics[0]?.primary.place.file).toBe("study.llnet");
});

test("a file with a syntax error has no studies, and only that error", () => {
  const { studies, diagnostics } = expandText(`${model}ablate a of net { vary split into 1 }`);
  expect(studies).toEqual([]);
  expect(diagnostics[0]?.code).toMatch(/^LL1/);
});

test("checking finds the same without compiling every variant", () => {
  for (const [code, block] of Object.entries(wrong)) {
    const host = createMemoryHost({ "study.llnet": `${model}${block}\n` }, createFileHost());
    const { diagnostics } = check({ file: "study.llnet", host });
    expect(diagnostics.map((each) => each.code)).toEqual([code]);
  }
});

test("every code of ablations has a page whose example raises it", () => {
  for (const code of Object.keys(wrong).filter((each) => each.startsWith("LL70"))) {
    const page = readFileSync(`docs/diagnostics/${code}.md`, "utf8");
    const [bad, good] = ["bad", "good"].map((kind) => page.split(`\`\`\`llnet ${kind}\n`)[1]?.split("```")[0] ?? "");
    expect(expandText(bad ?? "").diagnostics.map((each) => each.code)).toEqual([code]);
    expect(expandText(good ?? "").diagnostics).toEqual([]);
  }
});

test("checking finds a head that does not fit, also where the first split builds none", () => {
  const block = "ablate a of net { vary split: into 1, into 2, into 4 vary heads.local: greedy, wide(width = 3) }";
  const host = createMemoryHost({ "study.llnet": `${model}${block}\n` }, createFileHost());
  const { diagnostics } = check({ file: "study.llnet", host });
  expect(diagnostics.map(({ code }) => code)).toEqual(["LL2013"]);
});
