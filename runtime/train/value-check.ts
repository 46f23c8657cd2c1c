import type { StepProgram, Variable } from "../program/step-program.ts";
import { elementsAt } from "../program/tensor-type.ts";
import { TrainerError } from "./trainer-error.ts";

/** Throws unless every value belongs to a variable of one of the roles and has its size. */
export function checkValues(
  program: StepProgram,
  values: ReadonlyMap<string, Float32Array>,
  roles: readonly Variable["role"][],
): void {
  const known = new Map(program.variables.map((variable) => [variable.address, variable]));
  for (const [address, array] of values) {
    const variable = known.get(address);
    if (variable === undefined || !roles.includes(variable.role)) {
      throw new TrainerError(
        "LL8053",
        `the model has no ${roles[0]} \`${address}\``,
        "addresses are those of the same call that reads them",
      );
    }
    const count = elementsAt(variable.type.shape, 1);
    if (!(array instanceof Float32Array) || array.length !== count) {
      const found = array instanceof Float32Array ? `${array.length}` : "something else";
      throw new TrainerError(
        "LL8054",
        `\`${address}\` needs a Float32Array of ${count} numbers, found ${found}`,
        "give values of the variable's own shape, row-major",
      );
    }
  }
}
