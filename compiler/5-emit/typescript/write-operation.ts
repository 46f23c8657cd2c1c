/** One function per operation template: the primitives that one operation of the source became. */
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { methodName, resultNames } from "../../../runtime/program/vocabulary/primitives.ts";
import { relative } from "./addresses.ts";
import { type Code, call, object, statement } from "./code.ts";
import type { Contribution } from "./contributions.ts";
import { bundledFeeds, feedName } from "./feeds.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { batchScalar, stringLiteral, templateText } from "./literals.ts";
import type { Local } from "./local.ts";
import { describeOperation, findAdded } from "./operation-kinds.ts";
import type { OperationAttribute, OperationInstance, OperationTemplate } from "./operation-templates.ts";
import { codeOf, type FunctionText, type NamedValue, type Returning } from "./source-text.ts";
import type { UpdateTemplate } from "./update-templates.ts";
import { findVarying, isScalar } from "./varying.ts";
import { writeInstruction } from "./write-instruction.ts";

export interface OperationFunction extends FunctionText, Returning {
  /** The code of an attribute that calls give, by its position among the values; undefined where it is always the same. */
  attributeCode(position: number): string | undefined;
  /** Arguments of one call. */
  arguments(instance: OperationInstance, given: CallArguments): Code[];
}

/** What the function that calls an operation or a part knows of its values. */
export interface CallArguments {
  /** The code of the forward operation's record. */
  readonly record: string | undefined;
  expression(value: ValueNumber): string;
  /** The code of a label. */
  label(text: string): string;
  /** The code of one of the varying attributes of the instance, by its position among these. */
  varying(position: number): Code;
}

export interface OperationNaming {
  readonly name: string;
  readonly recordType: string | undefined;
  readonly partner: OperationFunction | undefined;
  updateName(template: UpdateTemplate): string;
  updateOf(update: UpdateTemplate["first"]): UpdateTemplate;
  /** Names of the file, which a local variable must not hide. */
  readonly names: Names;
}

export function writeOperation(template: OperationTemplate, naming: OperationNaming): OperationFunction {
  const first = template.instances[0] as OperationInstance;
  const { operation, fragment, locals, partner } = first;
  const names = createNames(["step", "at", "label", "forward", "attributes"], naming.names);
  const named = new Map<Local, NamedValue>();
  const added = findAdded(first);
  const parameters = first.imports.map((value, index) => {
    const { name, type } =
      value === added ? { name: names.take("other"), type: "Tensor" } : importOf(value, first, names);
    named.set(`i${index}`, { variable: name, accessor: "" });
    return `${name}: ${type}`;
  });
  const attributes = findParameters(template);
  const expression = (value: ValueNumber): string => {
    const own = named.get(locals.get(value) ?? "");
    if (own !== undefined) return codeOf(own);
    return `forward.${codeOf(naming.partner?.named.get(partner?.locals.get(value) ?? "") as NamedValue)}`;
  };
  const address = (whole: string): string => {
    const local = relative(whole, `${fragment.owner}.${operation.label}`);
    return local.startsWith("@") ? `\`\${at}.\${label}.${templateText(local.slice(1))}\`` : stringLiteral(whole);
  };

  const body: string[] = [];
  let position = 0;
  for (const step of operation.steps) {
    if (step.kind === "update") {
      const update = naming.updateOf(step.update);
      const given = importsOfUpdate(step.update.imports, first).map(expression);
      body.push(statement("", call(naming.updateName(update), "step", address(step.update.weight), ...given)));
      continue;
    }
    if (step.kind === "contribution") {
      body.push(writeContribution(step.contribution));
      continue;
    }
    const { instruction } = step;
    const variable = instruction.results.length === 0 ? undefined : names.take(wishFor(instruction, first));
    nameResults(instruction, variable ?? "", locals, named);
    const text = writeInstruction(instruction, {
      ...{ variable, expression, address },
      label: (label) => (label === operation.label ? "label" : stringLiteral(label)),
      attribute: (_, value) => {
        if (typeof value !== "object") return undefined;
        const { from } = first.attributes[position++] as OperationAttribute;
        if (from.kind === "shape") return `step.shapeOf(${expression(from.value)})`;
        if (from.kind === "forward") {
          const forward = naming.partner?.attributeCode(from.position);
          return forward === undefined ? undefined : `forward.${forward}`;
        }
        const code = attributes.codeOf(from.position);
        if (code === undefined) return undefined;
        return isScalar(value) ? batchScalar(code, value.batchPower) : code;
      },
    });
    body.push(text);
  }

  const keepsRecord = template.saved.size > 0;
  const returned = [...named].filter(([local]) => template.saved.has(local) || template.given.has(local));
  const returns = keepsRecord || returned.length > 1 ? "record" : returned.length === 1 ? "value" : "nothing";
  if (returns === "record") {
    const fields = [...new Set(returned.map(([, { variable }]) => variable))];
    const kept = template.saved.has("attributes") ? attributes.variables : [];
    const entries = [...(keepsRecord ? ["at", "label"] : []), ...fields, ...kept];
    body.push("", statement("return ", object(entries.map((name) => [name, name] as const))));
  } else if (returned[0] !== undefined) body.push("", `return ${codeOf(returned[0][1])};`);

  const text = body.join("\n");
  const uses = (name: string): boolean => new RegExp(`(?<![\\w.])${name}\\b`).test(text);
  const frame = ["at", "label"].filter(uses);
  const isBackward = partner !== undefined;
  if (isBackward && frame.length > 0) body.unshift(`const { ${frame.join(", ")} } = forward;`);
  const returnType = { nothing: "void", value: "Tensor", record: undefined }[returns];
  return {
    ...{ name: naming.name, body, named, returns, returnType },
    recordType: keepsRecord ? naming.recordType : undefined,
    documentation: [describeOperation(first)],
    parameters: [
      "step: Step",
      ...(isBackward ? [`forward: ${naming.partner?.recordType}`] : frame.map((name) => `${name}: string`)),
      ...parameters,
      ...attributes.parameters,
    ],
    attributeCode: attributes.codeOf,
    arguments: (instance, { record, expression: outside, label, varying }) => [
      "step",
      ...(isBackward
        ? [record as string]
        : frame.map((name) => (name === "at" ? "at" : label(instance.operation.label)))),
      ...instance.imports.map(outside),
      ...attributes.argumentsOf(varying),
    ],
  };

  function writeContribution(contribution: Contribution): string {
    const isMoved = operation.steps.some(({ kind }) => kind === "update");
    const variable = isMoved ? names.take("total") : undefined;
    const sum = contribution.addition?.results[0];
    if (variable !== undefined && sum !== undefined) {
      named.set(locals.get(sum) as Local, { variable, accessor: "" });
    }
    return accumulation(address(contribution.weight), expression(contribution.gradient), variable);
  }
}

