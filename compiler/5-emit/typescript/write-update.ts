/** The function that moves one weight. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { methodName } from "../../../runtime/program/vocabulary/primitives.ts";
import { bundledFeeds } from "./feeds.ts";
import { camelCase, createNames } from "./identifiers.ts";
import { templateText } from "./literals.ts";
import type { FunctionText } from "./source-text.ts";
import type { UpdateTemplate } from "./update-templates.ts";
import { writeInstruction } from "./write-instruction.ts";

export function writeUpdate({ first, fragment, gradient, namesGradient }: UpdateTemplate, name: string): FunctionText {
  const { procedure } = fragment;
  const names = createNames(["step", "weight", "rates"]);
  const feeds = bundledFeeds(procedure);
  const parameters: string[] = [];
  const variables = new Map<ValueNumber, string>();
  for (const value of first.imports) {
    const feed = feeds.find((candidate) => candidate.value === value);
    if (feed !== undefined) {
      if (!parameters.includes("rates: Rates")) parameters.push("rates: Rates");
      variables.set(value, `rates.${camelCase(feed.name)}`);
      continue;
    }
    const input = procedure.inputs.find((candidate) => candidate.value === value)?.name ?? "gradient";
    const parameter = names.take(camelCase(input));
    variables.set(value, parameter);
    parameters.push(`${parameter}: Tensor`);
  }
  const body: string[] = [];
  if (namesGradient) {
    const said = gradient === undefined ? undefined : variables.get(gradient);
    body.push(said === undefined ? "step.zeroGradient(weight);" : `step.gradient(weight, ${said});`);
  }
  for (const instruction of first.instructions) {
    const { primitive, results } = instruction;
    const wish = updateNames[primitive] ?? methodName(primitive);
    const variable = results.length === 0 ? undefined : names.take(wish);
    for (const value of results) variables.set(value, variable as string);
    const text = writeInstruction(instruction, {
      variable,
      expression: (value) => variables.get(value) as string,
      address: (whole) => {
        const rest = whole.slice(first.weight.length);
        return rest === "" ? "weight" : `\`\${weight}${templateText(rest)}\``;
      },
      // A weight that gets no gradient is moved by zeros of its own shape.
      attribute: (attribute) => (primitive === "fill" && attribute === "shape" ? "step.shapeOf(weight)" : undefined),
    });
    body.push(text);
  }
  const known = gradient === undefined ? "whose gradient is zero" : "by its complete gradient";
  return {
    ...{ name, body, returnType: "void", documentation: [`Moves a weight ${known}.`] },
    parameters: ["step: Step", "weight: string", ...parameters],
  };
}

const updateNames: Readonly<Record<string, string>> = {
  ...{ read: "value", scale: "decay", add: "decayed", fill: "zero", multiply: "product" },
};

/** The record of scalars that several updates need, where the optimizer has more than a rate. */
export function writeRatesType(names: readonly string[]): string {
  return `/** What the optimizer is fed in every step. */\ninterface Rates {\n${names.map((name) => `  readonly ${name}: Tensor;\n`).join("")}}`;
}
