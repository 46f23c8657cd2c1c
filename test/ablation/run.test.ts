import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { appendJournal, readJournal } from "../../tools/ablation/journal.ts";
import { type TrialResult, writeResult } from "../../tools/ablation/store.ts";
import { temporaryDirectory, withoutEngine } from "../train/support/training.ts";

const llnetScript = fileURLToPath(new URL("../../tools/cli/llnet.cjs", import.meta.url));
const digits = fileURLToPath(new URL("../../examples/digits.llnet", import.meta.url));

test.skipIf(withoutEngine)("a study runs each trial once; one that fails does not stop the others", async () => {
  const study = createStudy(`ablate rates of digits { vary train.rate: 0.001, 1e30, 0.002  vary train.epochs: 1 }`);
  const first = await study.llnet("run", "--jobs", "2");
  expect(first).toMatchObject({ code: 1, document: { interrupted: false } });
  expect(statuses(first.document)).toEqual(["done", "failed", "done"]);
  expect(first.document.trials[1]).toMatchObject({ reason: expect.stringMatching(/^LL6201: the loss/) });
  const attempts = study.attempts();
  expect(attempts).toEqual([1, 1, 1]);
  for (const { directory, status } of first.document.trials) {
    if (status !== "done") continue;
    const { memory } = JSON.parse(readFileSync(join(directory, "result.json"), "utf8")).document;
    // Counted, though graphs do not tell: the plan is exact.
    expect(memory).toEqual({ planned: expect.any(Number), tracked: memory.planned });
  }

  const again = await study.llnet("run");
  expect({ code: again.code, attempts: study.attempts() }).toEqual({ code: 1, attempts });

  const status = await study.llnet("status");
  expect(status.document.studies[0].trials.map(({ status: word }: { status: string }) => word)).toEqual([
    "done",
    "failed",
    "done",
  ]);
});

test.skipIf(withoutEngine)("another study that needs the same programs runs only what is new", async () => {
  const study = createStudy(`ablate one of digits { vary split: into 1, into 2  vary train.epochs: 1 }`);
  await study.llnet("run");
  study.write(`ablate two of digits { vary split: into 2, into 1, into 3  vary train.epochs: 1 }`);
  const { code, document } = await study.llnet("run");
  expect({ code, statuses: statuses(document) }).toEqual({ code: 0, statuses: ["done", "done", "done"] });
  expect(study.attempts()).toEqual([1, 1, 1]);
});

test.skipIf(withoutEngine)("a request to stop leaves a checkpoint, and the same command goes on from it", async () => {
  const study = createStudy(`ablate long of digits { vary train.epochs: 400, 500 }`);
  const stopped = await study.llnet("run", { interruptAt: /epoch|begun/ });
  expect(stopped).toMatchObject({ code: 130, document: { interrupted: true } });
  expect(statuses(stopped.document)).toEqual([expect.stringMatching(/interrupted|planned/), "planned"]);
  // What the rest would take is of no interest: a rule ends it.
  const { code, document } = await study.llnet("run", "--stop-when", "accuracy < 100% after 1");
  expect({ code, statuses: statuses(document) }).toEqual({ code: 0, statuses: ["done", "done"] });
});

test.skipIf(withoutEngine)("a study with validation images is told by the epoch they choose", async () => {
  const study = createStudy(`ablate short of digits { vary train.epochs: 3 }`);
  const { code } = await study.llnet("run", "--set", "train.validation=0.2", "--stop-when", "validation < 1% after 3");
  expect(code).toBe(0);
  const [trial] = (await study.llnet("status")).document.studies[0].trials;
  expect(trial).toMatchObject({ status: "done", validation: expect.any(Number), accuracy: expect.any(Number) });
  expect([1, 2, 3]).toContain(trial.chosenEpoch);
  expect(trial.validation).toBeGreaterThan(0.2);
});

test("what cannot be run is said before anything starts", async () => {
  const study = createStudy(`ablate one of digits { vary split: into 1 }`);
  expect(await study.llnet("run", "--stop-when", "acuracy < 2")).toMatchObject({
    code: 2,
    error: expect.stringContaining("`--stop-when acuracy < 2` is no rule"),
  });
  expect(await study.llnet("run", "--stop-when", "validation < 20%")).toMatchObject({
    code: 2,
    error: expect.stringContaining("looks at validation images, and not every variant holds some out"),
  });
  expect(await study.llnet("run", "--on", "kubernetis")).toMatchObject({ code: 2 });
  expect(await study.llnet("run", "--dry-run")).toMatchObject({
    code: 2,
    error: "error: `--dry-run` is for `--on slurm`\nhelp: `llnet ablate plan` shows what would run here\n",
  });
  expect(await study.llnet("run", "--on", "slurm", "--dry-run", "--launcher", "none.json")).toMatchObject({
    code: 2,
    error: expect.stringContaining("the launcher file cannot be used: it does not exist"),
  });
  expect(await study.llnet("status")).toMatchObject({
    code: 2,
    error: expect.stringContaining("has not been run in `runs`"),
  });
});

