import type { Optimizer } from "../../runtime/program/recipe.ts";
import type { Variable } from "../../runtime/program/step-program.ts";
import type { OwnedWeight, Owner, ScopedModel } from "../3-scope/scoped-model.ts";

/** The optimizer's memory for one weight, by slot name. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  if (optimizer.kind !== "sgd") return ["first_moment", "second_moment"];
  return optimizer.momentum === 0 ? [] : ["momentum"];
}

/** `stage[1].block[1].conv[1].kernel/momentum`; of one of several optimizers `shared.table/momentum[2]`. */
export function slotAddress(weight: string, slot: string, module?: number): string {
  return `${weight}/${slot}${module === undefined ? "" : `[${module}]`}`;
}

/**
 * The modules whose own optimizer moves a shared weight; undefined where one optimizer does: it keeps one set of slots. (DCL's
 * released code has one per module, OpenReview Gg7cXo3S8l.)
 */
export function optimizersOf({ model, losses }: ScopedModel, { address, binding }: OwnedWeight): number[] | undefined {
  if (model.perModule === undefined || binding?.kind !== "shared" || binding.update !== "each") return undefined;
  return [...new Set(losses.filter(({ trains }) => trains.includes(address)).map(({ module }) => module))];
}

/** Every variable of the program: weights and statistics in program order, each followed by its slots. */
export function listVariables(scoped: ScopedModel): Variable[] {
  const trained = new Set(scoped.losses.flatMap(({ trains }) => trains));
  const slots = slotNames(scoped.model.recipe.optimizer);
  return scoped.owners.flatMap((owner) =>
    owner.weights.flatMap((weight) => {
      const variable = weightVariable(owner, weight);
      if (!trained.has(weight.address)) return [variable];
      const modules = optimizersOf(scoped, weight) ?? [undefined];
      return [
        variable,
        ...modules.flatMap((module) =>
          slots.map((slot) => slotVariable(variable, slotAddress(weight.address, slot, module))),
        ),
      ];
    }),
  );
}

function weightVariable(owner: Owner, { address, specification, binding }: OwnedWeight): Variable {
  return {
    address,
    type: { dataType: "float32", shape: specification.shape },
    role: specification.group === "statistic" ? "statistic" : binding?.kind === "average" ? "average" : "weight",
    owner: { kind: owner.kind, module: owner.module, name: owner.name },
    inference: owner.inference,
    initializer: specification.initializer,
  };
}

const zero = { kind: "constant", value: 0 } as const;

function slotVariable(weight: Variable, address: string): Variable {
  return {
    ...weight,
    address,
    role: "slot",
    inference: false,
    initializer: zero,
  };
}
