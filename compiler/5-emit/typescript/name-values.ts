/** Names for the values inside one fragment, from labels, addresses and what the primitives do. */
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { methodName } from "../../../runtime/program/vocabulary/primitives.ts";
import { relative } from "./addresses.ts";
import { simpleSteps } from "./fragments.ts";
import { camelCase, upperFirst } from "./identifiers.ts";
import { isDefined } from "./local.ts";
import type { Instance } from "./templates.ts";

/** What the variable of an instruction's results would like to be called. */
export function wishForInstruction(instruction: Instruction, instance: Instance): string {
  const { phase, owner } = instance.fragment;
  const { primitive, label, variables, results } = instruction;
  if (results.length === 1 && results[0] === resultOf(instance))
    return phase === "forward" ? "output" : "inputGradient";
  const base = camelCase(label);
  if (primitive === "read") return camelCase(relative(variables[0] ?? "", owner));
  if (base === "") return methodName(primitive);
  if (phase === "backward") return base + backwardSuffix(instruction);
  return isLastOfLabel(instruction, instance) ? base : base + upperFirst(methodName(primitive));
}

/** The only value the fragment gives to others beside its own backward fragment. */
function resultOf({ template, locals, defined }: Instance): ValueNumber | undefined {
  const given = [...template.given].filter(isDefined);
  return given.length === 1 ? defined.find((value) => locals.get(value) === given[0]) : undefined;
}

function isLastOfLabel(instruction: Instruction, { fragment }: Instance): boolean {
  const alike = simpleSteps(fragment.steps).filter(
    (step) => step.kind === "instruction" && step.instruction.label === instruction.label,
  );
  const last = alike.at(-1);
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
