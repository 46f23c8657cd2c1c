import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { enrollTrial, writeResult } from "../../tools/ablation/store.ts";
import type { StudyPlan } from "../../tools/ablation/types.ts";
import { runCli } from "../cli/support/run-cli.ts";
import { withoutEngine } from "../train/support/training.ts";

let folder: string;
let study: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "llnet-plan-"));
  study = join(folder, "study.llnet");
  writeFileSync(
    study,
    `import { mlp }    from "std/backbones"
import { greedy } from "std/heads"
model net {
  input [64] classes 10
  backbone mlp(widths = [16, 16, 16, 16])
  split into 2
  heads { local: greedy }
  train { batch: 32 epochs: 2 }
}
/// Are deeper heads worth it?
ablate heads of net {
  vary split:       into 1, into 4
  vary heads.local: greedy, greedy([8])
  repeat seed:      1..2
  compare to        heads.local = greedy
}
ablate more of net {
  vary split: into 4, into 2
  vary train.epochs: 1, 2
  skip when train.epochs == 1
}
`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function planJson(...options: string[]): Promise<StudyPlan & { totals: object; fairness: object[] }> {
  const argv = ["ablate", "plan", study, "--data", "digits", "--runs", join(folder, "runs"), "--json", ...options];
  const { code, out, error } = await runCli(argv);
  expect({ code, error: withoutProgress(error) }).toEqual({ code: 0, error: "" });
  return JSON.parse(out);
}

/** How far the planning is, which a slow machine tells. */
function withoutProgress(error: string): string {
  return error.replace(/^[\d,]+ of [\d,]+ variants .*\n/gm, "");
}

test("the same program on the same data with the same seed is one trial, whoever asks for it", async () => {
  const { trials, totals } = await planJson();
  // Four variants with two seeds, two of which are one program; `more` asks for seed 1 of one of them again.
  expect(trials).toHaveLength(7);
  expect(totals).toMatchObject({ variants: 6, trials: 7, done: 0, excluded: 2 });
  const [first] = trials;
  expect(first?.askedBy).toEqual([
    { study: "heads", variant: "into-1_greedy" },
    { study: "heads", variant: "into-1_greedy-8" },
  ]);
  const shared = trials.find(({ askedBy }) => askedBy.some((owner) => owner.study === "more"));
  expect(shared?.askedBy.map(({ study: name, variant }) => `${name}/${variant}`)).toEqual([
    "heads/into-4_greedy",
    "more/into-4_epochs-2",
  ]);
  expect(new Set(trials.map(({ id }) => id)).size).toBe(7);
});

test("a trial's arguments train its program", async () => {
  const { trials } = await planJson("--study", "more");
  expect(trials[1]?.arguments).toEqual([
    ...["train", study, "--model", "net", "--set", "split=into 2", "--set", "train.epochs=2"],
    ...["--seed", "1", "--data", "digits"],
  ]);
});

test("a trial with a result is done", async () => {
  const plan = await planJson();
  const [trial] = plan.trials;
  if (trial === undefined) throw new Error("no trial");
  const runs = join(folder, "runs");
  const directory = enrollTrial(runs, trial, new Map([[study, readFileSync(study, "utf8")]]));
  const document = { epochs: [] } as unknown as Parameters<typeof writeResult>[1]["document"];
  const finished = "2026-01-01T00:00:00Z";
  writeResult(directory, { format: "llnet-trial-result", version: 1, id: trial.id, finished, document });
  expect((await planJson()).totals).toMatchObject({ done: 1 });
  rmSync(runs, { recursive: true });
  expect((await planJson()).totals).toMatchObject({ done: 0 });
});

test("the plan reads as a table of at most 100 columns", async () => {
  const { out, code } = await runCli(["ablate", "plan", study, "--data", "digits", "--runs", join(folder, "runs")]);
  expect(code).toBe(0);
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  const told = out.replace(/≈ \d\S* \w+/g, "≈ TIME");
  expect(told).toMatchSnapshot();
});

test("without the data the plan says so, and tells no time", async () => {
  const { out, error, code } = await runCli(["ablate", "plan", study, "--study", "more"]);
  expect(code).toBe(0);
  expect(error).toContain("no dataset is named");
  expect(out).not.toContain("≈");
});

test("axes of the command line are planned like those of a file", async () => {
  const { studies, fairness } = await planJson("--study", "more", "--set", "train.epochs=2,3", "--set", "seed=4,5");
  expect(studies[0]?.variants.map(({ name }) => name)).toEqual([
    "into-4_epochs-2",
    "into-4_epochs-3",
    "into-2_epochs-2",
    "into-2_epochs-3",
  ]);
  expect(studies[0]?.seeds).toEqual([4, 5]);
  expect(fairness).toEqual([
    { study: "more", rule: "unequal-epochs", message: "variants are trained for 2 to 3 epochs" },
  ]);
});

test.each([
  [["--study", "none"], "has no study `none`", 2],
  [["--model", "none"], "has no study of `none`", 2],
  [["--set", "train.epoch=1,2"], "did you mean `train.epochs`?", 1],
])("ablate plan %j", async (options, words, exitCode) => {
  const { code, error } = await runCli(["ablate", "plan", study, "--data", "digits", ...options]);
  expect(error).toContain(words);
  expect(code).toBe(exitCode);
});

test("every variant is compiled to files of its own, identical programs to the same", async () => {
  const out = join(folder, "variants");
  const { code } = await runCli(["compile", study, "--all-variants", "-o", out]);
  expect(code).toBe(0);
  expect(readdirSync(out).sort()).toEqual(["README.md", "heads", "index.json", "more"]);
  expect(readdirSync(join(out, "heads")).sort()).toEqual(
    ["into-1_greedy", "into-4_greedy", "into-4_greedy-8"].flatMap((name) => [`${name}.json`, `${name}.ts`]).sort(),
  );
  expect(readdirSync(join(out, "more")).sort()).toEqual(["into-2_epochs-2.json", "into-2_epochs-2.ts"]);
  const index = JSON.parse(readFileSync(join(out, "index.json"), "utf8"));
  expect(index.studies[0].variants[1]).toMatchObject({
    name: "into-1_greedy-8",
    sameAs: "heads/into-1_greedy",
    files: ["heads/into-1_greedy.ts", "heads/into-1_greedy.json"],
  });
  expect(JSON.parse(readFileSync(join(out, "heads/into-4_greedy.json"), "utf8")).modules).toHaveLength(4);
  expect(readFileSync(join(out, "README.md"), "utf8")).toContain("Are deeper heads worth it?");
});

test("a variant's files are those of compiling it alone, also where it shares its structure with others", async () => {
  const out = join(folder, "variants-once");
  const { code } = await runCli(["compile", study, "--all-variants", "-o", out, "--set", "train.rate=0.1,0.2"]);
  expect(code).toBe(0);
  const settings = ["split=into 4", "heads.local=greedy([8])", "train.rate=0.2"].flatMap((each) => ["--set", each]);
  await runCli(["compile", study, "--model", "net", ...settings, "-o", join(folder, "alone")]);
  await runCli(["compile", study, "--model", "net", ...settings, "-o", join(folder, "alone"), "--emit", "json"]);
  for (const ending of ["ts", "json"]) {
    const [together, alone] = [
      join(out, "heads", `into-4_greedy-8_rate-0.2.${ending}`),
      join(folder, "alone", `net.${ending}`),
    ];
    expect(readFileSync(together, "utf8")).toBe(readFileSync(alone, "utf8"));
  }
});

test("where one variant is wrong, and after a Ctrl-C, nothing is written", async () => {
  const out = join(folder, "variants-none");
  const words = ["compile", study, "--all-variants", "-o", out];
  const wrong = await runCli([...words, "--set", "split=into 2,into 9"]);
  expect(wrong).toMatchObject({ code: 1, error: expect.stringContaining("LL4005") });
  expect(existsSync(out)).toBe(false);
  // Whenever the command lets somebody else have a turn.
  let turn: NodeJS.Immediate | undefined;
  const stopped = await runCli(words, {
    onStart(interrupt) {
      const press = () => {
        interrupt();
        turn = setImmediate(press);
      };
      press();
    },
  });
  clearImmediate(turn);
  const { code, out: said, error } = stopped;
  expect({ code, said, error: withoutProgress(error) }).toEqual({
    code: 130,
    said: "",
    error: "stopped; nothing was written\n",
  });
  expect(existsSync(out)).toBe(false);
});

test("the grid of InfoPro's table is 20 variants of 17 programs, in a block of a dozen lines", async () => {
  const file = "examples/infopro-table.llnet";
  const [block = ""] = /^ablate [\s\S]*?^}/m.exec(readFileSync(file, "utf8")) ?? [];
  expect(block).toContain("vary split");
  expect(block.split("\n").length).toBeLessThanOrEqual(12);
  const { out, code } = await runCli(["ablate", "plan", file, "--data", "synthetic:10x32x32x3:8:4", "--json"]);
  const plan: StudyPlan = JSON.parse(out);
  expect(code).toBe(0);
  expect(plan.studies[0]?.variants).toHaveLength(20);
  expect(new Set(plan.studies[0]?.variants.map(({ programHash }) => programHash)).size).toBe(17);
  expect(plan.trials).toHaveLength(51);
  expect(plan.studies[0]?.variants.every(({ summary }) => summary.parameters.inference === 466_906)).toBe(true);
});

