import type { Procedure, TrainingPhase } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import { lowerEvaluation } from "./lower-inference.ts";
import { lowerStep } from "./lower-step.ts";
import { saveMemory } from "./save-memory.ts";

/** A phase, and the gradients it has where they are asked for. */
export interface LoweredPhase extends Pick<TrainingPhase, "module"> {
  readonly procedures: Pick<TrainingPhase["procedures"], "train" | "evaluate">;
  gradients(): Procedure;
}

/**
 * The phases of a sequential training: every module with a loss for itself, behind finished ones (DGL's sequential
 * greedy training, arXiv 1901.08164: blocks before it in evaluation mode, everything before it detached).
 */
export function lowerPhases(scoped: ScopedModel, variables: ReadonlyMap<string, TensorType>): LoweredPhase[] {
  const { recipe } = scoped.model;
  return scoped.modules
    .filter(({ index }) => scoped.losses.some(({ module }) => module === index))
    .map(({ index }) => {
      const reached = upTo(index, scoped);
      const step = lowerStep(onlyLossesOf(index, reached), variables, (module) => module.index === index);
      return {
        module: index,
        procedures: {
          train: saveMemory(step.train, recipe),
          evaluate: lowerEvaluation(reached, variables),
        },
        gradients: () => saveMemory(step.gradients(), recipe),
      };
    });
}

function upTo(last: number, scoped: ScopedModel): ScopedModel {
  const isBefore = ({ index }: Module): boolean => index <= last;
  return { ...scoped, modules: scoped.modules.filter(isBefore) };
}

/** Everything else is a constant: it is not updated, and nothing follows it. */
function onlyLossesOf(module: number, scoped: ScopedModel): ScopedModel {
  return {
    ...scoped,
    losses: scoped.losses.filter((loss) => loss.module === module),
    owners: scoped.owners.filter((owner) => owner.module === module || owner.kind === "shared"),
  };
}