test.skipIf(withoutEngine)("a trial whose texts were edited since runs as it was planned", async () => {
  const study = createStudy(`ablate one of digits { vary train.epochs: 1 }`);
  const planned = await study.llnet("run", "--on", "ray");
  expect(planned.out).toContain("ray job submit");
  const [trial] = study.trials();
  study.write("nothing llnet could read");
  expect(await study.llnet("trial", join("runs", "trials", trial!))).toMatchObject({ code: 0 });
  expect(readJournal(study.path("trials", trial!)).map(({ kind }) => kind)).toEqual(["started", "ended"]);
});

// A file system of our own, where the system lets ordinary users mount one.
const mountable = spawnSync("unshare", ["-Urm", "mount", "-t", "tmpfs", "llnet-test", tmpdir()]).status === 0;

test.skipIf(withoutEngine || !mountable)(
  "a full disk fails trials with a word and breaks nothing: with room, the study goes on",
  () => {
    const study = createStudy(`ablate one of digits { vary split: into 1, into 2  vary train.epochs: 1 }`);
    const disk = temporaryDirectory();
    const run = `'${process.execPath}' '${llnetScript}' ablate run study.llnet --data digits --runs '${disk}/runs'`;
    const script = [
      `mount -t tmpfs -o size=60000k llnet-test '${disk}'`,
      `head -c ${(60_000 - 600) * 1024} /dev/zero > '${disk}/ballast'`,
      `{ ${run}; echo "ended with $?"; } 2>&1`,
      `rm '${disk}/ballast'`,
      `{ ${run} --retry-failed; echo "ended with $?"; } 2>&1`,
    ].join(" && ");
    const { stdout } = spawnSync("unshare", ["-Urm", "bash", "-c", script], {
      cwd: study.folder,
      encoding: "utf8",
    });
    expect(stdout).toContain("failed: LL8030: ");
    expect(stdout).toContain("2 of 2 trials done");
    expect(stdout.match(/ended with \d/g)).toEqual(["ended with 1", "ended with 0"]);
    expect(stdout).not.toMatch(/^ {4}at /m);
  },
);

test.skipIf(withoutEngine)(
  "each accelerator that is named has a trial, without saying how many at a time",
  async () => {
    const study = createStudy(`ablate one of digits { vary train.epochs: 1, 2, 3 }`);
    const { code, error } = await study.llnet("run", "--devices", "0,1");
    expect({ code, error }).toEqual({ code: 0, error: expect.stringMatching(/^3 trials; 2 at a time\n/) });
  },
);

test.skipIf(withoutEngine)(
  "a trial's manifest tells its threads, its commit, and whether that is all that was run",
  async () => {
    const study = createStudy(`ablate one of digits { vary train.epochs: 1 }`);
    const git = (...words: string[]) => {
      const identity = ["-c", "user.name=a", "-c", "user.email=a@b"];
      const { stdout } = spawnSync("git", [...identity, ...words], { cwd: study.folder, encoding: "utf8" });
      return stdout.trim();
    };
    git("init", "-q");
    git("add", "digits.llnet", "study.llnet");
    git("commit", "-qm", "a study");
    const manifests = () =>
      study
        .trials()
        .map((trial) => JSON.parse(readFileSync(study.path("trials", trial, "run", "manifest.json"), "utf8")));
    await study.llnet("run");
    const commit = git("rev-parse", "HEAD");
    const threads = process.env["LLNET_THREADS"] ?? String(availableParallelism());
    expect(manifests()).toEqual([expect.objectContaining({ commit, uncommitted: false, threads })]);
    study.write(`ablate one of digits { vary train.epochs: 2 }`);
    await study.llnet("run");
    const changed = expect.objectContaining({ commit, uncommitted: true });
    expect(manifests()).toHaveLength(2);
    expect(manifests()).toContainEqual(changed);
  },
);

test("a dry run prints the scripts, and writes nothing", async () => {
  const study = createStudy(`ablate one of digits { vary train.epochs: 1, 2 }`);
  const { code, out } = await study.llnet("run", "--on", "slurm", "--dry-run", { json: false });
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("#SBATCH --array=0-1%8\n") });
  expect(readdirSync(study.folder).sort()).toEqual(["digits.llnet", "study.llnet"]);
});

