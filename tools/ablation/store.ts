/**
 * Where trials are kept: `trials/<id>/` with `trial.json` (what it is), `journal.jsonl` (what happened), `claims/` (who works on
 * it), `run/` (the run of `llnet train`), `output.txt` (what the child printed) and, at the end, `result.json`; `sources/<hash>.json`
 * holds the texts the trials were planned from, so that editing a file changes no trial that is under way.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder, writeDurably } from "../../runtime/train/loop/index.ts";
import type { TrainingDocument } from "../cli/training-report.ts";
import { claimHolder, type Holder } from "./claims.ts";
import { type Ended, readJournal } from "./journal.ts";
import { trialDirectory } from "./trial-identity.ts";
import type { Trial } from "./types.ts";

export interface TrialFile {
  readonly format: "llnet-trial";
  readonly version: 1;
  readonly trial: Trial;
  /** Name of the file in `sources/`, without its ending. */
  readonly sources: string;
}

/** A trial's end, written once. */
export interface TrialResult {
  readonly format: "llnet-trial-result";
  readonly version: 1;
  readonly id: string;
  /** ISO 8601. */
  readonly finished: string;
  /** The rule that ended it early, where one did. */
  readonly stoppedBy?: string;
  /** What `llnet train --json` prints. */
  readonly document: TrainingDocument;
}

export type TrialState =
  | { readonly status: "planned"; readonly attempts: number }
  | { readonly status: "interrupted"; readonly attempts: number }
  | { readonly status: "running"; readonly attempts: number; readonly holder: Holder }
  | { readonly status: "failed"; readonly attempts: number; readonly reason: string }
  | { readonly status: "done"; readonly attempts: number; readonly result: TrialResult };

/** Makes a trial's directory, whole or not at all; one that exists stays as it is. Throws the file system's own errors. */
export function enrollTrial(runs: string, trial: Trial, sources: ReadonlyMap<string, string>): string {
  const directory = trialDirectory(trial, runs);
  if (existsSync(join(directory, "trial.json"))) return directory;
  const file: TrialFile = { format: "llnet-trial", version: 1, trial, sources: storeSources(runs, sources) };
  makeFolder(directory);
  writeWhole(join(directory, "trial.json"), `${JSON.stringify(file, null, 2)}\n`);
  return directory;
}

export function readTrial(directory: string): TrialFile | undefined {
  const value = readJson(join(directory, "trial.json"));
  return isRecord(value) && value["format"] === "llnet-trial" && value["version"] === 1
    ? (value as unknown as TrialFile)
    : undefined;
}

/** The texts a trial was planned from, by path. */
export function readSources(directory: string, { sources }: TrialFile): Readonly<Record<string, string>> | undefined {
  const value = readJson(join(dirname(dirname(directory)), "sources", `${sources}.json`));
  return isRecord(value) ? (value as Record<string, string>) : undefined;
}

/** Where a trial stands, from its files alone. */
export function trialState(directory: string): TrialState {
  const journal = readJournal(directory);
  const attempts = journal.filter(({ kind }) => kind === "started").length;
  const result = readResult(directory);
  if (result !== undefined) return { status: "done", attempts, result };
  const holder = claimHolder(directory);
  if (holder !== undefined) return { status: "running", attempts, holder };
  const last = journal.at(-1);
  if (last?.kind === "ended" && isFailure(last)) {
    return { status: "failed", attempts, reason: last.reason ?? last.outcome };
  }
  return { status: attempts === 0 ? "planned" : "interrupted", attempts };
}

export function writeResult(directory: string, result: TrialResult): void {
  writeWhole(join(directory, "result.json"), `${JSON.stringify(result, null, 2)}\n`);
}

export function readResult(directory: string): TrialResult | undefined {
  const value = readJson(join(directory, "result.json"));
  return isRecord(value) && value["format"] === "llnet-trial-result" ? (value as unknown as TrialResult) : undefined;
}

/** Takes away a run that never got as far as a checkpoint, so that the trial can begin anew. */
export function clearRun(directory: string): void {
  rmSync(join(directory, "run"), { recursive: true, force: true });
}

/** The end of what the last attempt printed. */
export function lastOutput(directory: string, characters = 2000): string {
  try {
    const path = join(directory, "output.txt");
    return statSync(path).size === 0 ? "" : readFileSync(path, "utf8").slice(-characters);
  } catch {
    return "";
  }
}

function isFailure({ outcome }: Ended): boolean {
  return outcome === "failed" || outcome === "crashed";
}

function storeSources(runs: string, sources: ReadonlyMap<string, string>): string {
  const text = `${JSON.stringify(Object.fromEntries(sources))}\n`;
  const name = createHash("sha256").update(text).digest("hex").slice(0, 20);
  const path = join(runs, "sources", `${name}.json`);
  if (existsSync(path)) return name;
  makeFolder(dirname(path));
  writeWhole(path, text);
  return name;
}

/** Under another name first: whoever is killed in between leaves the file absent, never half. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeDurably(draft, text);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