test.skipIf(withoutEngine)(
  "times are those of the engine that trials will run on, not of the best that is there",
  async () => {
    const runs = join(folder, "measured-runs");
    const planned = async (engine: string, ...options: string[]) => {
      vi.stubEnv("LLNET_ENGINE", engine);
      onTestFinished(() => void vi.unstubAllEnvs());
      const argv = ["ablate", "plan", study, "--data", "digits", "--runs", runs, "--json", ...options];
      const { out } = await runCli(argv);
      return JSON.parse(out).trials.map(({ time }: { time: { isMeasured: boolean } }) => time.isMeasured);
    };
    const all = Array.from({ length: 7 }, () => true);
    expect(await planned("portable", "--measure", "1")).toEqual(all);
    expect(await planned("native")).toEqual(all.map(() => false));
    expect(await planned("portable")).toEqual(all);
  },
);

test("without an engine a plan is made all the same, and only measuring ends with 4", async () => {
  vi.stubEnv("LLNET_ENGINE", "none");
  onTestFinished(() => void vi.unstubAllEnvs());
  const runs = join(folder, "measured-runs-without");
  mkdirSync(runs);
  writeFileSync(join(runs, "measured-steps.json"), "{}");
  const argv = ["ablate", "plan", study, "--data", "digits", "--runs", runs];
  const { code, error } = await runCli(argv);
  expect({ code, error: withoutProgress(error) }).toEqual({ code: 0, error: "" });
  expect(await runCli([...argv, "--measure", "1"])).toMatchObject({ code: 4 });
});

test("measuring can be interrupted: what was measured is kept, and the end is 130", async () => {
  const runs = join(folder, "interrupted-runs");
  const argv = ["ablate", "plan", study, "--data", "digits", "--runs", runs, "--measure", "1"];
  const onError = (text: string, interrupt: () => void) => {
    if (text.startsWith("measuring 2 of")) interrupt();
  };
  const { code, out, error } = await runCli(argv, { onError });
  expect({ code, out }).toEqual({ code: 130, out: "" });
  expect(error).toMatch(/measuring 2 of 4: \S+ {2}\d+:\d\d left\nstopped; the same command measures what is left\n$/);
  const again = await runCli(argv);
  expect(again.code).toBe(0);
  expect(again.error).toMatch(/^measuring 1 of 3/m);
});
