/** One function per fragment template, and one per kind of update. */
import type { Instruction, ValueNumber } from "../../../runtime/program/step-program.ts";
import { printType } from "../../../runtime/program/tensor-type.ts";
import { listPrimitives, methodName } from "../../../runtime/program/vocabulary/primitives.ts";
import { array, type Code, call, object, statement } from "./code.ts";
import { camelCase, createNames } from "./identifiers.ts";
import { attributeLiteral, batchScalar, propertyKey, stringLiteral, templateText } from "./literals.ts";
import { type NamedValue, nameValues } from "./name-values.ts";
import type { FunctionText } from "./source-text.ts";
import { type Instance, type Local, relative, type Template, type UpdateTemplate } from "./templates.ts";

export interface FragmentFunction extends FunctionText {
  readonly template: Template;
  /** Names of the imports, as parameters. */
  readonly imports: readonly string[];
  /** The factors that differ between the owners: their names, and which of an instance's scalars they are. */
  readonly factors: readonly { readonly name: string; readonly scalar: number }[];
  readonly named: ReadonlyMap<Local, NamedValue>;
  readonly returns: "nothing" | "value" | "record";
  /** The type of the record, where a backward function takes it. */
  readonly recordType: string | undefined;
}

export interface FragmentNaming {
  readonly name: string;
  readonly recordType: string | undefined;
  /** Of the forward function whose record is taken. */
  readonly partner: FragmentFunction | undefined;
  /** What an import is called where it comes from. */
  importName(value: ValueNumber): string;
  updateName(template: UpdateTemplate): string;
  updateOf(update: UpdateTemplate["first"]): UpdateTemplate;
}

export function writeFragment(template: Template, naming: FragmentNaming): FragmentFunction {
  const first = template.instances[0] as Instance;
  const { fragment, partner, locals } = first;
  const names = createNames(["step", "at", "forward"]);
  const imports = first.imports.map((value) => names.take(naming.importName(value)));
  const named = new Map<Local, NamedValue>(imports.map((variable, index) => [`i${index}`, { variable, accessor: "" }]));
  for (const [local, value] of nameValues(first, names)) named.set(local, value);
  const factors = nameFactors(first, named);
  const expression = (value: ValueNumber): string => {
    const own = named.get(locals.get(value) ?? "");
    if (own !== undefined) return own.variable + own.accessor;
    const saved = naming.partner?.named.get(partner?.locals.get(value) ?? "");
    return `forward.${saved?.variable}${saved?.accessor}`;
  };
  const address = (whole: string): string => {
    const local = relative(whole, fragment.owner);
    return local.startsWith("@") ? `\`\${at}.${templateText(local.slice(1))}\`` : stringLiteral(whole);
  };

  const body: string[] = partner === undefined ? [] : ["const { at } = forward;"];
  let scalars = 0;
  for (const step of fragment.steps) {
    if (step.kind === "section") body.push(`step.${step.part}(at);`);
    else if (step.kind === "update") {
      const name = naming.updateName(naming.updateOf(step.update));
      const given = [address(step.update.weight), ...step.update.imports.map(expression)];
      body.push(statement("", call(name, "step", ...given)));
    } else {
      const factor = (): string | undefined => factors.byScalar.get(scalars++);
      body.push(writeInstruction(step.instruction, { expression, address, factor, named, locals }));
    }
  }
  for (const { local, output } of template.outputs.values()) {
    const value = named.get(local);
    const given = `${value?.variable}${value?.accessor}`;
    const name = output.kind === "logits" ? "" : `${stringLiteral(output.name)}, `;
    body.push(`step.${output.kind}(${name}${given});`);
  }
  const returned = listReturned(template, named);
  const keepsRecord = template.saved.size > 0;
  const returns = keepsRecord || returned.length > 1 ? "record" : returned.length === 1 ? "value" : "nothing";
  if (returns === "record") {
    const entries = [...(keepsRecord ? ["at"] : []), ...new Set(returned.map(({ variable }) => variable))];
    body.push("", statement("return ", object(entries.map((name) => [name, name]))));
  } else if (returned[0] !== undefined) body.push("", `return ${returned[0].variable}${returned[0].accessor};`);

  return {
    ...{ template, imports, factors: factors.parameters, named, returns, name: naming.name },
    recordType: keepsRecord ? naming.recordType : undefined,
    parameters: [
      "step: Step",
      naming.partner === undefined || partner === undefined ? "at: string" : `forward: ${naming.partner.recordType}`,
      ...imports.map((name) => `${name}: Tensor`),
      ...factors.parameters.map(({ name }) => `${name}: number`),
    ],
    returnType: returns === "nothing" ? "void" : returns === "value" ? "Tensor" : undefined,
    documentation: [describe(template)],
    body,
  };
}

interface Writing {
  expression(value: ValueNumber): string;
  address(whole: string): string;
  /** The parameter that stands for the next batch scalar, if it differs between owners. */
  factor(): string | undefined;
  readonly named: ReadonlyMap<Local, NamedValue>;
  readonly locals: ReadonlyMap<ValueNumber, Local>;
}

