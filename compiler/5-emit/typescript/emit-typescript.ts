/** A StepProgram as a TypeScript module that builds it again, written as a person would write a training step. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import { camelCase, createNames, upperFirst } from "./identifiers.ts";
import { nameTemplates } from "./name-templates.ts";
import { cutIntoSegments, type Segment } from "./segments.ts";
import { planStepFunctions, type StepFunction } from "./sharing.ts";
import { printSourceFile } from "./source-file.ts";
import { findTemplates, type Instance, type Template, type Templates, type UpdateTemplate } from "./templates.ts";
import { type FragmentFunction, writeFragment, writeUpdate } from "./write-fragment.ts";
import { type SegmentFunction, writeSegment } from "./write-segment.ts";
import { writeStep } from "./write-step.ts";

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

export function emitTypeScript({ program, sourceFile, version }: EmitTypeScriptOptions): EmittedFile[] {
  const functions = planStepFunctions(program);
  const templates = findTemplates(functions);
  const names = createNames(fileNames);
  const updates = [...templates.updates.values()];
  const updateNames = new Map(updates.map((update) => [update.key, names.take(updateWish(update))]));
  const fragments = writeFragments(program, templates, names, (update) => updateNames.get(update.key) as string);
  const cut = new Map(functions.map((step) => [step, cutIntoSegments(step, templates)]));
  const segments = writeSegments(program, [...cut.values()].flat(), templates, fragments, names);
  const steps = functions.map((step) => {
    const name = names.take(stepNames[step.procedure.name]);
    return { step, text: writeStep(step, cut.get(step) ?? [], name, (segment) => segments.get(segment.key) as SegmentFunction) };
  });
  const text = printSourceFile({
    ...{ program, sourceFile, version, names, steps },
    updates: updates.map((update) => writeUpdate(update, updateNames.get(update.key) as string)),
    fragments: [...fragments.values()],
    segments: [...segments.values()],
  });
  return [{ path: `${program.name}.ts`, text }];
}

/** What the file declares or imports itself. */
const fileNames = (
  "beginStep constant createNetwork createTrainer filled float32 int32 losses modules normal numbered ownedBy perSample " +
  "prediction predictions procedures program programLosses recipe statistic step truncatedNormal uniform variables weight at " +
  "forward index"
).split(" ");

const stepNames = { train: "trainingStep", gradients: "gradientStep", evaluate: "inferenceStep", predict: "predictionStep" };

function updateWish({ first, gradient }: UpdateTemplate): string {
  if (gradient === undefined) return "updateWithoutGradient";
  return first.instructions.length > 1 ? "updateWithDecay" : "update";
}

function writeFragments(
  program: StepProgram,
  templates: Templates,
  names: ReturnType<typeof createNames>,
  updateName: (update: UpdateTemplate) => string,
): Map<Template, FragmentFunction> {
  const templateNames = nameTemplates(templates.fragments, program, names);
  const written = new Map<Template, FragmentFunction>();
  for (const template of templates.fragments) {
    const first = template.instances[0] as Instance;
    const { function: name, base } = templateNames.get(template) as { function: string; base: string };
    const recordType = template.saved.size > 0 ? names.take(base.charAt(0).toUpperCase() + base.slice(1)) : undefined;
    const partner = first.partner && written.get(first.partner.template);
    const sources = listSources(first, templates, written);
    const importName = (value: ValueNumber): string => sources.get(value) ?? "x";
    const naming = { name, recordType, partner, importName, updateName, updateOf: templates.updateOf };
    written.set(template, writeFragment(template, naming));
  }
  return written;
}

/** What the imports of an instance are called where they come from. */
function listSources(
  instance: Instance,
  templates: Templates,
  written: ReadonlyMap<Template, FragmentFunction>,
): Map<ValueNumber, string> {
  const { fragment, imports } = instance;
  return new Map(imports.map((value) => [value, nameOfValue(value, fragment.procedure, templates, written)]));
}

function nameOfValue(
  value: ValueNumber,
  procedure: StepFunction["procedure"],
  templates: Templates,
  written: ReadonlyMap<Template, FragmentFunction>,
): string {
  const input = procedure.inputs.find((candidate) => candidate.value === value);
  if (input !== undefined) return camelCase(input.name);
  const source = templates.definingInstance(procedure, value);
  if (source === undefined) return "x";
  if (source.fragment.phase === "backward") return "gradient";
  const named = written.get(source.template)?.named.get(source.locals.get(value) ?? "");
  return named === undefined || named.variable === "output" ? "x" : named.variable + upperFirst(named.accessor.slice(1));
}

function writeSegments(
  program: StepProgram,
  segments: readonly Segment[],
  templates: Templates,
  fragments: ReadonlyMap<Template, FragmentFunction>,
  names: ReturnType<typeof createNames>,
): Map<string, SegmentFunction> {
  const byKey = new Map<string, Segment[]>();
  for (const segment of segments) byKey.set(segment.key, [...(byKey.get(segment.key) ?? []), segment]);
  const written = new Map<string, SegmentFunction>();
  for (const [key, alike] of byKey) {
    const [first] = alike as [Segment, ...Segment[]];
    const role = { train: "", gradients: "Gradients", evaluate: "Inference", predict: "Prediction" }[first.function.procedure.name];
    const [from, to] = [Math.min(...alike.map(({ module }) => module)), Math.max(...alike.map(({ module }) => module))];
    const name = names.take(from === to ? `module${from}${role}` : `module${from}To${to}${role}`);
    const importName = (value: ValueNumber, segment: Segment): string =>
      nameOfValue(value, segment.function.procedure, templates, fragments);
    const functionOf = (template: Template): FragmentFunction => fragments.get(template) as FragmentFunction;
    written.set(key, writeSegment(alike, { name, program, functionOf, importName }));
  }
  return written;
}
