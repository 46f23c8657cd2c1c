import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Claim, claimTrial, type Holder, isHolder } from "../../ablation/claims.ts";
import { appendJournal, type Ended } from "../../ablation/journal.ts";
import { parseStopRule, type StopRule, stops } from "../../ablation/stop-rule.ts";
import { clearRun, readResult, readTrial, type TrialFile, writeResult } from "../../ablation/store.ts";
import { countMemory } from "../count-memory.ts";
import { type ExitCode, exitCodes, type ParentProcess } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { type PreparedTraining, prepareTraining } from "../prepare-training.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { type Trained, trainPrepared } from "../train-prepared.ts";
import type { TrialOptions } from "./ablate-trial.command.ts";
import { prepareTrial } from "./prepare-trial.ts";

/** Seconds between two signs of life. */
const beatSeconds = 15;

/** Runs one trial to its end in this process: what the runner and a Slurm job start. */
export async function ablateTrial(session: Session, path: string, options: TrialOptions): Promise<ExitCode> {
  const directory = resolve(path);
  const file = readTrial(directory);
  if (file === undefined) {
    const help = "give a folder below `runs/trials`; `llnet ablate run` makes them";
    return reportProblem(session, { message: "this is not the folder of a trial", help, path }, exitCodes.usage);
  }
  const rule = options.stopWhen === undefined ? undefined : parseStopRule(options.stopWhen);
  if (typeof rule === "string") {
    const message = `\`--stop-when ${options.stopWhen}\` is no rule`;
    return reportProblem(session, { message, help: rule }, exitCodes.usage);
  }
  let claim: Claim | Holder | undefined;
  try {
    claim = options.wait ? await waitForClaim(session, directory) : claimTrial(directory);
  } catch (error) {
    return reportUnwritten(session, error, directory);
  }
  if (claim === undefined) return exitCodes.interrupted;
  if (isHolder(claim)) {
    session.io.error(`trial ${file.trial.id} is being run by process ${claim.process} on ${claim.host}\n`);
    return exitCodes.fine;
  }
  try {
    // Somebody may have finished it between our parent's look and our claim.
    if (isDone(directory, rule)) return exitCodes.fine;
    return await runTrial(session, { directory, file, rule, claim, parent: session.io.parent });
  } catch (error) {
    return reportUnwritten(session, error, directory);
  } finally {
    claim.release();
  }
}

/** The journal or the result that the disk did not take; anything else is no failure of the disk and goes on. */
async function reportUnwritten(session: Session, error: unknown, directory: string): Promise<ExitCode> {
  const { fileSystemError } = await session.services.loop();
  const known = fileSystemError(error, "the trial", directory);
  if (known === null) throw error;
  // On a full disk the parent learns it in no other way.
  session.io.parent?.tell({ kind: "trouble", reason: `${known.code}: ${known.message}` });
  return reportProblem(session, known, exitCodes.findings);
}

/** Tries until nobody else holds the trial; nothing where the user or the parent wants an end before. */
async function waitForClaim(session: Session, directory: string): Promise<Claim | undefined> {
  let isStopping = false;
  const forget = session.io.onInterrupt(() => {
    isStopping = true;
  });
  try {
    for (let told = false; !isStopping && session.io.parent?.wantsEnd() !== true; told = true) {
      const claim = claimTrial(directory);
      if (!isHolder(claim)) return claim;
      if (!told) session.io.error(`waiting for process ${claim.process} on ${claim.host}, which has the trial\n`);
      await setTimeout(1000);
    }
    return undefined;
  } finally {
    forget();
  }
}

/** Whether there is nothing left to do: ended, and not merely stopped early by another rule. */
function isDone(directory: string, rule: StopRule | undefined): boolean {
  const result = readResult(directory);
  return result !== undefined && (result.stoppedBy === undefined || result.stoppedBy === rule?.text);
}

