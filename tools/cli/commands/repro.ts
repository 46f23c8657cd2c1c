import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { EpochRecord, RunManifest } from "../../../runtime/train/loop/index.ts";
import { commitWords, describeRun } from "../describe-run.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { openData } from "../open-data.ts";
import type { PreparedTraining } from "../prepare-training.ts";
import { reportProblem } from "../problem.ts";
import { printJson, type Session } from "../session.ts";
import { textTable } from "../text-table.ts";
import { trainPrepared } from "../train-prepared.ts";
import type { ReproOptions } from "./repro.command.ts";

/** One finished epoch, then and now. */
interface Comparison {
  readonly epoch: number;
  readonly accuracy: readonly [number, number];
  /** The weighted sum of all losses in training. */
  readonly total: readonly [number, number];
  /** Whether every loss and accuracy has the same bits. */
  readonly identical: boolean;
}

/** Runs a run again, from its program, data and seed, and compares epoch by epoch. */
export async function repro(session: Session, path: string, options: ReproOptions): Promise<ExitCode> {
  const loop = await session.services.loop();
  const directory = existsSync(join(path, "trial.json")) ? join(path, "run") : path;
  const run = loop.openRun(directory);
  if (loop.isTrainingError(run)) return reportProblem(session, run, exitCodes.usage);
  const checkpoint = loop.findCheckpoint(`${directory}/checkpoint`);
  if (loop.isTrainingError(checkpoint)) return reportProblem(session, checkpoint, exitCodes.usage);
  const before = checkpoint.state.epochs.slice(0, options.epochs);
  if (before.length === 0) {
    const help = "continue it first: `llnet train --resume RUN`";
    return reportProblem(session, { message: "the run has finished no epoch yet", help, path }, exitCodes.usage);
  }

  const { specification } = run.manifest.dataset;
  const dataset = await openData(session, specification, run.program);
  if (typeof dataset === "number") return dataset;
  const executor = run.manifest.executor as PreparedTraining["executor"];
  const refused = loop.checkResume(run, { dataset, executor });
  if (refused !== undefined) return reportProblem(session, refused, exitCodes.usage);
  const prepared = { program: run.program, dataset, specification, executor, sources: new Map<string, string>() };
  const now = await describeRun(session, prepared);
  const changes = environmentChanges(run.manifest, now);
  for (const change of changes) session.io.error(`note: ${change}\n`);

  let epochs = 0;
  const trained = await trainPrepared(session, prepared, {
    directory: options.out ?? freeDirectory(path),
    stopRequested: () => epochs >= before.length,
    onEvent: (event) => {
      if (event.kind === "epoch") epochs += 1;
    },
  });
  if (typeof trained === "number") return trained;
  if (trained.outcome.reason === "failed") return exitCodes.findings;
  const comparisons = compareEpochs(before, trained.document.epochs);
  if (comparisons.length < before.length) return exitCodes.interrupted;
  const identical = comparisons.every((comparison) => comparison.identical);
  const document = { run: path, again: trained.document.run, identical, changes, epochs: comparisons };
  if (session.json) printJson(session, document);
  else session.io.out(render(comparisons, identical));
  return identical ? exitCodes.fine : exitCodes.findings;
}

function compareEpochs(before: readonly EpochRecord[], after: readonly EpochRecord[]): readonly Comparison[] {
  return before.flatMap((old, index) => {
    const again = after[index];
    if (again === undefined) return [];
    const identical = numbersOf(old) === numbersOf(again);
    return [
      {
        epoch: old.epoch,
        accuracy: [old.test.accuracy, again.test.accuracy] as const,
        total: [old.train.total, again.train.total] as const,
        identical,
      },
    ];
  });
}

/** Everything of an epoch that is not a time. */
function numbersOf({ losses, train, validation, test: { seconds: _seconds, ...test } }: EpochRecord): string {
  return JSON.stringify([losses, train, validation && { ...validation, seconds: 0 }, test]);
}

/** What may move the last bits. */
function environmentChanges(before: RunManifest, now: RunManifest): readonly string[] {
  const pairs: readonly (readonly [string, string | null, string | null])[] = [
    ["engine", before.engine, now.engine],
    ["threads", before.threads === "default" ? now.threads : before.threads, now.threads],
    ["commit", commitWords(before), commitWords(now)],
    ...Object.keys({ ...before.versions, ...now.versions }).map(
      (name) => [name, before.versions[name] ?? null, now.versions[name] ?? null] as const,
    ),
  ];
  return pairs
    .filter(([, was, is]) => was !== is)
    .map(([what, was, is]) => `${what} was ${was ?? "unknown"}, is ${is ?? "unknown"}`);
}

function render(comparisons: readonly Comparison[], identical: boolean): string {
  const columns = [
    { title: "epoch", align: "right" },
    { title: "loss then", align: "right" },
    { title: "now", align: "right" },
    { title: "accuracy then", align: "right" },
    { title: "now", align: "right" },
    { title: "", align: "left" },
  ] as const;
  const rows = comparisons.map(({ epoch, total, accuracy, identical: same }) => [
    String(epoch),
    ...total.map((value) => value.toPrecision(6)),
    ...accuracy.map((value) => `${(100 * value).toFixed(2)} %`),
    same ? "same bits" : "differs",
  ]);
  const verdict = identical ? "reproduced: every loss and accuracy has the same bits" : "not reproduced to the bit";
  return `${textTable(columns, rows)}${verdict}\n`;
}

/** `runs/first-again`, `runs/first-again-2`, … */
function freeDirectory(path: string): string {
  const name = join(dirname(path), `${basename(path)}-again`);
  let free = name;
  for (let number = 2; existsSync(free); number += 1) free = `${name}-${number}`;
  return free;
}