/** `const total = step.accumulate(weight, gradient);` */
export function accumulation(weight: string, gradient: string, variable: string | undefined): string {
  return statement(variable === undefined ? "" : `const ${variable} = `, call("step.accumulate", weight, gradient));
}

function importOf(value: ValueNumber, { fragment, imports }: OperationInstance, names: Names) {
  const { inputs } = fragment.procedure;
  const input = inputs.find((candidate) => candidate.value === value);
  if (input?.role.kind === "label") return { name: names.take("classes"), type: "Tensor" };
  if (input !== undefined && input.role.kind !== "input") {
    const isBundled = bundledFeeds(fragment.procedure).some((feed) => feed.value === value);
    if (isBundled) return { name: "rates", type: "Rates" };
    return { name: names.take(feedName(input)), type: "Tensor" };
  }
  const isFirst = imports[0] === value;
  return { name: names.take(fragment.phase === "backward" ? (isFirst ? "gradient" : "x") : "x"), type: "Tensor" };
}

/** What an update is given, the optimizer's record once. */
export function importsOfUpdate(
  imports: readonly ValueNumber[],
  { fragment }: { readonly fragment: OperationInstance["fragment"] },
): ValueNumber[] {
  const feeds = bundledFeeds(fragment.procedure).map(({ value }) => value);
  return [...new Set(imports.map((value) => (feeds.includes(value) ? (feeds[0] as number) : value)))];
}

export function nameResults(
  { primitive, results }: Instruction,
  variable: string,
  locals: ReadonlyMap<ValueNumber, Local>,
  named: Map<Local, NamedValue>,
): void {
  results.forEach((value, index) => {
    const accessor = results.length > 1 ? `.${resultNames[primitive]?.[index] ?? `result${index + 1}`}` : "";
    named.set(locals.get(value) as Local, { variable, accessor });
  });
}

function wishFor({ primitive, variables, results, attributes }: Instruction, instance: OperationInstance): string {
  const { fragment, operation, template, locals } = instance;
  if (primitive === "read") return camelCase(relative(variables[0] ?? "", `${fragment.owner}.${operation.label}`));
  const given = results.filter((value) => template.given.has(locals.get(value) ?? ""));
  const isResult =
    given.length === 1 &&
    results.length === 1 &&
    given[0] === instance.results.findLast((value) => template.given.has(locals.get(value) ?? ""));
  if (isResult && primitive === "add" && findAdded(instance) !== undefined) return "sum";
  if (isResult) return fragment.phase === "forward" ? "output" : "inputGradient";
  if (primitive === "matmul" && fragment.phase === "backward")
    return attributes.transposeA === true ? "kernelGradient" : "inputGradient";
  return wishes[primitive] ?? methodName(primitive);
}

const wishes: Readonly<Record<string, string>> = {
  conv2d_input_gradient: "inputGradient",
  conv2d_kernel_gradient: "kernelGradient",
  batch_norm_training: "normalized",
  batch_norm_gradient: "gradients",
  softmax_cross_entropy: "entropy",
  conv2d: "product",
  matmul: "product",
};

/** The attributes that are not the same for all calls, given as one object. */
function findParameters({ instances }: OperationTemplate) {
  const { parameters: list, byPosition } = findVarying(
    instances.map(({ varying }) => varying),
    createNames().take,
  );
  const isOne = list.length === 1;
  const [only] = list;
  const type = `{ ${list.map((parameter) => `${parameter.name}: ${parameter.type}`).join("; ")} }`;
  const codeOf = (position: number): string | undefined => {
    const name = byPosition.get(position)?.name;
    return name === undefined || isOne ? name : `attributes.${name}`;
  };
  return {
    codeOf,
    /** What a record keeps of them. */
    variables: only === undefined ? [] : [isOne ? only.name : "attributes"],
    parameters: only === undefined ? [] : [isOne ? `${only.name}: ${only.type}` : `attributes: ${type}`],
    argumentsOf(varying: (position: number) => Code): Code[] {
      if (only === undefined) return [];
      if (isOne) return [varying(only.position)];
      return [object(list.map(({ name, position }) => [name, varying(position)] as const))];
    },
  };
}
