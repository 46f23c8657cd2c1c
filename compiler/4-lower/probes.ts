import type { Recipe } from "../../runtime/program/recipe.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import type { Module, ScopedModel } from "../3-scope/scoped-model.ts";
import { lossName } from "./forward.ts";
import { lower } from "./index.ts";

/** A program that holds one loss alone, with weight 1: its `gradients` are what that loss gives to each weight. */
export interface Probe {
  readonly loss: string;
  readonly program: StepProgram;
}

/** One probe per loss, to measure the isolation matrix instead of computing it. */
export function probeLosses(scoped: ScopedModel): Probe[] {
  return scoped.losses.map(({ name }) => ({ loss: name, program: lower(withLossAlone(scoped, name)) }));
}

function withLossAlone(scoped: ScopedModel, name: string): ScopedModel {
  return {
    ...scoped,
    model: { ...scoped.model, recipe: withoutOrder(scoped.model.recipe) },
    losses: scoped.losses.filter((loss) => loss.name === name).map((loss) => ({ ...loss, weight: 1 })),
    modules: scoped.modules.map((module) => keepLoss(module, name)),
  };
}

/** All modules in one step: the matrix is the same, and phases would only take time to write. */
function withoutOrder({ order: _, ...recipe }: Recipe): Recipe {
  return recipe;
}

function keepLoss(module: Module, name: string): Module {
  if (module.head === undefined) return module;
  const { fragment } = module.head;
  const losses = fragment.losses
    .filter((loss) => lossName(module, loss) === name)
    .map((loss) => ({ ...loss, weight: 1 }));
  return { ...module, head: { ...module.head, fragment: { ...fragment, losses } } };
}
