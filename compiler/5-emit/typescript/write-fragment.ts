/** One function per fragment template: a unit or a head, forward or back. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { printType } from "../../../runtime/program/tensor-type.ts";
import { relative } from "./addresses.ts";
import { type Code, call, object, statement } from "./code.ts";
import { sumOf } from "./contributions.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { batchScalar, literal, stringLiteral, templateText } from "./literals.ts";
import { isDefined, type Local } from "./local.ts";
import { wishForInstruction } from "./name-values.ts";
import type { OperationInstance, OperationTemplate } from "./operation-templates.ts";
import { accessed, codeOf, type FunctionText, type NamedValue, type Returning } from "./source-text.ts";
import type { Instance, Template, UpdateTemplate } from "./templates.ts";
import { findVarying, isScalar, type VaryingParameter } from "./varying.ts";
import { writeInstruction } from "./write-instruction.ts";
import { accumulation, importsOfUpdate, nameResults, type OperationFunction } from "./write-operation.ts";

export interface FragmentFunction extends FunctionText, Returning {
  readonly template: Template;
  /** The attributes that differ between the owners. */
  readonly varying: readonly VaryingParameter[];
}

export interface FragmentNaming {
  readonly name: string;
  readonly recordType: string | undefined;
  /** Of the forward function whose record is taken. */
  readonly partner: FragmentFunction | undefined;
  /** What an import is called where it comes from, and its type. */
  importOf(value: ValueNumber): { readonly name: string; readonly type: string };
  updateName(template: UpdateTemplate): string;
  updateOf(update: UpdateTemplate["first"]): UpdateTemplate;
  operationOf(template: OperationTemplate): OperationFunction;
  /** Names of the file, which a local variable must not hide. */
  readonly names: Names;
}

