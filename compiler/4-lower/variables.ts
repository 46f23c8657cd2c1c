import type { Optimizer } from "../../runtime/program/recipe.ts";
import type { Variable } from "../../runtime/program/step-program.ts";
import type { OwnedWeight, Owner, ScopedModel } from "../3-scope/scoped-model.ts";

/** The optimizer's memory for one weight, by slot name. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  if (optimizer.kind !== "sgd") return ["first_moment", "second_moment"];
  return optimizer.momentum === 0 ? [] : ["momentum"];
}

/** `stage[1].block[1].conv[1].kernel/momentum` */
export function slotAddress(weight: string, slot: string): string {
  return `${weight}/${slot}`;
}

/** Every variable of the program: weights and statistics in program order, each followed by its slots. */
export function listVariables(scoped: ScopedModel): Variable[] {
  const trained = new Set(scoped.losses.flatMap(({ trains }) => trains));
  const slots = slotNames(scoped.model.recipe.optimizer);
  return scoped.owners.flatMap((owner) =>
    owner.weights.flatMap((weight) => {
      const variable = weightVariable(owner, weight);
      return trained.has(weight.address)
        ? [variable, ...slots.map((slot) => slotVariable(variable, slot))]
        : [variable];
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

function slotVariable(weight: Variable, slot: string): Variable {
  return {
    ...weight,
    address: slotAddress(weight.address, slot),
    role: "slot",
    inference: false,
    initializer: { kind: "constant", value: 0 },
  };
}
