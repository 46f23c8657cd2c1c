/** Settings of one structure, compiled once: settings that differ in what the trainer reads share everything but the recipe. */
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import { totalEpochs } from "../../runtime/program/phases.ts";
import { stepPeakBytes } from "../../runtime/program/plan.ts";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { Procedure, StepProgram } from "../../runtime/program/step-program.ts";
import { bytesAt, elementsAt, type TensorType } from "../../runtime/program/tensor-type.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { BackboneMemory } from "../2-elaborate/backbone-memory.ts";
import { elaborate } from "../2-elaborate/elaborate.ts";
import { scope } from "../3-scope/index.ts";
import type { ScopedModel } from "../3-scope/scoped-model.ts";
import { checkMemory } from "../4-lower/check-memory.ts";
import { type LoweredProgram, lowerFirst } from "../4-lower/index.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { stepIdentity, structureIdentity, withRecipe } from "./program-identity.ts";
import type { Setting } from "./setting-groups.ts";
import type { VariantSummary } from "./study.ts";

export interface CompiledSetting {
  readonly programHash: string;
  readonly stepHash: string;
  readonly summary: VariantSummary;
  readonly recipe: Recipe;
}

/** A program, and what it is with other recipes. */
export interface Structure {
  readonly recipe: Recipe;
  /** Whether the program would be the same with this recipe. */
  fits(recipe: Recipe): boolean;
  at(recipe: Recipe): CompiledSetting;
  /** The whole program with a recipe that it fits. */
  program(recipe: Recipe): StepProgram;
}

/** The structure of a setting; its program is not kept. */
export function compileStructure(
  project: ResolvedProject,
  { model: name, set }: Setting,
  memory: BackboneMemory,
): Result<Structure | undefined> {
  const { value: model, diagnostics } = elaborate(project, { model: name, set, memory });
  if (model === undefined) return { value: undefined, diagnostics };
  const scoped = scope(model);
  const found = [...diagnostics, ...scoped.diagnostics];
  if (scoped.value === undefined) return { value: undefined, diagnostics: found };
  const { program, complete } = lowerFirst(scoped.value);
  const tooLarge = checkMemory(scoped.value, program);
  if (tooLarge !== undefined) return { value: undefined, diagnostics: [...found, tooLarge] };
  return { value: createStructure(program, scoped.value, complete), diagnostics: found };
}

function createStructure(program: LoweredProgram, scoped: ScopedModel, complete: () => StepProgram): Structure {
  const identity = structureIdentity(program);
  const { split } = scoped.model;
  // Where memory decides about cuts or about what is computed again, the batch size is part of the structure.
  const isSized = program.recipe.memory !== undefined || (split.kind === "into" && split.measure === "memory");
  const fixed = costsOf(program, scoped);
  const steps = new Map<number, { readonly stepHash: string; readonly peakBytes: number }>();
  const stepAt = (batch: number) => {
    const step = steps.get(batch) ?? {
      stepHash: stepIdentity(identity, batch),
      peakBytes: stepPeakBytes(program, batch),
    };
    steps.set(batch, step);
    return step;
  };
  const ownRecipe = (asked: Recipe) => (program.recipe.order === undefined ? withoutOrder(asked) : asked);
  let whole: StepProgram | undefined;
  return {
    recipe: program.recipe,
    fits: ({ batch }) => !isSized || batch === program.recipe.batch,
    at(asked) {
      const recipe = ownRecipe(asked);
      const { batch, seed, data, validation } = recipe;
      const epochs = totalEpochs({ phases: program.phases, recipe });
      const { stepHash, peakBytes } = stepAt(batch);
      const summary = {
        ...{ ...fixed, peakBytes, batch, epochs, seed },
        ...(validation !== undefined && { validation }),
        ...(data !== undefined && { data }),
      };
      return { programHash: withRecipe(identity, recipe), stepHash, summary, recipe };
    },
    program(asked) {
      whole ??= complete();
      return { ...whole, recipe: ownRecipe(asked) };
    },
  };
}

/** Where there is one module the program has no order, whatever its recipe says. */
function withoutOrder({ order: _order, cacheBytes: _cacheBytes, ...recipe }: Recipe): Recipe {
  return recipe;
}

function costsOf(
  { procedures, variables, modules, classes, inputShape }: LoweredProgram,
  { owners }: ScopedModel,
): Omit<VariantSummary, "peakBytes" | "batch" | "epochs" | "seed" | "validation" | "data"> {
  const trained = owners.map(({ inference, weights }) => ({
    inference,
    scalars: sum(
      weights
        .filter(({ specification, binding }) => {
          const { group } = specification;
          return group !== "statistic" && binding?.kind !== "average" && binding?.kind !== "frozen";
        })
        .map(({ specification }) => elementsAt(specification.shape, 1)),
    ),
  }));
  return {
    modules: modules.length,
    classes,
    inputShape,
    parameters: {
      inference: sum(trained.filter(({ inference }) => inference).map(({ scalars }) => scalars)),
      training: sum(trained.map(({ scalars }) => scalars)),
    },
    macs: macsOf(procedures.evaluate, new Map(variables.map(({ address, type }) => [address, type]))),
    variableBytes: sum(variables.map(({ type }) => bytesAt(type, 1))),
  };
}

/** Evaluation runs backbone, heads and contexts forward once each. */
function macsOf({ instructions, values }: Procedure, types: ReadonlyMap<string, TensorType>): number {
  return sum(
    instructions.map(({ primitive, operands, attributes, variables }) => {
      const macs = findPrimitive(primitive)?.macs;
      if (macs === undefined) return 0;
      const call = {
        operands: operands.map((value) => values[value] as TensorType),
        attributes,
        variables: variables.map((address) => types.get(address) as TensorType),
      };
      return macs(call);
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