export function writeFragment(template: Template, naming: FragmentNaming): FragmentFunction {
  const first = template.instances[0] as Instance;
  const { fragment, partner, locals } = first;
  const names = createNames(["step", "at", "forward"], naming.names);
  const named = new Map<Local, NamedValue>();
  const parameters = first.imports.map((value, index) => {
    const { name: wish, type } = naming.importOf(value);
    const name = names.take(wish);
    named.set(`i${index}`, { variable: name, accessor: "" });
    return `${name}: ${type}`;
  });
  const varying = findVarying(
    template.instances.map((instance) => instance.varying),
    names.take,
  );
  const expression = (value: ValueNumber): string => {
    const own = named.get(locals.get(value) ?? "");
    if (own !== undefined) return codeOf(own);
    return `forward.${codeOf(naming.partner?.named.get(partner?.locals.get(value) ?? "") as NamedValue)}`;
  };
  const address = (whole: string): string => {
    const local = relative(whole, fragment.owner);
    return local.startsWith("@") ? `\`\${at}.${templateText(local.slice(1))}\`` : stringLiteral(whole);
  };

  const body: string[] = partner === undefined ? [] : ["const { at } = forward;"];
  let position = 0;
  for (const step of fragment.steps) {
    if (step.kind === "section") body.push(`step.${step.part}(at);`);
    else if (step.kind === "update") {
      const given = importsOfUpdate(step.update.imports, first).map(expression);
      const name = naming.updateName(naming.updateOf(step.update));
      body.push(statement("", call(name, "step", address(step.update.weight), ...given)));
    } else if (step.kind === "contribution") {
      const { contribution } = step;
      const sum = sumOf(contribution);
      const isMoved = fragment.steps.some((other) => other.kind === "update" && other.update.imports.includes(sum));
      const variable = isMoved ? names.take("total") : undefined;
      if (variable !== undefined) named.set(locals.get(sum) as Local, { variable, accessor: "" });
      body.push(accumulation(address(contribution.weight), expression(contribution.gradient), variable));
    } else if (step.kind === "operation") {
      const operation = first.operations.get(step) as OperationInstance;
      const written = naming.operationOf(operation.template);
      const record = operation.partner && recordOf(operation.partner, naming.partner);
      const start = position;
      const given = (at: number): Code =>
        varying.byPosition.get(start + at)?.name ?? literal(operation.varying[at]?.value);
      position += operation.varying.length;
      const code = call(written.name, ...written.arguments(operation, { record, expression, varying: given }));
      body.push(nameOperation(code, operation, written));
    } else {
      const { instruction } = step;
      const variable =
        instruction.results.length === 0 ? undefined : names.take(wishForInstruction(instruction, first));
      nameResults(instruction, variable ?? "", locals, named);
      const text = writeInstruction(instruction, {
        ...{ variable, expression, address },
        attribute: (_, value) => {
          const parameter = typeof value === "object" ? varying.byPosition.get(position++)?.name : undefined;
          return parameter !== undefined && isScalar(value) ? batchScalar(parameter, value.batchPower) : parameter;
        },
      });
      body.push(text);
    }
  }
  for (const { local, output } of template.outputs.values()) {
    const name = output.kind === "logits" ? "" : `${stringLiteral(output.name)}, `;
    body.push(`step.${output.kind}(${name}${codeOf(named.get(local) as NamedValue)});`);
  }
  const returned = [...named].filter(([local]) => template.saved.has(local) || template.given.has(local));
  const keepsRecord = template.saved.size > 0;
  const returns = keepsRecord || returned.length > 1 ? "record" : returned.length === 1 ? "value" : "nothing";
  if (returns === "record") {
    const fields = [...new Set(returned.map(([, { variable }]) => variable))];
    const entries = [...(keepsRecord ? ["at"] : []), ...fields];
    body.push("", statement("return ", object(entries.map((name) => [name, name] as const))));
  } else if (returned[0] !== undefined) body.push("", `return ${codeOf(returned[0][1])};`);

  return {
    ...{ template, varying: varying.parameters, named, returns, name: naming.name, body },
    recordType: keepsRecord ? naming.recordType : undefined,
    parameters: [
      "step: Step",
      partner === undefined ? "at: string" : `forward: ${naming.partner?.recordType}`,
      ...parameters,
      ...varying.parameters.map(({ name, type }) => `${name}: ${type}`),
    ],
    returnType: { nothing: "void", value: "Tensor", record: undefined }[returns],
    documentation: [describe(template)],
  };

  function nameOperation(
    code: ReturnType<typeof call>,
    operation: OperationInstance,
    written: OperationFunction,
  ): string {
    const record = `r${operation.position}`;
    const wanted = [...operation.locals].filter(([value]) => isWanted(value, operation, written));
    if (written.returns === "nothing" || (wanted.length === 0 && !template.saved.has(record)))
      return statement("", code);
    const suffix = fragment.phase === "backward" ? "Gradient" : "";
    const variable = names.take(camelCase(operation.operation.label) + suffix);
    named.set(record, { variable, accessor: "" });
    for (const [value, local] of wanted) {
      const whole = accessed(variable, local, written);
      named.set(locals.get(value) as Local, { variable, accessor: whole.slice(variable.length) });
    }
    return statement(`const ${variable} = `, code);
  }

  /** Whether anything outside the operation uses one of its values. */
  function isWanted(value: ValueNumber, operation: OperationInstance, written: OperationFunction): boolean {
    const local = operation.locals.get(value) as Local;
    return (
      isDefined(local) && operation.template.given.has(local) && written.named.has(local) && isUsed(value, operation)
    );
  }

  function isUsed(value: ValueNumber, operation: OperationInstance): boolean {
    const local = locals.get(value) as Local;
    if (template.given.has(local) || template.saved.has(local)) return true;
    if ([...template.outputs.values()].some((output) => output.local === local)) return true;
    return fragment.steps.some((step) => {
      if (step.kind === "section") return false;
      if (step.kind === "update") return step.update.imports.includes(value);
      if (step.kind === "contribution") return step.contribution.gradient === value;
      if (step.kind === "instruction") return step.instruction.operands.includes(value);
      return first.operations.get(step) !== operation && first.operations.get(step)?.imports.includes(value) === true;
    });
  }
}

/** `forward.conv1`: the record of the operation gone back through. */
function recordOf(operation: OperationInstance, written: FragmentFunction | undefined): string {
  return `forward.${codeOf(written?.named.get(`r${operation.position}`) as NamedValue)}`;
}

function describe({ instances, given, outputs }: Template): string {
  const owners = [...new Set(instances.map(({ fragment }) => fragment.owner))];
  const [{ fragment }] = instances as [Instance, ...Instance[]];
  const more = owners.length > 3 ? ` and ${owners.length - 2} more` : "";
  const shown = more === "" ? owners.join(", ") : `${owners.slice(0, 2).join(", ")}${more}`;
  if (fragment.phase === "backward") return `Back through ${shown}.`;
  const types = [...new Set(instances.map((instance) => describeTypes(instance, given)))];
  const said = new Set(
    [...outputs.values()].filter(({ output }) => output.kind !== "logits").map(({ output }) => output.name),
  );
  const gives = said.size === 0 ? "" : ` Gives ${[...said].join(", ")}.`;
  return `${shown}${types.length === 1 && types[0] !== "" ? `: ${types[0]}` : ""}.${gives}`;
}

/** `float32[batch, 32, 32, 16] → float32[batch, 16, 16, 32]`; empty where nothing is handed on. */
function describeTypes({ fragment, imports, locals, defined }: Instance, given: ReadonlySet<Local>): string {
  const typeOf = (value: ValueNumber): string => printType(fragment.procedure.values[value] as never);
  const results = defined.filter((value) => given.has(locals.get(value) as Local)).map(typeOf);
  return imports[0] === undefined || results.length === 0 ? "" : `${typeOf(imports[0])} → ${results.join(", ")}`;
}
