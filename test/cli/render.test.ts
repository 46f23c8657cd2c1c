import { expect, test } from "vitest";
import { renderIsolation } from "../../tools/cli/commands/isolation.ts";
import { renderSummary } from "../../tools/cli/commands/summary.ts";
import type { CommandIo } from "../../tools/cli/io.ts";
import { createProgress } from "../../tools/cli/progress.ts";
import { bytes, count, duration, magnitude, textTable } from "../../tools/cli/text-table.ts";

test("a summary shows every module with its head, the totals and the peak", () => {
  const context = { parameters: 0, macs: 0 };
  const text = renderSummary({
    model: "net",
    backbone: "resnet_cifar(depth = 32)",
    batch: 128,
    modules: [
      {
        index: 1,
        units: ["stem", "stage[1].block[1]", "stage[1].block[2]"],
        parameters: 9_784,
        macs: 9_879_552,
        heads: [{ name: "infopro", title: "infopro()", parameters: 1_234, macs: 500 }],
        context,
        savedBytesPerSample: 1_500_000,
      },
      {
        index: 2,
        units: ["stage[2].block[1]"],
        parameters: 20_000,
        macs: 3_000_000,
        readout: { name: "classifier", title: "classifier", parameters: 650, macs: 640 },
        heads: [],
        context,
        savedBytesPerSample: 20_000,
      },
    ],
    parameters: {
      backbone: 29_784,
      heads: 1_234,
      context: 0,
      shared: 0,
      averages: 0,
      inference: 29_784,
      training: 31_018,
    },
    macs: { backbone: 12_879_552, heads: 500, context: 0 },
    peakBytes: 115_300_000,
  });
  expect(text).toMatchInlineSnapshot(`
    "net

    module  units                         parameters  multiply-adds  head                  parameters  multiply-adds  saved per sample
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
         1  stem … stage[1].block[2] (3)       9,784         9.88 M  infopro                    1,234            500            1.5 MB
         2  stage[2].block[1]                 20,000         3.00 M  classifier (readout)                                      20.0 kB
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
            all                               29,784         12.9 M                             1,234            500            1.5 MB

    backbone     resnet_cifar(depth = 32)
    inference    29,784 parameters
    training     31,018 parameters
    peak memory  115.3 MB for a training step of 128 samples, weights not counted
    "
  `);
});

test("a summary tells of parameters that modules share, and of those that follow others", () => {
  const parameters = { backbone: 10, heads: 4, context: 0, shared: 2_560, averages: 0, inference: 10, training: 2_574 };
  const empty = {
    model: "net",
    backbone: "simple",
    batch: 1,
    modules: [],
    macs: { backbone: 1, heads: 1, context: 0 },
  };
  const shared = renderSummary({ ...empty, parameters, peakBytes: 1 });
  expect(shared).toContain("shared       2,560 of them, one for all modules\n");
  expect(shared).not.toContain("averages");
  const averaged = renderSummary({
    ...empty,
    parameters: { ...parameters, shared: 0, averages: 208_960 },
    peakBytes: 1,
  });
  expect(averaged).toContain("averages     208,960 more that follow others, untrained\n");
});

const matrix = {
  losses: ["module[1].rebuild", "module[2].classes"],
  owners: ["stem", "head[1]", "stage[2].block[1]"],
  reaches: [
    [true, true, false],
    [false, false, true],
  ],
};

test("an isolation matrix marks what each loss trains", () => {
  expect(renderIsolation(matrix)).toMatchInlineSnapshot(`
    "                  1 2
    stem              ● ·
    head[1]           ● ·
    stage[2].block[1] · ●

     1  module[1].rebuild
     2  module[2].classes
    "
  `);
});

test("a measured matrix shows where the gradients disagree", () => {
  const measured = [
    [true, true, true],
    [false, false, true],
  ];
  const text = renderIsolation(matrix, measured);
  expect(text).toMatch(/stage\[2\]\.block\[1\] +✗ +●/);
  expect(text).toContain("measured: 1 of 6 entries disagree (✗)");
  expect(renderIsolation(matrix, matrix.reaches)).toContain("measured: all 6 entries agree");
});

test("numbers read as people write them", () => {
  expect([count(1_234_567), count(12), magnitude(69_129_856), magnitude(999), bytes(1_500), bytes(999)]).toEqual([
    "1,234,567",
    "12",
    "69.1 M",
    "999",
    "1.5 kB",
    "999 B",
  ]);
  expect([duration(0.4), duration(65), duration(3_725)]).toEqual(["0:00", "1:05", "1:02:05"]);
});

test("a table aligns its columns and sets totals apart", () => {
  const columns = [
    { title: "name", align: "left" },
    { title: "n", align: "right" },
  ] as const;
  expect(
    textTable(
      columns,
      [
        ["a", "1"],
        ["all", "12"],
      ],
      1,
    ),
  ).toBe("name   n\n────────\na      1\n────────\nall   12\n");
});

test("within a long epoch a file gets a line every ten seconds and a terminal ten a second", () => {
  const linesOf = (interactive: boolean): number => {
    let time = 0;
    let lines = 0;
    const io = { interactive, columns: 80, error: () => (lines += 1) } as unknown as CommandIo;
    const progress = createProgress(io, () => time);
    for (let step = 1; step <= 590; step += 1) {
      time += 0.05;
      progress.show({
        kind: "step",
        epoch: 1,
        epochs: 1,
        step,
        stepsPerEpoch: 600,
        losses: {},
        rate: 1,
        imagesPerSecond: 1,
        secondsLeft: 1,
      });
    }
    return lines;
  };
  expect(linesOf(false)).toBe(2);
  expect(linesOf(true)).toBeGreaterThan(150);
});

test("a run that is over at once is drawn on a terminal all the same", () => {
  const drawn: string[] = [];
  const io = { interactive: true, columns: 80, error: (text: string) => void drawn.push(text) } as unknown as CommandIo;
  const progress = createProgress(io, () => 0);
  progress.show({ kind: "evaluation", epoch: 1, epochs: 1, share: 0.5 });
  progress.end();
  expect(drawn).toEqual(["\repoch 1/1  testing  50.0 %\u001b[K", "\r\u001b[K"]);
});

test("a phase of a sequential training is announced with its epochs and with what becomes of the modules before", () => {
  const shown: string[] = [];
  const io = {
    interactive: false,
    columns: 120,
    error: (text: string) => void shown.push(text),
  } as unknown as CommandIo;
  const progress = createProgress(io, () => 0);
  const note = "the outputs of the modules before it are kept: 0.7 MB";
  progress.show({ kind: "phase", phase: 1, phases: 3, module: 1, epochs: [1, 6] });
  progress.show({ kind: "phase", phase: 2, phases: 3, module: 2, epochs: [7, 12], note });
  expect(shown).toEqual([
    "phase 1/3: module 1 alone, epochs 1 to 6\n",
    `phase 2/3: module 2 alone, epochs 7 to 12; ${note}\n`,
  ]);
});
