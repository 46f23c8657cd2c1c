/** Names for the values inside one fragment, from labels, addresses and what the primitives do. */
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { methodName } from "../../../runtime/program/vocabulary/primitives.ts";
import { labelWithin, relative, scopeOf } from "./addresses.ts";
import { flattenSteps } from "./fragments.ts";
import { camelCase, upperFirst } from "./identifiers.ts";
import { isDefined } from "./local.ts";
import type { Instance } from "./templates.ts";

/** What the variable of an instruction's results would like to be called. */
export function wishForInstruction(instruction: Instruction, instance: Instance): string {
  const { phase } = instance.fragment;
  const { primitive, label, variables, results } = instruction;
  if (results.length === 1 && results[0] === resultOf(instance))
    return phase === "forward" ? "output" : "inputGradient";
  const base = camelCase(labelWithin(label, instance.fragment));
  if (primitive === "read") return camelCase(relative(variables[0] ?? "", scopeOf(instance.fragment)));
  if (base === "") return methodName(primitive);
  if (phase === "backward") return base + backwardSuffix(instruction);
  return isLastOfLabel(instruction, instance) ? base : base + upperFirst(methodName(primitive));
}

/** The only value the fragment gives to others beside its own backward fragment. */
function resultOf({ template, locals, results }: Instance): ValueNumber | undefined {
  const given = [...template.given].filter(isDefined);
  return given.length === 1 ? results.find((value) => locals.get(value) === given[0]) : undefined;
}

function isLastOfLabel(instruction: Instruction, { fragment }: Instance): boolean {
  const last = flattenSteps(fragment.steps).findLast(
    (step) => step.kind === "instruction" && step.instruction.label === instruction.label,
  );
  return last?.kind === "instruction" && last.instruction === instruction;
}

const suffixes: Readonly<Record<string, string>> = {
  conv2d_input_gradient: "InputGradient",
  conv2d_kernel_gradient: "KernelGradient",
  bias_gradient: "BiasGradient",
  batch_norm_gradient: "Gradients",
  scale: "Gradient",
};

function backwardSuffix({ primitive, attributes }: Instruction): string {
  const known = suffixes[primitive];
  if (known !== undefined) return known;
  if (primitive === "matmul") return attributes.transposeA === true ? "KernelGradient" : "InputGradient";
  return primitive.endsWith("_gradient") ? "Gradient" : upperFirst(methodName(primitive));
}
