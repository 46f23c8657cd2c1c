/** The gallery's study: its report is what its runs give, and it is the study of the example. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expandStudies, type Study } from "../../compiler/ablate/index.ts";
import { readPlans } from "../../tools/ablation/plan-file.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { temporaryDirectory } from "../train/support/training.ts";
import { root } from "./support/examples.ts";

const folder = join(root, "examples/infopro-table");
const runs = join(folder, "report-runs");

test("the committed tables are those that its runs give", async () => {
  const out = temporaryDirectory();
  const { code } = await runCli([
    "ablate",
    "report",
    "--runs",
    runs,
    "--format",
    "markdown,csv",
    "-o",
    join(out, "report.md"),
  ]);
  expect(code).toBe(0);
  for (const name of ["report.md", "report.csv"]) {
    expect(readFileSync(join(out, name), "utf8")).toBe(readFileSync(join(folder, name), "utf8"));
  }
});

test("every number of the page links to a run that is there", () => {
  const page = readFileSync(join(folder, "report.html"), "utf8");
  const links = [...page.matchAll(/href="(report-runs\/[^"]+)"/g)].map(([, link]) => link as string);
  expect(new Set(links).size).toBe(51);
  for (const link of links) expect(existsSync(join(folder, link, "result.json")), link).toBe(true);
});

test("what was run is what the example says today, with the settings of its page", () => {
  const [plan] = readPlans(runs);
  const set = {
    "train.epochs": "4",
    "train.batch": "64",
    "train.rate": "cosine(peak = 0.05, warmup = 1, start = 0.01)",
    "train.validation": "0.1",
  };
  const { studies } = expandStudies({ file: join(root, "examples/infopro-table.llnet"), set });
  const described = (study: Study | undefined) =>
    study?.variants.map(({ name, overrides, summary }) => ({ name, overrides, parameters: summary.parameters }));
  expect(described(studies[0])).toEqual(described(plan?.studies[0] as Study | undefined));
});
