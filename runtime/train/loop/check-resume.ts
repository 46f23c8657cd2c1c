import type { Dataset } from "../../data/dataset.ts";
import type { StepProgram } from "../../program/step-program.ts";
import { programDifferences } from "./differences.ts";
import { programHash } from "./program-hash.ts";
import type { Run } from "./run-directory.ts";
import type { TrainingError } from "./training-error.ts";
import { trainingError } from "./training-error.ts";

/** What a run is about to be continued with. */
export interface ResumeRequest {
  /** Where it was compiled again. */
  readonly program?: StepProgram;
  readonly dataset: Dataset;
  readonly executor: string;
}

/** A run continues exactly or not at all: the program, the data and the executor must be those it was started with. */
export function checkResume({ directory, manifest, program }: Run, request: ResumeRequest): TrainingError | undefined {
  if (request.program !== undefined && programHash(request.program) !== manifest.programHash) {
    return trainingError(
      "LL8036",
      `the run was made by a different program: ${programDifferences(program, request.program).join("; ")}`,
      "continue it as it was, with `llnet train --resume RUN` alone, or start a new run",
      directory,
    );
  }
  const { dataset } = manifest;
  if (request.dataset.checksum !== dataset.checksum) {
    return trainingError(
      "LL8037",
      `the run was made with different data: ${dataDifference(dataset, request.dataset)}`,
      "give it the same files, or start a new run",
      directory,
    );
  }
  if (request.executor !== manifest.executor) {
    return trainingError(
      "LL8038",
      `the run was made with the ${manifest.executor} executor, asked for is ${request.executor}`,
      "leave `--executor` out, or start a new run",
      directory,
    );
  }
  return undefined;
}

function dataDifference(before: Run["manifest"]["dataset"], after: Dataset): string {
  const name = before.specification.split(":")[0];
  if (name !== after.name) return `it was \`${name}\`, is \`${after.name}\``;
  if (before.train !== after.train.count) return `it had ${before.train} training images, has ${after.train.count}`;
  const changed = before.files.find(({ sha256 }, index) => after.files[index]?.sha256 !== sha256);
  return changed === undefined ? "there are more files than there were" : `\`${changed.name}\` is not the file it was`;
}
