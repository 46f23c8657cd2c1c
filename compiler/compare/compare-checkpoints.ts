import type { StepProgram, Variable } from "../../runtime/program/step-program.ts";
import { elementsAt } from "../../runtime/program/tensor-type.ts";
import type { CheckpointVerdict } from "./comparison.ts";

/** Whether what is saved of the first program can be loaded into the second: same addresses, same types, none too many. */
export function compareCheckpoints(before: StepProgram, after: StepProgram): CheckpointVerdict {
  const saved = new Map(before.variables.map((variable) => [variable.address, variable]));
  const wanted = new Map(after.variables.map((variable) => [variable.address, variable]));
  const network = after.variables.filter(isOfNetwork);
  const matching = network.filter((variable) => fits(saved.get(variable.address), variable));
  const missing = after.variables.filter(({ address }) => !saved.has(address));
  const unused = before.variables.filter(({ address }) => !wanted.has(address));
  const reshaped = after.variables
    .filter(({ address }) => saved.has(address))
    .filter((each) => !fits(saved.get(each.address), each));
  const misfits = [...missing, ...unused, ...reshaped];
  return {
    loads: misfits.length === 0,
    matching: matching.length,
    matchingScalars: scalarsOf(matching),
    scalars: scalarsOf(network),
    missing: missing.filter(isOfNetwork).map(({ address }) => address),
    unused: unused.filter(isOfNetwork).map(({ address }) => address),
    reshaped: reshaped.filter(isOfNetwork).map(({ address, type }) => ({
      address,
      before: saved.get(address)?.type.shape ?? [],
      after: type.shape,
    })),
    optimizerDiffers: misfits.length > 0 && !misfits.some(isOfNetwork),
  };
}

/** All but the optimizer's slots. */
function isOfNetwork({ role }: Variable): boolean {
  return role !== "slot";
}

function fits(saved: Variable | undefined, wanted: Variable): boolean {
  const type = (variable: Variable) => `${variable.type.dataType}[${variable.type.shape.join()}]`;
  return saved !== undefined && type(saved) === type(wanted);
}

function scalarsOf(variables: readonly Variable[]): number {
  return variables.reduce((sum, { type }) => sum + elementsAt(type.shape, 1), 0);
}
