/** What a study has shown so far: from plans and trial folders to plain data that every format is written from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EpochRecord, RunManifest } from "../../runtime/train/loop/index.ts";
import { chosenEpoch, secondsOf } from "../ablation/chosen-epoch.ts";
import { type TrialState, trialState } from "../ablation/store.ts";
import { describe } from "../ablation/study-progress.ts";
import { trialDirectory } from "../ablation/trial-identity.ts";
import { finishedEpochs } from "../ablation/trial-progress.ts";
import type { Study, StudyPlan, Trial, Variant } from "../ablation/types.ts";
import { commitWords } from "../cli/describe-run.ts";
import { count } from "../cli/text-table.ts";
import { describeSample, type Sample, welchTest } from "./statistics.ts";

export interface StudyReport {
  readonly study: Study;
  readonly file: string;
  readonly rows: readonly VariantReport[];
  /** Where the variants differ by two axes only: the paper's table. */
  readonly pivot?: Pivot;
  readonly best: Verdict;
  /** How the epoch of each number was chosen. */
  readonly selection: string;
  /** What was the same in all trials, and what was not. */
  readonly surroundings: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly counts: Readonly<Record<TrialState["status"], number>>;
}

export interface VariantReport {
  readonly variant: Variant;
  readonly trials: readonly TrialReport[];
  /** Test accuracy at the chosen epoch, in [0, 1]. */
  readonly accuracy?: Sample;
  /** Accuracy on the images held out for validation at the same epoch, where some are. */
  readonly validation?: Sample;
  /** The weighted sum of all training losses in the chosen epoch. */
  readonly loss?: Sample;
  /** Steps and evaluations of all epochs. */
  readonly seconds?: Sample;
  /** Bytes of a step as counted while training, where the executor counts them. */
  readonly trackedBytes?: number;
  /** The rules that ended trials before their last epoch. */
  readonly stoppedBy: readonly string[];
  readonly difference?: Difference;
}

/** What a variant changes, in sentences. */
export interface Difference {
  /** The other variant's name. */
  readonly comparedTo: string;
  readonly changes: readonly string[];
}

export interface TrialReport {
  readonly trial: Trial;
  readonly directory: string;
  readonly state: TrialState;
  /** In words, where there is no number. */
  readonly status: string;
  readonly epochs: readonly EpochRecord[];
  /** The epoch its number is of; see `chosenEpoch`. */
  readonly chosen?: EpochRecord;
  readonly manifest?: RunManifest;
}

export interface Pivot {
  readonly down: string;
  readonly across: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (VariantReport | undefined)[] }[];
}

/** Which variant is best, where that can be said. */
export interface Verdict {
  readonly name?: string;
  /** Of it, and of every other variant that is the same program: all of them are marked. */
  readonly program?: string;
  readonly text: string;
}

/** Chance below which a difference counts. */
const level = 0.05;

export function reportStudy(
  plan: StudyPlan,
  study: Study,
  runs: string,
  differenceOf: (variant: Variant) => Difference | undefined = () => undefined,
): StudyReport {
  const rows = study.variants.map((variant) => {
    const difference = differenceOf(variant);
    return { ...reportVariant(plan, study, variant, runs), ...(difference && { difference }) };
  });
  const trials = rows.flatMap((row) => row.trials);
  const counts = { planned: 0, interrupted: 0, running: 0, failed: 0, done: 0 };
  for (const { state } of trials) counts[state.status] += 1;
  const pivot = pivotOf(study, rows);
  return {
    study,
    file: plan.file,
    rows,
    ...(pivot !== undefined && { pivot }),
    best: judge(rows),
    selection: `${selectionOf(trials)}${stoppingOf(trials)}`,
    surroundings: surroundingsOf(trials),
    counts,
  };
}

function reportVariant(plan: StudyPlan, study: Study, variant: Variant, runs: string): VariantReport {
  const trials = plan.trials
    .filter(({ askedBy }) => askedBy.some((owner) => owner.study === study.name && owner.variant === variant.name))
    .map((trial) => reportTrial(trial, trialDirectory(trial, runs)));
  const done = trials.filter(({ state }) => state.status === "done");
  const last = done.flatMap(({ chosen }) => chosen ?? []);
  const validation = describeSample(last.flatMap(({ validation: held }) => held?.accuracy ?? []));
  const accuracy = describeSample(last.map(({ test }) => test.accuracy));
  const loss = describeSample(last.map(({ train }) => train.total));
  const seconds = describeSample(done.map(({ epochs }) => secondsOf(epochs)));
  const tracked = done.flatMap(({ state }) =>
    state.status === "done" && state.result.document.memory.tracked !== null
      ? [state.result.document.memory.tracked]
      : [],
  );
  return {
    variant,
    trials,
    stoppedBy: rulesOf(trials),
    ...(accuracy && { accuracy }),
    ...(validation && { validation }),
    ...(loss && { loss }),
    ...(seconds && { seconds }),
    ...(tracked.length > 0 && { trackedBytes: Math.max(...tracked) }),
  };
}

function reportTrial(trial: Trial, directory: string): TrialReport {
  const state = trialState(directory);
  const manifest = readManifest(directory);
  const epochs = state.status === "done" ? state.result.document.epochs : finishedEpochs(directory);
  const chosen = chosenEpoch(state, epochs);
  return {
    trial,
    directory,
    state,
    status: describe(state),
    epochs,
    ...(chosen && { chosen }),
    ...(manifest !== undefined && { manifest }),
  };
}

function readManifest(directory: string): RunManifest | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, "run", "manifest.json"), "utf8")) as RunManifest;
  } catch {
    return undefined;
  }
}

