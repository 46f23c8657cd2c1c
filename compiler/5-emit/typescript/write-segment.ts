/** One function per kind of gradient scope: forward through its units and head, back again, and there the gradient stops. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Code, object, statement } from "./code.ts";
import { isUpdate } from "./describe-template.ts";
import { createNames } from "./identifiers.ts";
import { numberLiteral } from "./literals.ts";
import { createBodyWriter, shortName } from "./segment-body.ts";
import { givenBy, listExports } from "./segment-exports.ts";
import type { Parameter, SegmentFunction, SegmentNaming } from "./segment-function.ts";
import { nameOwners, nameVarying } from "./segment-parameters.ts";
import type { Segment } from "./segments.ts";
import type { Instance } from "./templates.ts";

export function writeSegment(segments: readonly Segment[], naming: SegmentNaming): SegmentFunction {
  const [first] = segments as [Segment, ...Segment[]];
  const names = createNames(["step"], naming.names);
  const parameters: Parameter[] = [];
  const isShared = segments.some(({ module }) => module !== first.module);
  if (isShared) {
    const codeIn = ({ module }: Segment): Code => numberLiteral(module);
    parameters.push({ name: names.take("index"), type: "number", kind: "index", codeIn });
  }
  const owners = nameOwners(segments, isShared, names, parameters);
  const imports = first.imports.map((value, position): [ValueNumber, string] => {
    const { name: wish, type } = naming.agreed(
      segments.map((segment) => naming.importOf(segment.imports[position] as ValueNumber, segment)),
    );
    const name = names.take(wish);
    parameters.push({ name, type, kind: "value", codeIn: (segment) => `${segment.imports[position]}` });
    return [value, name];
  });
  const records = first.importedRecords.map((instance): [Instance, string] => {
    const name = names.take(shortName(instance));
    const type = naming.functionOf(instance.template).recordType as string;
    const position = first.importedRecords.indexOf(instance);
    parameters.push({ name, type, kind: "record", codeIn: () => `${position}` });
    return [instance, name];
  });
  const varying = nameVarying(segments, naming, names, parameters);
  const writer = createBodyWriter(new Map(imports), new Map(records), names, naming, owners, varying);

  const body = [`step.module(${isShared ? "index" : first.module});`, ""];
  const backward = first.items.findLastIndex(
    ({ instances: [{ fragment }] }) => fragment.phase === "backward" && !isUpdate(fragment),
  );
  first.items.forEach((item, index) => {
    const turns = item.instances[0].fragment.phase === "backward";
    const before = first.items[index - 1]?.instances[0].fragment.phase;
    if (turns && before === "forward") body.push("");
    body.push(...writer.write(item, index));
    if (index === backward) body.push(`// ${stopComment(first, isShared, naming.program)}`);
  });
  const exports = listExports(first, writer, naming);
  const [only] = exports;
  if (only !== undefined && exports.length === 1) body.push("", `return ${only.code};`);
  if (exports.length > 1) {
    body.push("", statement("return ", object(exports.map(({ name, code }) => [name, code] as const))));
  }
  const returns = only === undefined ? "nothing" : exports.length === 1 ? "value" : "record";
  return {
    ...{ name: naming.name, body, returns, documentation: describe(segments, naming.program) },
    returnType: returns === "nothing" ? "void" : returns === "value" ? only?.type : undefined,
    parameters: ["step: Step", ...parameters.map(({ name, type }) => `${name}: ${type}`)],
    given: (segment, variable) => givenBy(segment, variable, exports, naming),
    arguments: (segment, expression, record) =>
      parameters.map(({ name, kind, codeIn }) => {
        const value = codeIn(segment);
        if (kind === "value") return { name, kind, value: expression(Number(value)) };
        if (kind === "record") return { name, kind, value: record(segment.importedRecords[Number(value)] as Instance) };
        return { name, kind, value };
      }),
  };
}

/** `2 to 19, 21` */
function listRanges(indices: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const index of [...new Set(indices)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}

function stopComment(segment: Segment, isShared: boolean, program: StepProgram): string {
  const { module } = segment;
  const reached = program.losses.filter((loss) => loss.module === module).flatMap(({ reaches = [] }) => reaches);
  const stop = Math.min(module, ...reached);
  if (isShared) return "The gradient of this module stops here: its input is a constant.";
  if (stop === 1) return `The gradient of module ${module} ends here, at what the network is fed.`;
  const what = stop === module ? "its input" : `the input of module ${stop}`;
  return `The gradient of module ${module} stops here: ${what} is a constant.`;
}

function describe(segments: readonly Segment[], program: StepProgram): string[] {
  const indices = segments.map(({ module }) => module);
  const [module] = indices as [number];
  const { units = [], heads = [] } = program.modules.find(({ index }) => index === module) ?? {};
  if (new Set(indices).size > 1) return [`Modules ${listRanges(indices)}, which are alike.`];
  const shown = units.length > 3 ? `${units[0]} to ${units.at(-1)}` : units.join(", ");
  return [`Module ${module}: ${shown}.`, ...heads.map((head) => `Head: ${head}.`)];
}
