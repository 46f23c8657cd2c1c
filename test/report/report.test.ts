import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { appendJournal } from "../../tools/ablation/journal.ts";
import { readPlans } from "../../tools/ablation/plan-file.ts";
import { writeResult } from "../../tools/ablation/store.ts";
import { trialId } from "../../tools/ablation/trial-identity.ts";
import type { Study, StudyPlan, Trial, Variant } from "../../tools/ablation/types.ts";
import { accuracyChart } from "../../tools/report/charts/accuracy-chart.ts";
import { curvesChart } from "../../tools/report/charts/curves-chart.ts";
import { memoryChart } from "../../tools/report/charts/memory-chart.ts";
import { copyRuns } from "../../tools/report/copy-runs.ts";
import { csvReport } from "../../tools/report/csv.ts";
import { htmlReport } from "../../tools/report/html/page.ts";
import { latexReport } from "../../tools/report/latex.ts";
import { markdownReport } from "../../tools/report/markdown.ts";
import { reportStudy, type StudyReport } from "../../tools/report/study-report.ts";
import { temporaryDirectory } from "../train/support/training.ts";

const page = { title: "study", folder: "/reports", written: "2026-01-02T00:00:00Z" };

test("a two-way table has mean and standard deviation over seeds in every cell", () => {
  const text = markdownReport(report());
  expect(text).toContain("| split / heads.local | dgl() | infopro() |");
  expect(text).toContain("| into 2 | 60.0 ± 1.0 | **80.0 ± 1.0** |");
  expect(text).toContain("| into 4 | failed | 50.0 ± 1.4 |");
});

test("the best is marked only where a test tells it from the next", () => {
  expect(report().best).toMatchObject({ name: "2-infopro", text: expect.stringContaining("p < 0.001") });
  const close = report({ "2-dgl": [0.795, 0.801, 0.79] });
  expect(close.best.name).toBeUndefined();
  expect(close.best.text).toContain("finds no difference");
  const single = report({ "2-infopro": [0.8], "2-dgl": [0.6], "4-infopro": [] });
  expect(single.best.text).toContain("needs at least two seeds of each");
});

test("of a best program every name is marked", () => {
  const { plan, study, runs } = writeRuns();
  const [best, ...others] = study.variants.filter(({ name }) => name === "2-infopro");
  expect(others).toEqual([]);
  const twin = { ...best!, name: "2-twin", set: { split: "into 2", "heads.local": "twin()" } };
  const trials = plan.trials.map((trial) =>
    trial.programHash === best!.programHash
      ? { ...trial, askedBy: [...trial.askedBy, { study: study.name, variant: "2-twin" }] }
      : trial,
  );
  const shown = reportStudy({ ...plan, trials }, { ...study, variants: [...study.variants, twin] }, runs);
  expect(markdownReport(shown).match(/\*\*80\.0 ± 1\.0\*\*/g)).toHaveLength(3);
});

test("what is missing is said with its reason", () => {
  const { rows, counts } = report();
  expect(counts).toMatchObject({ done: 8, failed: 3, planned: 1 });
  const failed = rows.find(({ variant }) => variant.name === "4-dgl");
  expect(failed?.trials[0]?.status).toBe("failed: LL6201: the loss became NaN");
  expect(htmlReport([report()], page)).toContain("4-dgl, seed 1: failed: LL6201: the loss became NaN");
});

test("without validation images numbers are of the last epoch, and the report says so", () => {
  const { selection, rows } = report();
  expect(selection).toBe(
    "Every number is of the last epoch of its training; no epoch was chosen by its test accuracy.",
  );
  expect(rows.every(({ validation }) => validation === undefined)).toBe(true);
  expect(markdownReport(report())).not.toContain("validation");
});

test("with validation images a number is the test accuracy at the epoch they choose, though a later one tests better", () => {
  const shown = report({}, [1, 2, 3]);
  expect(shown.selection).toBe(
    "Every number is the test accuracy at the epoch with the highest validation accuracy (4 images held out of the " +
      "training set, the same for every variant and seed); no epoch was chosen by its test accuracy.",
  );
  const row = shown.rows.find(({ variant }) => variant.name === "2-infopro");
  expect(row?.accuracy?.mean).toBeCloseTo(0.7, 10);
  expect(row?.validation?.mean).toBe(0.75);
  // Three losses of the first epoch's 3, not of the second's 1.5.
  expect(row?.loss?.mean).toBe(3);
  const text = markdownReport(shown);
  expect(text).toContain("| **70.0 ± 1.0** | 75.0 ± 0.0 | 3.000 ± 0.000 | 3 |");
  expect(text).toContain(shown.selection);
  expect(htmlReport([shown], page)).toContain('title="seed 1: 69.00 %"');
  const [titles, first] = csvReport(shown).split("\r\n");
  expect(titles).toContain(",accuracy,loss,seconds,chosen_epoch,validation_accuracy,");
  expect(first).toMatch(/,1,done,2,0\.49,3,8,1,0\.75,/);
});

