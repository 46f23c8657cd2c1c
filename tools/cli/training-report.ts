import { type StepProgram, totalEpochs } from "../../runtime/index.ts";
import type { EpochRecord, Run, TrainingOutcome } from "../../runtime/train/loop/index.ts";
import { count, percent } from "./text-table.ts";

/** The document of `train --json`. */
export interface TrainingDocument {
  /** The run's directory. */
  readonly run: string;
  readonly model: string;
  readonly outcome: TrainingOutcome["reason"];
  readonly error?: { readonly code: string; readonly name: string; readonly message: string };
  readonly epochs: readonly EpochRecord[];
  /** The epoch with the highest validation accuracy, where images are held out: the test accuracy to report. */
  readonly best?: BestEpoch;
  /** Bytes of a training step at the recipe's batch size; `tracked` where the executor counts them. */
  readonly memory: { readonly planned: number; readonly tracked: number | null };
  readonly engine: string;
  readonly checkpoint: string | null;
}

export interface BestEpoch {
  readonly epoch: number;
  /** Accuracies, in [0, 1]. */
  readonly validation: number;
  readonly test: number;
}

export interface TrainingFacts {
  readonly run: Run;
  readonly outcome: TrainingOutcome;
  readonly memory: { readonly planned: number; readonly tracked?: number | null | undefined };
  readonly engine: string;
  readonly checkpoint: string | null;
  /** Its record. */
  readonly best?: EpochRecord | undefined;
}

export function trainingDocument({ run, outcome, memory, engine, checkpoint, best }: TrainingFacts): TrainingDocument {
  const { error } = outcome;
  return {
    run: run.directory,
    model: run.manifest.model,
    outcome: outcome.reason,
    ...(error && { error: { code: error.code, name: error.name, message: error.message } }),
    epochs: outcome.state.epochs,
    ...(best?.validation && {
      best: { epoch: best.epoch, validation: best.validation.accuracy, test: best.test.accuracy },
    }),
    memory: { planned: memory.planned, tracked: memory.tracked ?? null },
    engine,
    checkpoint,
  };
}

/** What a person wants to know at the end. */
export function renderOutcome(document: TrainingDocument, outcome: TrainingOutcome, program: StepProgram): string {
  const last = document.epochs.at(-1);
  const lines = [];
  if (last !== undefined) {
    const tested = Number.isFinite(last.test.accuracy) ? `test accuracy ${percent(last.test.accuracy)}` : "tested";
    lines.push(`${tested} after ${last.epoch} of ${totalEpochs(program)} epochs`);
    for (const [name, share] of Object.entries(last.test.accuracies).slice(0, -1))
      lines.push(`  ${name} ${percent(share)}`);
  }
  const { best } = document;
  if (best !== undefined) {
    lines.push(
      `best on validation: epoch ${best.epoch}, test ${percent(best.test)} (validation ${percent(best.validation)} of ${count(last?.validation?.samples ?? 0)} images)`,
    );
  }
  if (outcome.reason === "interrupted" || outcome.reason === "step_limit") {
    const { epoch, step } = outcome.state;
    lines.push(`stopped in epoch ${epoch} after step ${step}; continue with: llnet train --resume ${document.run}`);
  }
  lines.push(`run ${document.run}`);
  return `${lines.join("\n")}\n`;
}
