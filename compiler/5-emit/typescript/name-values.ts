/** Names for the values inside one fragment, from labels, addresses and what the primitives do. */
import { methodName, resultNames } from "../../../runtime/program/vocabulary/primitives.ts";
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { stepInstructions } from "./fragments.ts";
import { camelCase, type Names, upperFirst } from "./identifiers.ts";
import type { Instance, Local } from "./templates.ts";
import { relative } from "./templates.ts";

/** A value of a fragment: a variable, or one of the results that a variable holds. */
export interface NamedValue {
  readonly variable: string;
  /** Empty, or `.batchMean`. */
  readonly accessor: string;
}

export function nameValues(instance: Instance, names: Names): ReadonlyMap<Local, NamedValue> {
  const { fragment, locals } = instance;
  const named = new Map<Local, NamedValue>();
  const instructions = fragment.steps
    .filter(({ kind }) => kind === "instruction")
    .flatMap(stepInstructions)
    .filter(({ results }) => results.length > 0);
  const lastOfLabel = new Map<string, Instruction>();
  for (const instruction of instructions) {
    if (instruction.primitive !== "read") lastOfLabel.set(instruction.label, instruction);
  }
  const result = resultOf(instance, instructions);
  for (const instruction of instructions) {
    const isLast = lastOfLabel.get(instruction.label) === instruction;
    const wish =
      instruction.results[0] === result && instruction.results.length === 1
        ? fragment.phase === "forward"
          ? "output"
          : "inputGradient"
        : wishFor(instruction, fragment.phase, isLast, fragment.owner);
    const variable = names.take(wish);
    instruction.results.forEach((value, index) => {
      const results = resultNames[instruction.primitive];
      const accessor = instruction.results.length > 1 ? `.${results?.[index] ?? `result${index + 1}`}` : "";
      named.set(locals.get(value) as Local, { variable, accessor });
    });
  }
  return named;
}

/** The only value the fragment gives to others beside its own backward fragment, if it is the last it computes. */
function resultOf({ template, locals }: Instance, instructions: readonly Instruction[]): ValueNumber | undefined {
  const given = [...template.given].filter((local) => local.startsWith("d"));
  if (given.length !== 1) return undefined;
  const values = instructions.flatMap(({ results }) => results);
  return values.find((value) => locals.get(value) === given[0]);
}

function wishFor(instruction: Instruction, phase: "forward" | "backward", isLast: boolean, owner: string): string {
  const { primitive, label, variables } = instruction;
  const base = camelCase(label);
  if (primitive === "read") return camelCase(relative(variables[0] ?? "", owner));
  if (base === "") return methodName(primitive);
  if (phase === "forward") return isLast ? base : base + upperFirst(methodName(primitive));
  return base + backwardSuffix(instruction);
}

const suffixes: Readonly<Record<string, string>> = {
  conv2d_input_gradient: "InputGradient",
  conv2d_kernel_gradient: "KernelGradient",
  bias_gradient: "BiasGradient",
  batch_norm_gradient: "Gradients",
};

function backwardSuffix({ primitive, attributes }: Instruction): string {
  const known = suffixes[primitive];
  if (known !== undefined) return known;
  if (primitive === "matmul") return attributes.transposeA === true ? "KernelGradient" : "InputGradient";
  return primitive.endsWith("_gradient") ? "Gradient" : upperFirst(methodName(primitive));
}
