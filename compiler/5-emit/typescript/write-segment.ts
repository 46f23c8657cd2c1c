/** One function per kind of gradient scope: forward through its units and head, back again, and there the gradient stops. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { array, type Code, call, flat, object, statement } from "./code.ts";
import { isUpdate } from "./describe-template.ts";
import type { Fragment } from "./fragments.ts";
import { camelCase, createNames, type Names } from "./identifiers.ts";
import { literal, numberLiteral, stringLiteral } from "./literals.ts";
import { isDefined } from "./local.ts";
import type { Item } from "./runs.ts";
import type { Segment } from "./segments.ts";
import { accessed, type FunctionText } from "./source-text.ts";
import type { Instance, Template } from "./templates.ts";
import type { FragmentFunction } from "./write-fragment.ts";

export interface SegmentFunction extends FunctionText {
  /** The arguments of one segment after `step`, in the order of the parameters. */
  arguments(
    segment: Segment,
    expression: (value: ValueNumber) => string,
    record: (instance: Instance) => string,
  ): SegmentArgument[];
  readonly returns: "nothing" | "value" | "record";
  /** The code of every value and every unit's record that a call gives, where `variable` holds what it returns. */
  given(segment: Segment, variable: string): Given;
}

export interface SegmentArgument {
  readonly name: string;
  readonly kind: "index" | "owner" | "varying" | "value" | "record";
  readonly value: Code;
}

export interface Given {
  readonly values: readonly (readonly [ValueNumber, string])[];
  readonly records: readonly (readonly [Instance, string])[];
}

export interface SegmentNaming {
  readonly name: string;
  readonly program: StepProgram;
  functionOf(template: Template): FragmentFunction;
  /** Whether anything computed in the fragment is used on its own elsewhere. */
  isUsed(fragment: Fragment): boolean;
  importOf(value: ValueNumber, segment: Segment): { readonly name: string; readonly type: string };
  /** One name for what the function is given in several places. */
  agreed(imports: readonly { readonly name: string; readonly type: string }[]): {
    readonly name: string;
    readonly type: string;
  };
  /** Names of the file, which a local variable must not hide. */
  readonly names: Names;
}

/** Something that differs between the segments a function stands for. */
interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly kind: SegmentArgument["kind"];
  readonly codeIn: (segment: Segment) => Code;
}

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

/** Something a module hands on: the record of a unit that a later pass goes back through, or a value. */
interface Export {
  readonly name: string;
  readonly type: string;
  readonly code: string;
  /** Its position among the exported records or values of the segment. */
  readonly of: { readonly kind: "value" | "record"; readonly position: number };
}

/** Records with all they hold, then the values that are in none of them. */
function listExports(segment: Segment, { expression, recordOf }: BodyWriter, naming: SegmentNaming): Export[] {
  const fields = createNames();
  const records = segment.exportedRecords.map((instance, position): Export => {
    const code = recordOf(instance);
    const type = naming.functionOf(instance.template).recordType as string;
    return { name: fields.take(code), type, code, of: { kind: "record", position } };
  });
  const values = segment.exports.flatMap((value, position): Export[] => {
    if (segment.exportedRecords.some((instance) => holds(instance, value))) return [];
    const { name: wish } = naming.importOf(value, segment);
    const name = fields.take(wish === "x" ? "output" : wish);
    return [{ name, type: "Tensor", code: expression(value), of: { kind: "value", position } }];
  });
  return [...records, ...values];
}

/** Whether a record gives the value to whoever has it. */
function holds({ locals, template }: Instance, value: ValueNumber): boolean {
  const local = locals.get(value);
  return local !== undefined && isDefined(local) && template.given.has(local);
}

function givenBy(segment: Segment, variable: string, exports: readonly Export[], naming: SegmentNaming): Given {
  const values: [ValueNumber, string][] = [];
  const records: [Instance, string][] = [];
  for (const { name, of } of exports) {
    const code = exports.length === 1 ? variable : `${variable}.${name}`;
    if (of.kind === "value") values.push([segment.exports[of.position] as ValueNumber, code]);
    else {
      const instance = segment.exportedRecords[of.position] as Instance;
      records.push([instance, code]);
      values.push(...valuesIn(instance, code, naming));
    }
  }
  return { values, records };
}