test("a study of which some trials held images out says of how many", () => {
  expect(report({}, [1]).selection).toBe(
    "3 of 8 numbers are the test accuracy at the epoch with the highest validation accuracy (4 images held out of the " +
      "training set, the same for every variant and seed); no epoch was chosen by its test accuracy. The other 5 are of the last epoch.",
  );
});

test("the table for spreadsheets has one line per trial, quoted where needed", () => {
  const lines = csvReport(report()).split("\r\n");
  expect(lines).toHaveLength(1 + 12 + 1);
  expect(lines[1]).toMatch(/^"cuts, ""deep""",2-dgl,into 2,dgl\(\),1,done,2,0.59,/);
  expect(lines.at(-1)).toBe("");
});

test("the table for papers escapes what LaTeX would read and has balanced braces", () => {
  const text = latexReport(report());
  expect(text).toContain("Is 50\\% of A\\&B\\_C enough?");
  expect(text).toContain("into 2 & 60.0 $\\pm$ 1.0 & \\textbf{80.0 $\\pm$ 1.0} \\\\");
  const depth = [...text.replaceAll(/\\[{}]/g, "")].reduce(
    (open, letter) => open + (letter === "{" ? 1 : letter === "}" ? -1 : 0),
    0,
  );
  expect(depth).toBe(0);
});

test("the page needs no script and no network, and nothing in names or comments becomes markup", () => {
  const html = htmlReport([report()], page);
  expect(html).not.toMatch(/<script|<img|https?:\/\/(?!www\.w3\.org)/);
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(html.match(/<section/g)).toHaveLength(1);
});

test("every number of the page links to its run", () => {
  const html = htmlReport([report()], page);
  const links = [...html.matchAll(/<a href="([^"]*)" title="seed (\d): ([\d.]+) %"/g)];
  // Each of eight finished trials, in the two-way table and in the long one.
  expect(links).toHaveLength(16);
  expect(links[0]?.slice(2)).toEqual(["1", "59.00"]);
});

test("charts are well formed, say in words what they show, and show every seed", () => {
  const shown = report();
  for (const chart of [accuracyChart(shown), memoryChart(shown), curvesChart(shown.rows[0]!)]) {
    expect(chart).toMatch(/^<svg [^>]*role="img" aria-label="[^"]+"/);
    expect(openTags(chart)).toEqual([]);
  }
  expect(accuracyChart(shown).match(/<circle/g)).toHaveLength(8);
});

test("a counted peak is marked where there is one, and said what it is", () => {
  const shown = report();
  expect(memoryChart(shown)).not.toContain("counted");
  const [first, ...others] = shown.rows;
  const marked = memoryChart({ ...shown, rows: [{ ...first!, trackedBytes: 500 }, ...others] });
  expect(marked).toContain("counted peak of a step");
  // One in the legend, one on its bar.
  expect(marked.match(/<line [^>]*class="k"/g)).toHaveLength(2);
});

test("a number of trials that a rule stopped early is marked, and said to be of fewer epochs", () => {
  const { plan, study, runs } = writeRuns();
  const name = (trial: Trial) => trial.askedBy[0]!.variant;
  for (const trial of plan.trials.filter((each) => name(each) === "2-dgl" && each.seed < 3)) {
    writeResult(join(runs, "trials", trial.id), { ...resultOf(trial.id, 0.6, false), stoppedBy: "loss > 3 after 1" });
  }
  const shown = reportStudy(plan, study, runs);
  const said = '† 2 of 12 trials were stopped early by the rule "loss > 3 after 1": such a number is of fewer epochs';
  const text = markdownReport(shown);
  expect(text).toContain(said);
  expect(text.match(/ †/g)).toHaveLength(3);
  expect(text).toMatch(/\| into 2 \| [\d.]+ ± [\d.]+ † \| \*\*80/);
  expect(htmlReport([shown], page)).toMatch(/[\d.]+ ± [\d.]+ †</);
  expect(latexReport(shown)).toContain("$\\dagger$");
  expect(csvReport(shown).match(/,loss > 3 after 1\r/g)).toHaveLength(2);
  expect(markdownReport(report())).not.toContain("†");
});

test("the same study gives the same bytes", () => {
  const shown = report();
  expect(htmlReport([shown], page)).toBe(htmlReport([shown], page));
});

/** Tags that are opened and not closed. */
function openTags(markup: string): readonly string[] {
  const open: string[] = [];
  for (const [, slash, name, self] of markup.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (slash === "/") expect(open.pop()).toBe(name);
    else if (self !== "/") open.push(name!);
  }
  return open;
}

const accuracies: Readonly<Record<string, readonly number[]>> = {
  "2-dgl": [0.59, 0.6, 0.61],
  "2-infopro": [0.79, 0.8, 0.81],
  "4-infopro": [0.49, 0.51],
};

