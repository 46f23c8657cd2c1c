/** The phases of a sequential training as the loop goes through them; in any other training there are none. */
import { epochOrder } from "../../data/batch-plan.ts";
import type { Batches } from "../../data/batches.ts";
import type { Dataset } from "../../data/dataset.ts";
import { phaseOf, positionOf } from "../../program/phases.ts";
import type { StepProgram } from "../../program/step-program.ts";
import type { TrainingEvent } from "./events.ts";
import { decideKeeping, type KeptActivations, keepActivations } from "./kept-activations.ts";
import type { LoopTrainer } from "./loop-trainer.ts";
import type { TrainingError } from "./training-error.ts";

export interface PhaseOptions {
  readonly program: StepProgram;
  readonly trainer: LoopTrainer;
  readonly dataset: Dataset;
  /** All training images in the order of the files. */
  readonly trainingImages: () => Batches;
  readonly report: (event: TrainingEvent) => TrainingError | undefined;
  /** Asked between batches; false ends the run. */
  readonly goesOn: () => Promise<boolean>;
}

export interface Phases {
  /** To be called before an epoch: where a phase begins or is continued, its module alone is trained from now on. */
  begin(epoch: number): Promise<"interrupted" | TrainingError | undefined>;
  /** What finished modules hand on for the images of a step (0-based) of an epoch, where it is kept. */
  frozenAt(epoch: number, step: number): ReadonlyMap<string, Float32Array> | undefined;
}

export function createPhases({ program, trainer, dataset, trainingImages, report, goesOn }: PhaseOptions): Phases {
  let running: { readonly phase: number; readonly kept: KeptActivations | undefined } | undefined;
  let order: { readonly epoch: number; readonly images: Uint32Array } | undefined;

  /** Computes what finished modules hand on for all training images; null where it was ended early. */
  async function keep(module: number, elements: ReadonlyMap<string, number>): Promise<KeptActivations | null> {
    const begun = performance.now();
    return keepActivations({
      ...{ trainer, elements, images: dataset.train.count },
      batches: trainingImages(),
      onProgress(share) {
        const secondsLeft = ((performance.now() - begun) / 1000) * (1 / share - 1);
        report({ kind: "keeping", module, share, secondsLeft });
        return goesOn();
      },
    });
  }

  /** The images of a step by their place in the training set. */
  function imagesOf(epoch: number, step: number): Uint32Array {
    const { batch, seed } = program.recipe;
    if (order?.epoch !== epoch)
      order = { epoch, images: epochOrder({ split: dataset.train, shuffle: true, seed, epoch }) };
    return order.images.subarray(step * batch, (step + 1) * batch);
  }

  return {
    async begin(epoch) {
      const { phase, epochs } = positionOf(program, epoch);
      if (phase === undefined || running?.phase === phase) return undefined;
      trainer.setPhase?.(phase);
      const { module } = phaseOf(program, phase);
      const elements = trainer.frozenElements?.();
      const decision = module === 1 ? undefined : decideKeeping(program, elements, dataset.train.count);
      const error = report({
        kind: "phase",
        ...{ phase, phases: program.phases?.length ?? 1, module },
        epochs: [(phase - 1) * epochs + 1, phase * epochs],
        ...(decision && { note: decision.note }),
      });
      if (error !== undefined) return error;
      const keeps = decision?.keeps === true && elements !== undefined;
      const kept = keeps ? await keep(module, elements) : undefined;
      if (kept === null) return "interrupted";
      running = { phase, kept };
      return undefined;
    },
    frozenAt: (epoch, step) => running?.kept?.rowsOf(imagesOf(epoch, step)),
  };
}