/** The code of every value that a record gives, where `variable` holds it. */
function valuesIn(instance: Instance, variable: string, naming: SegmentNaming): [ValueNumber, string][] {
  const { named, returns } = naming.functionOf(instance.template);
  return [...instance.locals].flatMap(([value, local]): [ValueNumber, string][] =>
    holds(instance, value) && named.has(local)
      ? [[value, accessed(variable, local, { named, returns, recordType: undefined })]]
      : [],
  );
}

/** The addresses of each call or loop: written out where they are the same everywhere, else a parameter. */
function nameOwners(segments: readonly Segment[], isShared: boolean, names: Names, parameters: Parameter[]): Code[] {
  const known = new Map<string, Code>();
  return (segments[0] as Segment).items.map((_, position) => {
    const addresses = segments.map(({ items }) => ownersOf(items[position] as Item));
    const key = addresses.map((list) => list.join()).join(";");
    const code = known.get(key) ?? nameOwner(addresses, position);
    known.set(key, code);
    return code;
  });

  function nameOwner(addresses: readonly (readonly string[])[], position: number): Code {
    const [first] = addresses as [readonly string[]];
    const item = (segments[0] as Segment).items[position] as Item;
    // A backward call takes its address from the record.
    if (item.instances[0].partner !== undefined) return "";
    if (addresses.every((list) => list.join() === first.join())) return ownerCode(first);
    const byIndex = addresses.every(
      (list, index) => list.length === 1 && list[0] === `head[${segments[index]?.module}]`,
    );
    if (isShared && byIndex) return "`head[${index}]`";
    const isList = first.length > 1;
    const base = camelCase(
      (first[0] as string)
        .split(".")
        .at(-1)
        ?.replace(/\[\d+\]/g, "") ?? "",
    );
    const name = names.take(isList ? `${base}s` : base);
    const codeIn = (segment: Segment): Code => ownerCode(ownersOf(segment.items[position] as Item));
    parameters.push({ name, type: isList ? "readonly string[]" : "string", kind: "owner", codeIn });
    return name;
  }
}

function ownersOf({ instances }: Item): string[] {
  return instances.map(({ fragment }) => fragment.owner);
}

/** `"stem"`, or `numbered("stage[1].block", 2, 18)` for a list that counts up. */
export function ownerCode(owners: readonly string[]): Code {
  const [first] = owners;
  if (owners.length === 1 && first !== undefined) return stringLiteral(first);
  return addressList(owners);
}

export function addressList(addresses: readonly string[]): Code {
  const match = /^(.*)\[(\d+)\]$/.exec(addresses[0] ?? "");
  const [name, start] = [match?.[1], Number(match?.[2])];
  const counts = addresses.every((address, index) => address === `${name}[${start + index}]`);
  if (match === null || !counts) return array(addresses.map(stringLiteral));
  return call("numbered", stringLiteral(name as string), `${start}`, `${start + addresses.length - 1}`);
}

/** The attributes every call is given, in the order of the items: as they are, or parameters where segments differ. */
function nameVarying(
  segments: readonly Segment[],
  naming: SegmentNaming,
  names: Names,
  parameters: Parameter[],
): (item: Item, index: number) => Code[] {
  return ({ instances: [instance] }, index) =>
    naming.functionOf(instance.template).varying.map(({ name, position, type }) => {
      const valueIn = ({ items }: Segment): Code => literal(items[index]?.instances[0].varying[position]?.value);
      const texts = segments.map((segment) => flat(valueIn(segment)));
      if (texts.every((text) => text === texts[0])) return valueIn(segments[0] as Segment);
      const same = parameters.find(
        (known) =>
          known.kind === "varying" && segments.every((segment, at) => flat(known.codeIn(segment)) === texts[at]),
      );
      if (same !== undefined) return same.name;
      const taken = names.take(name);
      parameters.push({ name: taken, type, kind: "varying", codeIn: valueIn });
      return taken;
    });
}

