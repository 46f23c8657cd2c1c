import { existsSync } from "node:fs";
import { runName } from "../describe-run.ts";
import { type ExitCode, exitCodes } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { prepareTraining } from "../prepare-training.ts";
import { printJson, type Session } from "../session.ts";
import { trainPrepared } from "../train-prepared.ts";
import { renderOutcome } from "../training-report.ts";
import type { TrainOptions } from "./train.command.ts";

/** Trains a model, or continues a run. */
export async function train(session: Session, file: string | undefined, options: TrainOptions): Promise<ExitCode> {
  const prepared = await prepareTraining(session, file, options);
  if (isExitCode(prepared)) return prepared;
  const trained = await trainPrepared(session, prepared, {
    directory: options.out ?? freeDirectory(`runs/${runName(prepared.program.name, new Date().toISOString())}`),
    ...(options.maxSteps !== undefined && { maxSteps: options.maxSteps }),
  });
  if (isExitCode(trained)) return trained;
  if (session.json) printJson(session, trained.document);
  else session.io.out(renderOutcome(trained.document, trained.outcome, prepared.program));
  const { fine, interrupted, findings } = exitCodes;
  return { finished: fine, step_limit: fine, interrupted, failed: findings }[trained.outcome.reason];
}

/** The name, or the first of `NAME-2`, `NAME-3`, … that is free: runs may begin in the same second. */
function freeDirectory(name: string): string {
  let free = name;
  for (let number = 2; existsSync(free); number += 1) free = `${name}-${number}`;
  return free;
}
