import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Run, RunManifest } from "../../runtime/train/loop/index.ts";
import {
  appendLog,
  checkFit,
  checkResume,
  createRun,
  isTrainingError,
  openRun,
  programHash,
} from "../../runtime/train/loop/index.ts";
import { smallDataset, smallProgram, temporaryDirectory } from "./support/training.ts";

const program = smallProgram();

async function makeRun(directory: string): Promise<Run> {
  const dataset = await smallDataset();
  const manifest: RunManifest = {
    format: "llnet-run",
    version: 1,
    model: program.name,
    created: "2026-01-31T12:00:00.000Z",
    programHash: programHash(program),
    executor: "graph",
    seed: 3,
    sources: [],
    dataset: {
      specification: "synthetic:5x8x8x3:50:20",
      checksum: dataset.checksum,
      files: dataset.files,
      train: 50,
      test: 20,
    },
    versions: {},
    engine: "none",
    threads: "default",
    command: ["llnet", "train"],
    commit: null,
  };
  const run = createRun(
    directory,
    manifest,
    program,
    new Map([
      ["nets/a.llnet", "model a {}"],
      ["../b.llnet", "block b(x) {}"],
    ]),
  );
  if (isTrainingError(run)) throw new Error(run.message);
  return run;
}

test("a run keeps its manifest, program, sources and log", async () => {
  const directory = join(temporaryDirectory(), "runs", "first");
  const { manifest } = await makeRun(directory);
  expect(openRun(directory)).toEqual({ directory, manifest, program });
  expect(readFileSync(join(directory, "source/nets/a.llnet"), "utf8")).toBe("model a {}");
  expect(readFileSync(join(directory, "source/up/b.llnet"), "utf8")).toBe("block b(x) {}");
  appendLog(directory, { kind: "started" });
  appendLog(directory, { kind: "stopped" });
  expect(readFileSync(join(directory, "log.jsonl"), "utf8")).toBe('{"kind":"started"}\n{"kind":"stopped"}\n');
});

test("a directory that holds a run is not used for another one", async () => {
  const directory = temporaryDirectory();
  const { manifest } = await makeRun(directory);
  expect(createRun(directory, manifest, program, new Map())).toMatchObject({ code: "LL8035", path: directory });
});

test("a directory that is no run, and one whose program was changed, are refused", async () => {
  const directory = temporaryDirectory();
  expect(openRun(directory)).toMatchObject({ code: "LL8034" });
  await makeRun(directory);
  writeFileSync(join(directory, "program.json"), JSON.stringify({ ...program, classes: 7 }));
  expect(openRun(directory)).toMatchObject({ code: "LL8034", message: expect.stringContaining("program.json") });
});

test("a run that cannot be written is one diagnostic", async () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  const { manifest } = await makeRun(temporaryDirectory());
  expect(createRun(join(file, "run"), manifest, program, new Map())).toMatchObject({
    code: "LL8031",
    message: "the run could not be written: a part of the path is no directory",
  });
});

test("a run continues with the same program, data and executor only, and says what differs", async () => {
  const dataset = await smallDataset();
  const run = await makeRun(temporaryDirectory());
  const same = { program, dataset, executor: "graph" };
  expect(checkResume(run, same)).toBeUndefined();
  expect(checkResume(run, { dataset, executor: "graph" })).toBeUndefined();

  const longer = smallProgram({ epochs: 9, rate: { kind: "constant", value: 0.5 } });
  expect(checkResume(run, { ...same, program: longer })).toMatchObject({
    code: "LL8036",
    message: "the run was made by a different program: `train.rate.value` was 0.05, is 0.5; `train.epochs` was 2, is 9",
  });
  expect(
    checkResume(run, { ...same, dataset: { ...dataset, checksum: "other", train: { ...dataset.train, count: 40 } } }),
  ).toMatchObject({
    code: "LL8037",
    message: "the run was made with different data: it had 50 training images, has 40",
  });
  expect(checkResume(run, { ...same, executor: "eager" })).toMatchObject({ code: "LL8038" });
});

test("a program's hash does not depend on the order in which its properties were written", () => {
  const { name, ...rest } = program;
  expect(programHash({ ...rest, name })).toBe(programHash(program));
  expect(programHash({ ...program, name: "other" })).not.toBe(programHash(program));
});

test("images fit an input of their shape and a flat one of as many numbers", async () => {
  const dataset = await smallDataset();
  const { recipe } = program;
  expect(checkFit({ name: "net", inputShape: [8, 8, 3], recipe }, dataset)).toBeUndefined();
  expect(checkFit({ name: "net", inputShape: [192], recipe }, dataset)).toBeUndefined();
  expect(checkFit({ name: "net", inputShape: [64], recipe }, dataset)).toMatchObject({
    code: "LL8020",
    message: "the model `net` takes [64], the images of `synthetic` are [8, 8, 3]",
    help: "write `input [192]` (flattened) or `input [8, 8, 3]`",
  });
  expect(checkFit({ name: "net", inputShape: [3, 8, 8], recipe }, dataset)).toMatchObject({
    help: "write `input [8, 8, 3]`",
  });
  const normalize = { mean: [0.5, 0.5], standardDeviation: [1, 1] };
  expect(checkFit({ name: "net", inputShape: [8, 8, 3], recipe: { ...recipe, normalize } }, dataset)).toMatchObject({
    code: "LL8012",
  });
});
