/** 4-lower: a ScopedModel becomes a StepProgram: differentiated, updated, with everything freed at its last use. */
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { Procedure, ProgramLoss, ProgramPrediction, StepProgram } from "../../runtime/program/step-program.ts";
import type { ScopedLoss, ScopedModel } from "../3-scope/scoped-model.ts";
import { lowerInference } from "./lower-inference.ts";
import { type LoweredPhase, lowerPhases } from "./lower-phases.ts";
import { lowerStep } from "./lower-step.ts";
import { saveMemory } from "./save-memory.ts";
import { listVariables } from "./variables.ts";

/** The program of a scoped model. Total: whatever can be wrong with a model has been reported by earlier phases. */
export function lower(scoped: ScopedModel): StepProgram {
  return complete(lowerStepByStep(scoped));
}

function complete({ program, phases, gradients }: Lowered): StepProgram {
  const { procedures, recipe, ...header } = program;
  const { train, evaluate, predict } = procedures;
  return {
    ...header,
    procedures: { train, gradients: gradients(), evaluate, predict },
    ...(phases && {
      phases: phases.map(({ module, procedures: own, gradients: ofPhase }) => ({
        module,
        procedures: { train: own.train, gradients: ofPhase(), evaluate: own.evaluate },
      })),
    }),
    recipe,
  };
}

/** A program but for `gradients`, which say nothing that `train` does not: enough to know what it is and what it costs. */
export interface LoweredProgram extends Omit<StepProgram, "procedures" | "phases"> {
  readonly procedures: Omit<StepProgram["procedures"], "gradients">;
  readonly phases?: readonly Pick<LoweredPhase, "module" | "procedures">[];
}

export function lowerWithoutGradients(scoped: ScopedModel): LoweredProgram {
  return lowerFirst(scoped).program;
}

/** A program without gradients, and what makes it whole. */
export function lowerFirst(scoped: ScopedModel): {
  readonly program: LoweredProgram;
  readonly complete: () => StepProgram;
} {
  const lowered = lowerStepByStep(scoped);
  const { program, phases } = lowered;
  return { program: phases === undefined ? program : { ...program, phases }, complete: () => complete(lowered) };
}

interface Lowered {
  readonly program: Omit<LoweredProgram, "phases">;
  readonly phases: readonly LoweredPhase[] | undefined;
  gradients(): Procedure;
}

function lowerStepByStep(scoped: ScopedModel): Lowered {
  const { model } = scoped;
  const variables = listVariables(scoped);
  const types = new Map(variables.map(({ address, type }) => [address, type]));
  const step = lowerStep(scoped, types);
  const recipe = recipeOf(scoped);
  const program = {
    format: "llnet-step-program" as const,
    version: 1 as const,
    name: model.name,
    classes: model.classes,
    inputShape: model.inputShape,
    modules: scoped.modules.map(({ index, units, head }) => ({
      index,
      units: units.map(({ address }) => address),
      heads: head === undefined ? [] : [head.title],
    })),
    losses: scoped.losses.map((loss) => describeLoss(loss, scoped)),
    predictions: listPredictions(scoped),
    variables,
    procedures: {
      train: saveMemory(step.train, model.recipe),
      ...lowerInference(scoped, types),
    },
    recipe,
  };
  return {
    program,
    phases: recipe.order === "sequential" ? lowerPhases(scoped, types) : undefined,
    gradients: () => saveMemory(step.gradients(), model.recipe),
  };
}

/** Where there is one module, no order is another: the program is the same. */
function recipeOf({ model, modules }: ScopedModel): Recipe {
  if (modules.length > 1) return model.recipe;
  const { order: _, cacheBytes: __, ...recipe } = model.recipe;
  return recipe;
}

function describeLoss({ name, module, weight, firstUnit }: ScopedLoss, { modules }: ScopedModel): ProgramLoss {
  const reaches = modules
    .filter(({ index, units }) => index <= module && units.some((unit) => unit.index >= firstUnit))
    .map(({ index }) => index);
  return { name, module, weight, ...(reaches.length > 1 && { reaches }) };
}

/** `module[2].local_classifier`: every head that has a prediction, the readout last. */
export function listPredictions(scoped: ScopedModel): ProgramPrediction[] {
  return scoped.modules.flatMap(({ index, head }) =>
    head?.fragment.output === undefined ? [] : [{ name: `module[${index}].${head.name}`, module: index }],
  );
}