interface BodyWriter {
  expression(value: ValueNumber): string;
  /** The variable that holds what a forward instance gave. */
  recordOf(instance: Instance): string;
  write(item: Item, index: number): string[];
}

function createBodyWriter(
  values: Map<ValueNumber, string>,
  records: Map<Instance, string>,
  names: Names,
  naming: SegmentNaming,
  owners: readonly Code[],
  varyingOf: (item: Item, index: number) => Code[],
): BodyWriter {
  /** The lists of records of a loop's instances. */
  const lists = new Map<Instance, string>();
  const expression = (value: ValueNumber): string => values.get(value) as string;

  function callOf(instance: Instance, at: Code, given: (position: number) => string, varying: readonly Code[]): Code {
    const { name } = naming.functionOf(instance.template);
    const record = instance.partner && records.get(instance.partner);
    return call(name, "step", record ?? at, ...instance.imports.map((_, position) => given(position)), ...varying);
  }

  function keep(instance: Instance, variable: string): void {
    for (const [value, code] of valuesIn(instance, variable, naming)) values.set(value, code);
    if (naming.functionOf(instance.template).returns === "record") records.set(instance, variable);
  }

  function isUsed({ returns, fragment }: Instance): boolean {
    return returns.length > 0 || naming.isUsed(fragment);
  }

  function writeOne(item: Item, index: number): string[] {
    const [instance] = item.instances;
    const given = (position: number) => expression(instance.imports[position] as ValueNumber);
    const code = callOf(instance, owners[index] as Code, given, varyingOf(item, index));
    const { returns } = naming.functionOf(instance.template);
    if (returns === "nothing" || !isUsed(instance)) return [statement("", code)];
    const isBackward = instance.fragment.phase === "backward";
    const variable = names.take(isBackward ? `${shortName(instance)}Gradient` : shortName(instance));
    keep(instance, variable);
    return [statement(`const ${variable} = `, code)];
  }

  function writeLoop(item: Item, index: number): string[] {
    const { instances, carried } = item;
    const [first] = instances;
    const last = instances.at(-1) as Instance;
    const { returns, named, recordType } = naming.functionOf(first.template);
    const { position, local } = carried as NonNullable<Item["carried"]>;
    const isBackward = first.fragment.phase === "backward";
    const moving = names.take(isBackward ? "gradient" : "output");
    const lines = [`let ${moving} = ${expression(first.imports[position] as ValueNumber)};`];
    const given = (at: number) => (at === position ? moving : expression(first.imports[at] as ValueNumber));
    const one = names.take(shortName(first).replace(/\d+$/, ""));
    let header = statement("for (const at of ", owners[index] as Code, ") {");
    if (first.partner !== undefined) {
      header = `for (const ${one} of ${lists.get(last.partner as Instance)}.toReversed()) {`;
      records.set(first.partner, one);
    }
    const code = callOf(first, "at", given, varyingOf(item, index));
    const found = named.get(local);
    if (returns === "value") lines.push(header, statement(`${moving} = `, code, ";", 2), "}");
    else {
      const list = names.take(`${one}s`);
      const isKept = first.returns.length > 0;
      if (isKept) {
        lines.unshift(`const ${list}: ${recordType}[] = [];`);
        lists.set(first, list);
      }
      const body = [statement(`const ${one} = `, code, ";", 2)];
      if (isKept) body.push(`  ${list}.push(${one});`);
      body.push(`  ${moving} = ${one}.${found?.variable}${found?.accessor};`);
      lines.push(header, ...body, "}");
    }
    for (const [value, at] of last.locals) if (at === local) values.set(value, moving);
    return lines;
  }

  return {
    expression,
    recordOf: (instance) => records.get(instance) as string,
    write: (item: Item, index: number): string[] =>
      item.carried === undefined ? writeOne(item, index) : writeLoop(item, index),
  };
}

function shortName({ fragment }: Instance): string {
  const name = camelCase(fragment.owner.split(".").at(-1) ?? "");
  return /^head\d+$/.test(name) ? "head" : name || "prologue";
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