test("what another rule stopped early is open for a cluster too", async () => {
  const study = createStudy(`ablate one of digits { vary train.epochs: 1, 2, 3 }`);
  await study.llnet("run", "--on", "ray", { json: false });
  const document = { epochs: [] } as unknown as TrialResult["document"];
  const finished = { format: "llnet-trial-result", version: 1, id: "", finished: "", document } as const;
  const [first, second] = study.trials().map((trial) => study.path("trials", trial));
  writeResult(first!, { ...finished, stoppedBy: "loss > 3" });
  writeResult(second!, finished);
  const jobsWith = async (...words: string[]) =>
    (await study.llnet("run", "--on", "ray", ...words, { json: false })).out.match(/ray job/g)?.length;
  expect([await jobsWith(), await jobsWith("--stop-when", "loss > 3")]).toEqual([2, 1]);
});

test("one study of a file after the other: status tells of both, until the file has one no more", async () => {
  const blocks = [
    `ablate one of digits { vary train.epochs: 1, 2 }`,
    `ablate two of digits { vary train.epochs: 2, 3 }`,
  ];
  const study = createStudy(blocks.join("\n"));
  await study.llnet("run", "--on", "ray", "--study", "two", { json: false });
  await study.llnet("run", "--on", "ray", "--study", "one", { json: false });
  const told = async () => {
    const { document } = await study.llnet("status");
    return document.studies.map((each: Json) => [each.study, each.trials.map(({ variant }: Json) => variant)]);
  };
  expect(await told()).toEqual([
    ["one", ["epochs-1", "epochs-2"]],
    ["two", ["epochs-2", "epochs-3"]],
  ]);
  expect(await study.llnet("status", "--study", "three")).toMatchObject({
    code: 2,
    error: "error: there is no study `three`\nhelp: there are `one`, `two`\n",
  });
  study.write(blocks[1]!);
  await study.llnet("run", "--on", "ray", "--study", "two", { json: false });
  expect(await told()).toEqual([["two", ["epochs-2", "epochs-3"]]]);
});

test("a trial that failed long ago keeps its reason", async () => {
  const study = createStudy(`ablate one of digits { vary train.epochs: 1 }`);
  await study.llnet("run", "--on", "ray");
  const [trial] = study.trials();
  appendJournal(study.path("trials", trial!), { kind: "ended", time: "", outcome: "crashed", reason: "out of memory" });
  const { code, out } = await study.llnet("status", { json: false });
  expect({ code, out }).toMatchObject({ code: 1, out: expect.stringContaining("failed: out of memory") });
});

interface Call {
  readonly interruptAt?: RegExp;
  readonly json?: boolean;
}

/** A folder with a study of the digits example; `llnet` runs `llnet ablate VERB` there in a process of its own. */
function createStudy(block: string) {
  const folder = temporaryDirectory();
  copyFileSync(digits, join(folder, "digits.llnet"));
  const write = (text: string) =>
    writeFileSync(join(folder, "study.llnet"), `import { digits } from "./digits.llnet"\n\n${text}\n`);
  write(block);
  const path = (...parts: readonly string[]) => join(folder, "runs", ...parts);
  const trials = () => readdirSync(path("trials")).sort();

  function llnet(verb: string, ...rest: readonly (string | Call)[]) {
    const words = rest.filter((word) => typeof word === "string");
    const { interruptAt, json = true } = (rest.find((word) => typeof word !== "string") ?? {}) as Call;
    const file = verb === "trial" ? [] : ["study.llnet"];
    const data = verb === "run" ? ["--data", "digits"] : [];
    const argv = [llnetScript, "ablate", verb, ...file, ...words, ...data, ...(json ? ["--json"] : [])];
    const child = spawn(process.execPath, argv, { cwd: folder });
    let out = "";
    let error = "";
    let isInterrupted = false;
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      error += text;
      if (isInterrupted || !interruptAt?.test(error)) return;
      // Once: a second one quits at once.
      isInterrupted = child.kill("SIGINT");
    });
    return new Promise<{ code: number | null; out: string; error: string; document: Json }>((resolve) =>
      child.on("close", (code) => resolve({ code, out, error, document: out.startsWith("{") ? JSON.parse(out) : {} })),
    );
  }

  return {
    folder,
    write,
    path,
    trials,
    llnet,
    /** How often each trial was begun. */
    attempts: () =>
      trials().map((name) => readJournal(path("trials", name)).filter(({ kind }) => kind === "started").length),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: documents of several verbs, each checked by what is expected of it
type Json = any;

function statuses({ trials }: { readonly trials: readonly { readonly status: string }[] }): readonly string[] {
  return trials.map(({ status }) => status);
}
