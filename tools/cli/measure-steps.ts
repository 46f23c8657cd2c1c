import { freemem } from "node:os";
import type { StepProgram } from "../../runtime/index.ts";
import type { MeasuredStepStore } from "../ablation/measured-steps.ts";
import type { StudyPlan, Trial } from "../ablation/types.ts";
import type { Session } from "./session.ts";
import { syntheticBatch } from "./synthetic-batch.ts";
import { duration } from "./text-table.ts";

/**
 * Times a few training steps of every distinct program on synthetic samples, and keeps the median. Programs that need more
 * memory than is free are passed over with a word, and so is what an engine refuses. False where the user asked to stop: what
 * was measured until then is kept.
 */
export async function measureSteps(
  session: Session,
  plan: StudyPlan,
  steps: number,
  measured: MeasuredStepStore,
): Promise<boolean> {
  const distinct = [...new Map(plan.trials.map((trial) => [trial.stepHash, trial])).values()];
  const wanted = distinct.filter(({ stepHash }) => measured.get(stepHash) === undefined);
  let stopped = false;
  const forget = session.io.onInterrupt(() => {
    stopped = true;
  });
  try {
    const start = performance.now();
    for (const [index, trial] of wanted.entries()) {
      if (stopped) break;
      const { peakBytes, variableBytes } = trial.summary;
      const name = trial.askedBy[0]?.variant ?? trial.id;
      const left = ((performance.now() - start) / 1000 / index) * (wanted.length - index);
      const leftText = index === 0 ? "" : `  ${duration(left)} left`;
      session.io.error(`measuring ${index + 1} of ${wanted.length}: ${name}${leftText}\n`);
      if (peakBytes + variableBytes > 0.8 * freemem()) {
        session.io.error(`note: \`${name}\` is not measured: it needs more memory than is free\n`);
        continue;
      }
      const program = await compileTrial(session, trial, plan);
      if (program === undefined) continue;
      const seconds = await timeSteps(session, program, steps, () => stopped);
      if (stopped) break;
      measured.set(trial.stepHash, seconds);
    }
  } finally {
    forget();
  }
  if (wanted.length > 0) await keep(session, measured);
  return !stopped;
}

/** Times that cannot be kept are still good for this plan. */
async function keep(session: Session, measured: MeasuredStepStore): Promise<void> {
  const { fileSystemError } = await session.services.loop();
  try {
    measured.save();
  } catch (error) {
    const known = fileSystemError(error, "the measured times", "measured-steps.json");
    if (known === null) throw error;
    session.io.error(`note: ${known.message}\n`);
  }
}

async function compileTrial(session: Session, trial: Trial, plan: StudyPlan): Promise<StepProgram | undefined> {
  const { compile } = await session.services.compiler();
  const owner = trial.askedBy[0];
  const study = plan.studies.find(({ name }) => name === owner?.study);
  const variant = study?.variants.find(({ name }) => name === owner?.variant);
  if (study === undefined || variant === undefined) return undefined;
  return compile({ file: study.file, model: study.model, set: variant.overrides }).program;
}

async function timeSteps(
  session: Session,
  program: StepProgram,
  steps: number,
  isStopped: () => boolean,
): Promise<number> {
  const { createTrainer } = await session.services.runtime();
  const trainer = await createTrainer(program, { seed: 1 });
  try {
    const batch = syntheticBatch(program);
    const seconds: number[] = [];
    // The first step builds the graph.
    for (let step = 0; step <= steps && !isStopped(); step++) {
      const start = performance.now();
      await trainer.step(batch);
      if (step > 0) seconds.push((performance.now() - start) / 1000);
      // An interruption is heard between two steps.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
  } finally {
    trainer.dispose();
  }
}
