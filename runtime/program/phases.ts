/** Sequential training as executors and the training loop see it: one phase after the other, each with all its epochs. */
import type { StepProgram, TrainingPhase } from "./step-program.ts";

/**
 * The program of one phase (1-based): its procedures in place of the whole model's, and the losses and predictions they
 * have. Variables are those of the whole model, so that values can be carried from one phase to the next.
 */
export function phaseProgram(program: StepProgram, phase: number): StepProgram {
  const { phases, ...whole } = program;
  const { module, procedures } = phaseOf(program, phase);
  return {
    ...whole,
    losses: program.losses.filter((loss) => loss.module <= module),
    predictions: program.predictions.filter((prediction) => prediction.module <= module),
    procedures: { ...program.procedures, ...procedures },
  };
}

export function phaseOf({ phases = [] }: StepProgram, phase: number): TrainingPhase {
  const found = phases[phase - 1];
  if (found === undefined) throw new Error(`there is no phase ${phase} of ${phases.length}`);
  return found;
}

/** What of a program its number of epochs depends on. */
export interface Phased extends Pick<StepProgram, "recipe"> {
  readonly phases?: readonly unknown[] | undefined;
}

/** All epochs of a training: those of every phase, one after the other. */
export function totalEpochs({ phases, recipe }: Phased): number {
  return recipe.epochs * (phases?.length ?? 1);
}

/** Where epoch 1 … `totalEpochs` lies: schedules begin anew in every phase. */
export interface PhasePosition {
  /** 1-based; undefined where the training has no phases. */
  readonly phase: number | undefined;
  /** 1 … epochs, within the phase. */
  readonly epoch: number;
  readonly epochs: number;
}

export function positionOf({ phases, recipe }: Pick<StepProgram, "phases" | "recipe">, epoch: number): PhasePosition {
  const { epochs } = recipe;
  if (phases === undefined) return { phase: undefined, epoch, epochs };
  const phase = Math.min(Math.ceil(epoch / epochs), phases.length);
  return { phase, epoch: epoch - (phase - 1) * epochs, epochs };
}