/** How the epoch of each number was chosen, in a sentence or two. */
function selectionOf(trials: readonly TrialReport[]): string {
  const done = trials.flatMap(({ state, chosen }) => (state.status === "done" ? [{ state, chosen }] : []));
  const selected = done.filter(({ state }) => state.result.document.best !== undefined);
  const never = "no epoch was chosen by its test accuracy.";
  if (selected.length === 0) return `Every number is of the last epoch of its training; ${never}`;
  const sizes = [...new Set(selected.map(({ chosen }) => chosen?.validation?.samples ?? 0))].sort((a, b) => a - b);
  const images = `${sizes.map(count).join(" or ")} images held out of the training set`;
  const rest = done.length - selected.length;
  const which = rest === 0 ? "Every number" : `${selected.length} of ${done.length} numbers`;
  const verb = rest === 0 ? "is" : "are";
  const others = rest === 0 ? "" : ` The ${rest === 1 ? "other is" : `other ${rest} are`} of the last epoch.`;
  return `${which} ${verb} the test accuracy at the epoch with the highest validation accuracy (${images}, the same for every variant and seed); ${never}${others}`;
}

/** What the mark at a number means, where there is one. */
function stoppingOf(trials: readonly TrialReport[]): string {
  const distinct = new Map(trials.map((trial) => [trial.trial.id, trial]));
  const stopped = [...distinct.values()].filter(({ state }) => state.status === "done" && state.result.stoppedBy);
  if (stopped.length === 0) return "";
  const rules = rulesOf(stopped).map((rule) => `"${rule}"`);
  const verb = stopped.length === 1 ? "was" : "were";
  return ` † ${stopped.length} of ${distinct.size} trials ${verb} stopped early by the rule ${rules.join(" or ")}: such a number is of fewer epochs than planned.`;
}

function rulesOf(trials: readonly TrialReport[]): readonly string[] {
  const rules = trials.flatMap(({ state }) => (state.status === "done" ? (state.result.stoppedBy ?? []) : []));
  return [...new Set(rules)];
}

/** The highest mean is best only where it is told apart from the next one's, which need seeds of both. */
function judge(rows: readonly VariantReport[]): Verdict {
  const measured = rows
    .flatMap(({ variant, accuracy }) => (accuracy === undefined ? [] : [{ variant, accuracy }]))
    .sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  const [first] = measured;
  // Two names of one program are no competitors.
  const second = measured.find(({ variant }) => variant.programHash !== first?.variant.programHash);
  if (first === undefined || second === undefined)
    return { text: "Nothing is marked as best: there is nothing to compare." };
  const test = `Welch's t-test of the two highest means (${first.variant.name}, ${second.variant.name}), two-sided, at ${level}`;
  if (first.accuracy.values.length < 2 || second.accuracy.values.length < 2) {
    return { text: `Nothing is marked as best: ${test} needs at least two seeds of each.` };
  }
  const chance = welchTest(first.accuracy, second.accuracy);
  const p = chance < 0.001 ? "p < 0.001" : `p = ${chance.toFixed(3)}`;
  if (chance >= level) return { text: `Nothing is marked as best: ${test} finds no difference (${p}).` };
  return {
    name: first.variant.name,
    program: first.variant.programHash,
    text: `Marked as best by ${test} (${p}, not corrected for the number of variants).`,
  };
}

function pivotOf({ axes }: Study, rows: readonly VariantReport[]): Pivot | undefined {
  const [first, second] = axes.filter(({ values }) => values.length > 1);
  const isPlain = axes.filter(({ values }) => values.length > 1).length === 2;
  if (first === undefined || second === undefined || !isPlain) return undefined;
  const keyOf = (axis: Study["axes"][number]) => (value: readonly string[]) =>
    value.slice(0, axis.paths.length).join(", ");
  const [names, others] = [first.values.map(keyOf(first)), second.values.map(keyOf(second))];
  const find = (name: string, other: string) =>
    rows.find(({ variant: { set } }) => keyFrom(set, first.paths) === name && keyFrom(set, second.paths) === other);
  // The longer axis goes down: a page has room there.
  const goesDown = names.length >= others.length;
  const [down, across] = goesDown ? [names, others] : [others, names];
  return {
    down: (goesDown ? first : second).paths.join(", "),
    across: (goesDown ? second : first).paths.join(", "),
    columns: across,
    rows: down.map((name) => ({
      name,
      cells: across.map((other) => (goesDown ? find(name, other) : find(other, name))),
    })),
  };
}

function keyFrom(set: Variant["set"], paths: readonly string[]): string {
  return paths.map((path) => set[path] ?? "").join(", ");
}

function surroundingsOf(trials: readonly TrialReport[]): StudyReport["surroundings"] {
  const manifests = trials.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]));
  const facts: readonly (readonly [string, (manifest: RunManifest) => string])[] = [
    [
      "data",
      ({ dataset }) =>
        `${nameOf(dataset.specification)}: ${dataset.train} training${dataset.validation === undefined ? "" : `, ${dataset.validation} validation`} and ${dataset.test} test samples`,
    ],
    ["checksum of the data", ({ dataset }) => dataset.checksum],
    ["engine", ({ engine, executor }) => `${engine}, ${executor} executor`],
    ["threads", ({ threads }) => threads],
    ["Node", ({ versions }) => versions["node"] ?? "unknown"],
    ["llnet", ({ versions }) => versions["llnet"] ?? "unknown"],
    ["commit", (manifest) => commitWords(manifest) ?? "none"],
  ];
  return facts.map(([name, read]) => ({ name, values: [...new Set(manifests.map(read))] }));
}

/** Without the folders above it, which differ from machine to machine. */
function nameOf(specification: string): string {
  return specification.replace(/^([^:]*):.*\//, "$1:");
}
