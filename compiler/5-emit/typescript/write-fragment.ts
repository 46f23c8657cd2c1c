/** One function per fragment template: a unit or a head, forward or back. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { labelWithin, relative, scopeOf } from "./addresses.ts";
import type { Averaging } from "./averages.ts";
import { array, type Code, call, object, statement } from "./code.ts";
import { sumOf } from "./contributions.ts";
import { describeTemplate } from "./describe-template.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { batchScalar, literal, stringLiteral, templateText } from "./literals.ts";
import { isDefined, type Local, localOf } from "./local.ts";
import { wishForInstruction } from "./name-values.ts";
import type { OperationInstance, OperationTemplate } from "./operation-templates.ts";
import { accessed, codeOf, type FunctionText, type NamedValue, type Returning } from "./source-text.ts";
import type { Instance, Template } from "./templates.ts";
import type { UpdateTemplate } from "./update-templates.ts";
import { findVarying, isScalar, type VaryingParameter } from "./varying.ts";
import { writeInstruction } from "./write-instruction.ts";
import {
  accumulation,
  type CallArguments,
  importsOfUpdate,
  nameResults,
  type OperationFunction,
} from "./write-operation.ts";

export interface FragmentFunction extends FunctionText, Returning {
  readonly template: Template;
  /** Arguments of one call of a part. */
  arguments(part: Instance, given: CallArguments): Code[];
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
  averagingName(averaging: Averaging): string;
  operationOf(template: OperationTemplate): OperationFunction;
  /** Of a part, which is written before what it is in. */
  partOf(template: Template): FragmentFunction;
  /** Names of the file, which a local variable must not hide. */
  readonly names: Names;
}

