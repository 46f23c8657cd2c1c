import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StepProgram } from "../../program/step-program.ts";
import { makeFolder, writeDurably } from "../durable-files.ts";
import { programHash } from "./program-hash.ts";
import type { TrainingError } from "./training-error.ts";
import { fileSystemError, trainingError } from "./training-error.ts";

/**
 * A run's directory: `manifest.json` (what was run, on what, with what), `program.json` (the StepProgram), `source/` (the
 * llnet files it was compiled from), `log.jsonl` (events, one per line, appended only), `checkpoint/` and, where images are
 * held out for validation, `best/`.
 */
export interface Run {
  readonly directory: string;
  readonly manifest: RunManifest;
  readonly program: StepProgram;
}

export interface RunManifest {
  readonly format: "llnet-run";
  readonly version: 1;
  readonly model: string;
  /** ISO 8601. */
  readonly created: string;
  readonly programHash: string;
  readonly executor: string;
  readonly seed: number;
  readonly sources: readonly { readonly path: string; readonly sha256: string }[];
  readonly dataset: {
    /** As `--data` takes it, directories absolute. */
    readonly specification: string;
    readonly checksum: string;
    readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
    readonly train: number;
    /** Held out of the training images, where the recipe asks for it. */
    readonly validation?: number;
    readonly test: number;
  };
  /** Of llnet, Node, TensorFlow and its binding. */
  readonly versions: Readonly<Record<string, string>>;
  readonly engine: string;
  /** Threads an operation could have; "default" in runs of versions that did not count where LLNET_THREADS was not set. */
  readonly threads: string;
  readonly command: readonly string[];
  /** The git commit of the directory the command ran in, where there is one. */
  readonly commit: string | null;
  /** Whether files of that commit were changed; absent where there is none, and in runs of versions that did not look. */
  readonly uncommitted?: boolean;
}

/** Makes the directory of a new run. One that holds a run already is refused. */
export function createRun(
  directory: string,
  manifest: RunManifest,
  program: StepProgram,
  sources: ReadonlyMap<string, string>,
): Run | TrainingError {
  if (existsSync(join(directory, "manifest.json"))) {
    return trainingError(
      "LL8035",
      "the directory holds a run already",
      "continue it with `--resume`, or choose another with `--out`",
      directory,
    );
  }
  try {
    makeFolder(join(directory, "checkpoint"));
    for (const [path, text] of sources) {
      const copy = join(directory, "source", innerPath(path));
      makeFolder(dirname(copy));
      writeDurably(copy, text);
    }
    writeDurably(join(directory, "program.json"), `${JSON.stringify(program)}\n`);
    // Last: a directory with a manifest is a whole run.
    writeDurably(join(directory, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  } catch (error) {
    const known = fileSystemError(error, "the run", directory);
    if (known === null) throw error;
    return known;
  }
  return { directory, manifest, program };
}

/** Opens a run's directory, checked against itself: the program must be the one the manifest names. */
export function openRun(directory: string): Run | TrainingError {
  const manifest = readJson(join(directory, "manifest.json"));
  const program = readJson(join(directory, "program.json"));
  if (!isManifest(manifest) || !isProgram(program)) {
    return trainingError(
      "LL8034",
      "this is not the directory of a run",
      "a run has `manifest.json` and `program.json`; `llnet train` makes one",
      directory,
    );
  }
  if (programHash(program) !== manifest.programHash) {
    return trainingError(
      "LL8034",
      "`program.json` is not the program the run was started with",
      "put the file back as it was",
      directory,
    );
  }
  return { directory, manifest, program };
}

/** Adds a line to the run's log. */
export function appendLog(directory: string, entry: object): TrainingError | undefined {
  const path = join(directory, "log.jsonl");
  try {
    appendFileSync(path, `${JSON.stringify(entry)}\n`);
    return undefined;
  } catch (error) {
    const known = fileSystemError(error, "the log", path);
    if (known === null) throw error;
    return known;
  }
}

function isManifest(value: unknown): value is RunManifest {
  return isRecord(value) && value["format"] === "llnet-run" && value["version"] === 1 && isRecord(value["dataset"]);
}

function isProgram(value: unknown): value is StepProgram {
  return (
    isRecord(value) &&
    value["format"] === "llnet-step-program" &&
    value["version"] === 1 &&
    isRecord(value["procedures"])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** A path that stays inside `source/`: `../shared/net.llnet` → `up/shared/net.llnet`. */
function innerPath(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^([A-Za-z]:)?\/+/, "")
    .split("/")
    .map((part) => (part === ".." ? "up" : part))
    .join("/");
}