/** Splits × heads × three seeds; `4-dgl` has failed, one trial of `4-infopro` has not begun. */
test("copied runs are the small files only, and give the same report", () => {
  const { runs, plan, study } = writeRuns();
  const [trial] = plan.trials as readonly [Trial, ...Trial[]];
  const weights = join(runs, "trials", trial.id, "run", "best", "weights.bin");
  mkdirSync(dirname(weights), { recursive: true });
  writeFileSync(weights, "large");
  const target = join(temporaryDirectory(), "table-runs");
  copyRuns([plan], runs, target);
  expect(markdownReport(reportStudy(plan, study, target))).toBe(markdownReport(reportStudy(plan, study, runs)));
  expect(readPlans(target)).toEqual([plan]);
  expect(existsSync(join(target, "trials", trial.id, "result.json"))).toBe(true);
  expect(existsSync(join(target, "trials", trial.id, "run"))).toBe(false);
});

test("a hypothesis runs on over the ends of its lines, and a blank line begins a paragraph", () => {
  const { plan, study, runs } = writeRuns();
  const report = reportStudy(plan, { ...study, documentation: "Is it\nso?\n\nOr not?" }, runs);
  expect(htmlReport([report], page)).toContain(
    '<p class="hypothesis">Is it so?</p>\n<p class="hypothesis">Or not?</p>',
  );
});

function report(...settings: Parameters<typeof writeRuns>): StudyReport {
  const { plan, study, runs } = writeRuns(...settings);
  return reportStudy(plan, study, runs);
}

function writeRuns(changed: Readonly<Record<string, readonly number[]>> = {}, validated: readonly number[] = []) {
  const runs = temporaryDirectory();
  const variants = [2, 4].flatMap((modules) => ["dgl", "infopro"].map((head) => variantOf(modules, head)));
  const study: Study = {
    name: 'cuts, "deep"',
    documentation: "Is 50% of A&B_C enough? <script>alert(1)</script>",
    model: "net",
    file: "study.llnet",
    axes: [
      { paths: ["split"], values: [["into 2"], ["into 4"]] },
      { paths: ["heads.local"], values: [["dgl()"], ["infopro()"]] },
    ],
    seeds: [1, 2, 3],
    variants,
    excluded: [],
  };
  const trials = variants.flatMap((variant) => [1, 2, 3].map((seed) => trialOf(study, variant, seed)));
  const plan: StudyPlan = { format: "llnet-study-plan", version: 1, file: "study.llnet", studies: [study], trials };
  for (const trial of trials) {
    const directory = join(runs, "trials", trial.id);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "trial.json"), "{}");
    const name = trial.askedBy[0]!.variant;
    const accuracy = (changed[name] ?? accuracies[name] ?? [])[trial.seed - 1];
    if (name === "4-dgl") {
      appendJournal(directory, { kind: "ended", time: "", outcome: "failed", reason: "LL6201: the loss became NaN" });
    } else if (accuracy !== undefined)
      writeResult(directory, resultOf(trial.id, accuracy, validated.includes(trial.seed)));
  }
  return { plan, study, runs };
}

function variantOf(modules: number, head: string): Variant {
  const set = { split: `into ${modules}`, "heads.local": `${head}()` };
  return {
    name: `${modules}-${head}`,
    set,
    overrides: set,
    programHash: `program-${modules}-${head}`,
    stepHash: "",
    sourceHash: "",
    recipe: {} as Variant["recipe"],
    summary: {
      modules,
      classes: 10,
      inputShape: [8, 8, 1],
      parameters: { inference: 1000, training: 1000 + 10 * modules },
      macs: 12_000,
      peakBytes: 4e6 / modules,
      variableBytes: 1e6,
      batch: 8,
      epochs: 2,
      seed: 1,
    },
  };
}

function trialOf(study: Study, { name, programHash, summary }: Variant, seed: number): Trial {
  const data = { specification: "digits", checksum: "d1" };
  const askedBy = [{ study: study.name, variant: name }];
  return {
    id: trialId(programHash, data, seed),
    programHash,
    stepHash: "",
    data,
    seed,
    askedBy,
    summary,
    arguments: [],
  };
}

/** Where images are held out, the first of the two epochs is the better one on them, and 0.1 worse on the test images. */
function resultOf(id: string, accuracy: number, isValidated: boolean): Parameters<typeof writeResult>[1] {
  const measured = (share: number) => ({ samples: 4, accuracy: share, accuracies: {}, losses: {}, seconds: 1 });
  const epochs = [1, 2].map((epoch) => ({
    epoch,
    ...(isValidated && { validation: measured(epoch === 1 ? 0.75 : 0.5) }),
    losses: { "module[1].classes": 2 / epoch, "module[2].classes": 1 / epoch },
    train: { steps: 1, samples: 8, rate: 0.1, total: 3 / epoch },
    test: {
      samples: 8,
      accuracy: isValidated && epoch === 1 ? accuracy - 0.1 : accuracy,
      accuracies: { "module[1].classifier": accuracy / 2, "module[2].classifier": accuracy },
      losses: {},
      seconds: 1,
    },
    seconds: 2,
    imagesPerSecond: 4,
  }));
  const memory = { planned: 1, tracked: null };
  const document = {
    run: "",
    model: "net",
    outcome: "finished",
    epochs,
    ...(isValidated && { best: { epoch: 1, validation: 0.75, test: accuracy - 0.1 } }),
    memory,
    engine: "",
    checkpoint: null,
  } as const;
  return { format: "llnet-trial-result", version: 1, id, finished: "", document };
}