export function writeInstruction(instruction: Instruction, writing: Writing): string {
  const { primitive, operands, results, attributes, variables, label } = instruction;
  const values = operands.map(writing.expression);
  const given: Code[] = label === "" ? [] : [stringLiteral(label)];
  const [variable, ...slots] = variables.map(writing.address);
  if (variable !== undefined) given.push(slots.length === 0 ? variable : array([variable, ...slots]));
  if (listPrimitives.has(primitive)) given.push(array(values));
  else given.push(...values);
  const entries = Object.entries(attributes).map(([name, value]): [string, Code] => {
    if (typeof value !== "object" || !("batchPower" in value)) return [propertyKey(name), attributeLiteral(value)];
    const factor = writing.factor();
    return [name, factor === undefined ? attributeLiteral(value) : batchScalar(factor, value.batchPower)];
  });
  if (entries.length > 0) given.push(object(entries));
  const [result] = results;
  const name = result === undefined ? undefined : writing.named.get(writing.locals.get(result) ?? "")?.variable;
  return statement(name === undefined ? "" : `const ${name} = `, call(`step.${methodName(primitive)}`, ...given));
}

/** Scalars that are not the same for all instances, columns that agree everywhere joined. */
function nameFactors({ template, fragment, locals }: Instance, named: ReadonlyMap<Local, NamedValue>) {
  const names = createNames([...[...named.values()].map(({ variable }) => variable), "step", "at", "forward"]);
  const byColumn = new Map<string, string>();
  const byScalar = new Map<number, string>();
  const parameters: { name: string; scalar: number }[] = [];
  let scalar = 0;
  for (const step of fragment.steps) {
    if (step.kind !== "instruction") continue;
    const { attributes, results } = step.instruction;
    for (const value of Object.values(attributes)) {
      if (typeof value !== "object" || !("batchPower" in value)) continue;
      const column = template.instances.map(({ scalars }) => scalars[scalar]);
      if (column.some((other) => other !== column[0])) {
        const base = camelCase(named.get(locals.get(results[0] as ValueNumber) ?? "")?.variable ?? "");
        const key = column.join(" ");
        const name = byColumn.get(key) ?? names.take(`${base}Factor`);
        if (!byColumn.has(key)) parameters.push({ name, scalar });
        byColumn.set(key, name);
        byScalar.set(scalar, name);
      }
      scalar++;
    }
  }
  return { parameters, byScalar };
}

/** What the function returns: imports that the backward function needs first, then values in the order of computation. */
function listReturned({ saved, given }: Template, named: ReadonlyMap<Local, NamedValue>): NamedValue[] {
  const wanted = new Set([...saved, ...given]);
  return [...named].filter(([local]) => wanted.has(local)).map(([, value]) => value);
}

function describe({ instances, given }: Template): string {
  const owners = [...new Set(instances.map(({ fragment }) => fragment.owner))];
  const [{ fragment, imports, locals }] = instances as [Instance, ...Instance[]];
  const typeOf = (value: ValueNumber): string => printType(fragment.procedure.values[value] as never);
  const results = [...locals].filter(([, local]) => local.startsWith("d") && given.has(local)).map(([value]) => typeOf(value));
  const from = imports[0] === undefined ? "" : `${typeOf(imports[0])} → `;
  const types = fragment.phase === "forward" && results.length === 1 ? `: ${from}${results[0]}` : "";
  const more = owners.length > 2 ? ` and ${owners.length - 2} more` : "";
  const shown = more === "" ? owners.join(" and ") : `${owners.slice(0, 2).join(", ")}${more}`;
  const direction = fragment.phase === "backward" ? "Back through " : "";
  return `${direction}${shown}${types}.`;
}

/** The function that moves one weight. */
export function writeUpdate(template: UpdateTemplate, name: string): FunctionText {
  const { first, fragment, gradient } = template;
  const { procedure } = fragment;
  const names = createNames(["step", "weight"]);
  const variables = new Map<ValueNumber, string>();
  for (const value of first.imports) {
    const input = procedure.inputs.find((candidate) => candidate.value === value)?.name ?? "gradient";
    variables.set(value, names.take(camelCase(input)));
  }
  const parameters = [...variables.values()].map((parameter) => `${parameter}: Tensor`);
  const body: string[] = [];
  if (template.namesGradient) {
    const said = gradient === undefined ? undefined : variables.get(gradient);
    body.push(said === undefined ? "step.zeroGradient(weight);" : `step.gradient(weight, ${said});`);
  }
  const locals = new Map<ValueNumber, Local>();
  const named = new Map<Local, NamedValue>();
  for (const instruction of first.instructions) {
    for (const value of instruction.results) {
      const wish = instruction.primitive === "read" ? "value" : camelCase(`${methodName(instruction.primitive)}d`);
      const variable = names.take(updateNames[instruction.primitive] ?? wish);
      variables.set(value, variable);
      locals.set(value, `d${value}`);
      named.set(`d${value}`, { variable, accessor: "" });
    }
    const text = writeInstruction(instruction, {
      expression: (value) => variables.get(value) as string,
      address: (whole) => {
        const rest = whole.slice(first.weight.length);
        return rest === "" ? "weight" : `\`\${weight}${templateText(rest)}\``;
      },
      factor: () => undefined,
      named,
      locals,
    });
    body.push(instruction.primitive === "fill" ? text.replace(/shape: \[[^\]]*\]/, "shape: step.shapeOf(weight)") : text);
  }
  const known = gradient === undefined ? "whose gradient is zero" : "by its complete gradient";
  return {
    ...{ name, body, returnType: "void", documentation: [`Moves a weight ${known}.`] },
    parameters: ["step: Step", "weight: string", ...parameters],
  };
}

const updateNames: Readonly<Record<string, string>> = { read: "value", scale: "decay", add: "decayed", fill: "zero", multiply: "product" };

