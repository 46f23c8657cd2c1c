/** A StepProgram as a TypeScript module that builds it again, written as a person would write a training step. */
import { phaseProgram } from "../../../runtime/program/phases.ts";
import type { Procedure, StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { type Averaging, kindOfAveraging, writeAveraging } from "./averages.ts";
import { bundledFeeds, feedName } from "./feeds.ts";
import { camelCase, createNames, type Names, upperFirst } from "./identifiers.ts";
import { nameTemplates, type TemplateName } from "./name-templates.ts";
import { backwardSuffix } from "./operation-kinds.ts";
import { type OperationInstance, type OperationTemplate, operationName } from "./operation-templates.ts";
import type { SegmentFunction } from "./segment-function.ts";
import { cutIntoSegments, type Segment } from "./segments.ts";
import { planStepFunctions } from "./sharing.ts";
import { printSourceFile } from "./source-file.ts";
import { findTemplates, type Instance, type Template, type Templates } from "./templates.ts";
import type { UpdateTemplate } from "./update-templates.ts";
import { type FragmentFunction, writeFragment } from "./write-fragment.ts";
import { type OperationFunction, writeOperation } from "./write-operation.ts";
import { writeSegment } from "./write-segment.ts";
import { writeStep } from "./write-step.ts";
import { writeUpdate } from "./write-update.ts";

export interface EmitTypeScriptOptions {
  readonly program: StepProgram;
  /** Path of the `.llnet` file, for the header; as a person would write it. */
  readonly sourceFile: string;
  /** Of llnet, for the header. */
  readonly version?: string;
}

export interface EmittedFile {
  /** Relative to the output directory. */
  readonly path: string;
  readonly text: string;
}

/** One file, or of a sequential training one for every phase: weights are carried from one to the next. */
export function emitTypeScript({ program, ...options }: EmitTypeScriptOptions): EmittedFile[] {
  if (program.phases === undefined) return [{ path: `${program.name}.ts`, text: emitProgram({ program, ...options }) }];
  return program.phases.map((_, index) => ({
    path: `${program.name}-phase-${index + 1}.ts`,
    text: emitProgram({ program: phaseProgram(program, index + 1), ...options }),
  }));
}

function emitProgram({ program, sourceFile, version }: EmitTypeScriptOptions): string {
  const functions = planStepFunctions(program);
  const templates = findTemplates(functions);
  const writing = createWriting(program, templates);
  const operations = writeOperations(writing);
  const fragments = writeFragments(writing, operations);
  const cut = new Map(functions.map((step) => [step, cutIntoSegments(step, templates)]));
  const segments = writeSegments(writing, [...cut.values()].flat(), fragments);
  const steps = functions.map((step) => {
    const name = writing.names.take(stepNames[step.procedure.name]);
    const functionOf = (segment: Segment): SegmentFunction => segments.get(segment.key) as SegmentFunction;
    return { step, text: writeStep(step, cut.get(step) ?? [], name, functionOf) };
  });
  return printSourceFile({
    ...{ program, sourceFile, version, names: writing.names, steps },
    updates: [
      ...templates.updates.map((update) => writeUpdate(update, writing.updateName(update))),
      ...templates.averagings.map((averaging) => writeAveraging(averaging, writing.averagingName(averaging))),
    ],
    operations: [...operations.values()],
    fragments: [...fragments.values()],
    segments: [...segments.values()],
  });
}

/** What the file declares or imports itself. */
const fileNames = (
  "average beginStep constant createNetwork createTrainer filled float32 int32 losses modules normal numbered ownedBy perSample " +
  "prediction predictions buildProcedures program programLosses recipe statistic truncatedNormal uniform variables weight averagesOf copiesOf copyOf listModules range ofHead ofReadout ofUnit"
).split(" ");

const stepNames = {
  train: "trainingStep",
  gradients: "gradientStep",
  evaluate: "inferenceStep",
  predict: "predictionStep",
};

interface Writing {
  readonly program: StepProgram;
  readonly templates: Templates;
  /** Names of the file's declarations. */
  readonly names: Names;
  updateName(update: UpdateTemplate): string;
  averagingName(averaging: Averaging): string;
}

function createWriting(program: StepProgram, templates: Templates): Writing {
  const names = createNames(fileNames);
  const updateNames = new Map(templates.updates.map((update) => [update.key, names.take(updateWish(update))]));
  const averagingNames = new Map(
    templates.averagings.map((averaging) => [kindOfAveraging(averaging), names.take("moveAverages")]),
  );
  const averagingName = (averaging: Averaging): string => averagingNames.get(kindOfAveraging(averaging)) as string;
  const updateName = ({ key }: UpdateTemplate): string => updateNames.get(key) as string;
  return { program, templates, names, updateName, averagingName };
}

function updateWish({ first, gradient }: UpdateTemplate): string {
  if (gradient === undefined) return "updateWithoutGradient";
  return first.instructions.length > 1 ? "updateWithDecay" : "update";
}

function writeOperations(writing: Writing): Map<OperationTemplate, OperationFunction> {
  const { templates, names } = writing;
  const written = new Map<OperationTemplate, OperationFunction>();
  const named = templates.operations.map((template) => {
    const wish = operationWish(template);
    const name = names.take(wish);
    const recordType = template.saved.size > 0 ? names.take(upperFirst(name)) : undefined;
    return { template, name, recordType };
  });
  for (const { template, name, recordType } of named) {
    const partner = template.instances[0]?.partner && written.get(template.instances[0].partner.template);
    const naming = { name, recordType, partner, updateName: writing.updateName, updateOf: templates.updateOf, names };
    written.set(template, writeOperation(template, naming));
  }
  return written;
}

/** `conv`, `convWithBias`, `convBackward`, `convBackwardAdding` to a gradient it is given, `convBackwardToStop` */
function operationWish({ instances, given }: OperationTemplate): string {
  const [first] = instances as [OperationInstance];
  const { operation } = first;
  const name = camelCase(operationName(operation.label)) || "operation";
  // A label without a number is a name given in the source, and the variable's.
  const base = operation.label.endsWith("]") ? name : `compute${upperFirst(name)}`;
  const primitives = operation.steps.flatMap((step) =>
    step.kind === "instruction" ? [step.instruction.primitive] : [],
  );
  const isPlain = !primitives.some((primitive) => /^(bias_add|bias_gradient)$/.test(primitive));
  const detail = isPlain || !/conv|dense/.test(base) ? "" : "WithBias";
  if (first.fragment.phase === "backward") return base + detail + backwardSuffix(first, given.size === 0);
  return base + detail + (primitives.includes("batch_norm_inference") ? "Inference" : "");
}

function writeFragments(
  writing: Writing,
  operations: ReadonlyMap<OperationTemplate, OperationFunction>,
): Map<Template, FragmentFunction> {
  const { program, templates, names, updateName, averagingName } = writing;
  const templateNames = nameTemplates(templates.fragments, program, names);
  const recordTypes = new Map(
    templates.fragments.map((template) => {
      const base = (templateNames.get(template) as TemplateName).base;
      return [template, template.saved.size > 0 ? names.take(upperFirst(base)) : undefined];
    }),
  );
  const written = new Map<Template, FragmentFunction>();
  for (const template of templates.fragments) {
    const first = template.instances[0] as Instance;
    const { function: name } = templateNames.get(template) as TemplateName;
    written.set(
      template,
      writeFragment(template, {
        ...{ name, recordType: recordTypes.get(template), updateName, averagingName, updateOf: templates.updateOf },
        partner: first.partner && written.get(first.partner.template),
        importOf: (value) => {
          const position = first.imports.indexOf(value);
          return agreed(
            template.instances.map(({ imports, fragment }) =>
              importOf(imports[position] as ValueNumber, fragment.procedure, templates, written),
            ),
          );
        },
        operationOf: (operation) => operations.get(operation) as OperationFunction,
        partOf: (part) => written.get(part) as FragmentFunction,
        names,
      }),
    );
  }
  return written;
}

/** One name for what a function is given, wherever it comes from. */
function agreed(imports: readonly { readonly name: string; readonly type: string }[]) {
  const [first] = imports as [{ readonly name: string; readonly type: string }];
  return imports.every(({ name }) => name === first.name) ? first : { ...first, name: "x" };
}

/** What a value from elsewhere is called where it comes from, and its type. */
function importOf(
  value: ValueNumber,
  procedure: Procedure,
  templates: Templates,
  written: ReadonlyMap<Template, FragmentFunction>,
): { name: string; type: string } {
  const tensor = (name: string) => ({ name, type: "Tensor" });
  if (bundledFeeds(procedure)[0]?.value === value) return { name: "rates", type: "Rates" };
  const input = procedure.inputs.find((candidate) => candidate.value === value);
  if (input !== undefined) return tensor(feedName(input));
  const source = templates.definingInstance(procedure, value);
  if (source === undefined) return tensor("x");
  if (source.fragment.phase === "backward") return tensor("gradient");
  const named = written.get(source.template)?.named.get(source.locals.get(value) ?? "");
  if (named === undefined || named.variable === "output") return tensor("x");
  return tensor(named.accessor === ".output" ? named.variable : named.variable + upperFirst(camelCase(named.accessor)));
}

function writeSegments(
  { program, templates, names }: Writing,
  segments: readonly Segment[],
  fragments: ReadonlyMap<Template, FragmentFunction>,
): Map<string, SegmentFunction> {
  const byKey = new Map<string, Segment[]>();
  for (const segment of segments) byKey.set(segment.key, [...(byKey.get(segment.key) ?? []), segment]);
  const named = [...byKey.values()].map((alike) => ({ alike, name: names.take(segmentWish(alike)) }));
  const used = new Set(segments.flatMap((segment) => [...segment.used]));
  return new Map(
    named.map(({ alike, name }) => {
      const written = writeSegment(alike, {
        ...{ name, program, names },
        functionOf: (template) => fragments.get(template) as FragmentFunction,
        isUsed: (fragment) => used.has(fragment),
        importOf: (value, segment) => importOf(value, segment.function.procedure, templates, fragments),
        agreed,
      });
      return [alike[0]?.key ?? "", written];
    }),
  );
}

/** `module2`, `modules3To7Inference` */
function segmentWish(alike: readonly Segment[]): string {
  const indices = alike.map(({ module }) => module);
  const [first, last] = [Math.min(...indices), Math.max(...indices)];
  const { name } = (alike[0] as Segment).function.procedure;
  const role = { train: "", gradients: "Gradients", evaluate: "Inference", predict: "Prediction" }[name];
  return first === last ? `module${first}${role}` : `modules${first}To${last}${role}`;
}