export function writeFragment(template: Template, naming: FragmentNaming): FragmentFunction {
  const first = template.instances[0] as Instance;
  const { fragment, partner, locals } = first;
  const isPart = fragment.place !== "";
  const names = createNames(["step", "at", "part", "forward"], naming.names);
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
    const local = relative(whole, scopeOf(fragment));
    if (!local.startsWith("@")) return stringLiteral(whole);
    return `\`\${at}.${isPart ? "${part}." : ""}${templateText(local.slice(1))}\``;
  };
  const label = (whole: string): string => {
    const own = labelWithin(whole, fragment);
    return own === whole ? stringLiteral(whole) : `\`\${part}.${templateText(own)}\``;
  };

  const body: string[] = [];
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
    } else if (step.kind === "averaging") {
      const { average, followed, weights } = step.averaging;
      const given = varying.byPosition.get(position++)?.name ?? stringLiteral(followed);
      const code = [address(average), given, array(weights.map(stringLiteral))];
      body.push(statement("", call(naming.averagingName(step.averaging), "step", ...code)));
    } else if (step.kind === "operation") {
      const operation = first.operations.get(step) as OperationInstance;
      const written = naming.operationOf(operation.template);
      const given = written.arguments(operation, argumentsOf(operation));
      body.push(nameCall(written, given, operation, labelWithin(operation.operation.label, fragment)));
    } else if (step.kind === "part") {
      const part = first.parts.get(step) as Instance;
      const written = naming.partOf(part.template);
      body.push(nameCall(written, written.arguments(part, argumentsOf(part)), part, step.part.place));
    } else {
      const { instruction } = step;
      const variable =
        instruction.results.length === 0 ? undefined : names.take(wishForInstruction(instruction, first));
      nameResults(instruction, variable ?? "", locals, named);
      const text = writeInstruction(instruction, {
        ...{ variable, expression, address, label },
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
  const keepsRecord = template.saved.size > 0;
  const frame = isPart ? ["at", "part"] : ["at"];
  const returned = [...named].filter(([local]) => template.saved.has(local) || template.given.has(local));
  const returns = keepsRecord || returned.length > 1 ? "record" : returned.length === 1 ? "value" : "nothing";
  if (returns === "record") {
    const fields = [...new Set(returned.map(([, { variable }]) => variable))];
    const entries = [...(keepsRecord ? frame : []), ...fields];
    body.push("", statement("return ", object(entries.map((name) => [name, name] as const))));
  } else if (returned[0] !== undefined) body.push("", `return ${codeOf(returned[0][1])};`);
  const usedFrame = isPart ? namesIn(body.join("\n"), frame) : frame;
  if (partner !== undefined && usedFrame.length > 0) body.unshift(`const { ${usedFrame.join(", ")} } = forward;`);

  return {
    ...{ template, varying: varying.parameters, named, returns, name: naming.name, body },
    recordType: keepsRecord ? naming.recordType : undefined,
    parameters: [
      "step: Step",
      ...(partner === undefined
        ? usedFrame.map((name) => `${name}: string`)
        : [`forward: ${naming.partner?.recordType}`]),
      ...parameters,
      ...varying.parameters.map(({ name, type }) => `${name}: ${type}`),
    ],
    returnType: { nothing: "void", value: "Tensor", record: undefined }[returns],
    documentation: [describeTemplate(template)],
    arguments: (part, given) => [
      "step",
      ...(partner === undefined
        ? usedFrame.map((name) => (name === "at" ? "at" : stringLiteral(part.fragment.place)))
        : [given.record as string]),
      ...part.imports.map(given.expression),
      ...varying.parameters.map(({ position: at }) => given.varying(at)),
    ],
  };

  function argumentsOf(called: OperationInstance | Instance): CallArguments {
    const start = position;
    position += called.varying.length;
    return {
      ...{ expression, label, record: called.partner && recordOf(called.partner, naming.partner) },
      varying: (at) => varying.byPosition.get(start + at)?.name ?? literal(called.varying[at]?.value),
    };
  }

  function nameCall(
    written: OperationFunction | FragmentFunction,
    given: readonly Code[],
    called: OperationInstance | Instance,
    wish: string,
  ): string {
    const code = call(written.name, ...given);
    const record = localOf("r", called.position);
    const wanted = [...called.locals].filter(([value]) => isWanted(value, called, written));
    if (written.returns === "nothing" || (wanted.length === 0 && !template.saved.has(record)))
      return statement("", code);
    const suffix = fragment.phase === "backward" ? "Gradient" : "";
    const variable = names.take(camelCase(wish) + suffix);
    named.set(record, { variable, accessor: "" });
    for (const [value, local] of wanted) {
      const whole = accessed(variable, local, written);
      named.set(locals.get(value) as Local, { variable, accessor: whole.slice(variable.length) });
    }
    return statement(`const ${variable} = `, code);
  }

  /** Whether anything outside the operation or part uses one of its values. */
  function isWanted(value: ValueNumber, called: OperationInstance | Instance, written: Returning): boolean {
    const local = called.locals.get(value) as Local;
    return isDefined(local) && called.template.given.has(local) && written.named.has(local) && isUsed(value, called);
  }

  function isUsed(value: ValueNumber, called: OperationInstance | Instance): boolean {
    const local = locals.get(value) as Local;
    if (template.given.has(local) || template.saved.has(local)) return true;
    if ([...template.outputs.values()].some((output) => output.local === local)) return true;
    return fragment.steps.some((step) => {
      if (step.kind === "section" || step.kind === "averaging") return false;
      if (step.kind === "update") return step.update.imports.includes(value);
      if (step.kind === "contribution") return step.contribution.gradient === value;
      if (step.kind === "instruction") return step.instruction.operands.includes(value);
      const other = first.operations.get(step) ?? first.parts.get(step);
      return other !== called && other?.imports.includes(value) === true;
    });
  }
}

/** `forward.conv1`: the record of the operation or part gone back through. */
function recordOf({ position }: { readonly position: number }, written: FragmentFunction | undefined): string {
  return `forward.${codeOf(written?.named.get(localOf("r", position)) as NamedValue)}`;
}

/** Those of the names that the text uses. */
function namesIn(text: string, names: readonly string[]): string[] {
  return names.filter((name) => new RegExp(`(?<![\\w.])${name}\\b`).test(text));
}