interface TrialToRun {
  readonly directory: string;
  readonly file: TrialFile;
  readonly rule: StopRule | undefined;
  readonly claim: Claim;
  readonly parent: ParentProcess | undefined;
}

async function runTrial(session: Session, trial: TrialToRun): Promise<ExitCode> {
  const { directory, claim, parent, rule } = trial;
  const prepared = await prepareOrContinue(session, trial);
  if (isExitCode(prepared)) {
    end(directory, "failed", "it could not be prepared: see output.txt");
    return prepared;
  }
  appendJournal(directory, {
    kind: "started",
    time: new Date().toISOString(),
    host: hostname(),
    process: process.pid,
    resumed: prepared.continued !== undefined,
  });
  let stopped = false;
  let lastBeat = performance.now();
  let lastTold = 0;
  const trained = await trainPrepared(session, prepared, {
    directory: join(directory, "run"),
    stopRequested: () => stopped || parent?.wantsEnd() === true,
    onEvent(event) {
      if (event.kind === "epoch" && rule !== undefined && stops(rule, event.record)) stopped = true;
      if (event.kind !== "step" || performance.now() - lastTold > 200) {
        lastTold = performance.now();
        parent?.tell(event);
      }
      if (performance.now() - lastBeat < 1000 * beatSeconds) return;
      lastBeat = performance.now();
      claim.beat();
    },
  });
  if (isExitCode(trained)) {
    end(directory, "failed", "the run could not begin: see output.txt");
    return trained;
  }
  return finish(trial, await withMemory(session, trial, prepared, trained), stopped);
}

/** With the peak of a step counted, at the end of a trial whose executor cannot tell it. */
async function withMemory(
  session: Session,
  { file: { trial } }: TrialToRun,
  { program, executor }: PreparedTraining,
  trained: Trained,
): Promise<Trained> {
  const { document, outcome } = trained;
  if (executor !== "graph" || outcome.reason === "failed" || document.memory.tracked !== null) return trained;
  const { peakBytes, variableBytes } = trial.summary;
  const tracked = await countMemory(session, program, peakBytes + variableBytes);
  if (tracked === undefined) return trained;
  return { ...trained, document: { ...document, memory: { ...document.memory, tracked } } };
}

function finish({ directory, file, rule }: TrialToRun, { document, outcome }: Trained, stopped: boolean): ExitCode {
  const { fine, findings, interrupted } = exitCodes;
  if (outcome.reason === "failed") {
    end(directory, "failed", outcome.error && `${outcome.error.code}: ${outcome.error.message}`);
    return findings;
  }
  if (outcome.reason !== "finished" && !stopped) {
    end(directory, "interrupted");
    return interrupted;
  }
  const isEarly = outcome.reason !== "finished";
  writeResult(directory, {
    format: "llnet-trial-result",
    version: 1,
    id: file.trial.id,
    finished: new Date().toISOString(),
    ...(isEarly && rule && { stoppedBy: rule.text }),
    document,
  });
  end(directory, isEarly ? "stopped" : "finished", isEarly ? rule?.text : undefined);
  return fine;
}

/** From the last checkpoint where there is one; from the start otherwise. */
async function prepareOrContinue(session: Session, trial: TrialToRun): Promise<PreparedTraining | ExitCode> {
  const { directory, file } = trial;
  const loop = await session.services.loop();
  const run = join(directory, "run");
  const isBegun =
    existsSync(join(run, "manifest.json")) && !loop.isTrainingError(loop.findCheckpoint(`${run}/checkpoint`));
  if (isBegun) return prepareTraining(session, undefined, { set: {}, resume: run });
  clearRun(directory);
  return prepareTrial(session, directory, file);
}

function end(directory: string, outcome: Ended["outcome"], reason?: string): void {
  appendJournal(directory, {
    kind: "ended",
    time: new Date().toISOString(),
    outcome,
    ...(reason !== undefined && { reason }),
  });
}
