/** Puts the parts of an emitted module together: header, data, functions, procedures, program. */
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { comment, declared, imported, raw, type Statement } from "./builders.ts";
import { layout, lineWidth, object } from "./code.ts";
import { bundledFeeds } from "./feeds.ts";
import { camelCase, type Names } from "./identifiers.ts";
import { literal, numberLiteral, stringLiteral } from "./literals.ts";
import { loadTsMorph } from "./load-ts-morph.ts";
import type { StepFunction } from "./sharing.ts";
import type { FunctionText } from "./source-text.ts";
import { writeLosses, writeModules, writePredictions } from "./write-data.ts";
import type { FragmentFunction } from "./write-fragment.ts";
import type { OperationFunction } from "./write-operation.ts";
import { writeRatesType } from "./write-update.ts";
import { writeVariables } from "./write-variables.ts";

export interface SourceParts {
  readonly program: StepProgram;
  readonly sourceFile: string;
  readonly version: string | undefined;
  readonly names: Names;
  readonly updates: readonly FunctionText[];
  readonly operations: readonly OperationFunction[];
  readonly fragments: readonly FragmentFunction[];
  readonly segments: readonly FunctionText[];
  readonly steps: readonly { readonly step: StepFunction; readonly text: FunctionText }[];
}

export function printSourceFile(parts: SourceParts): string {
  const { program, updates, operations, fragments, segments, steps, names } = parts;
  const data = [
    layout("const recipe: Recipe = ", literal(program.recipe), ";", 0),
    ...[writeModules(program), writeLosses(program), writePredictions(program), ...writeVariables(program, names)],
  ];
  const closing = [writeProgram(program), writeProcedure(steps), network];
  const chapters: readonly (readonly [title: string, functions: readonly FunctionText[]])[] = [
    ["How a weight moves", updates],
    ["Operations", operations],
    ["Units and heads", fragments],
    ["Modules: gradient scopes, cut from each other", segments],
    ["Steps", steps.map(({ text: step }) => step)],
  ];
  const functions = chapters.flatMap(([, ofChapter]) => ofChapter);
  const records = new Map(
    [...operations, ...fragments].map(({ name, recordType }) => [
      name,
      recordType && `type ${recordType} = ReturnType<typeof ${name}>;`,
    ]),
  );
  const feeds = bundledFeeds(program.procedures.train).map(({ name }) => camelCase(name));
  const types = feeds.length === 0 ? [] : [writeRatesType(feeds)];
  const common = [...data, ...closing];
  const typed = [...common, ...types, ...new Set(functions.flatMap(({ parameters }) => parameters))];
  const called = [...common, ...functions.flatMap(({ body }) => body)];
  const declarations = printDeclarations([
    ...imports.flatMap(({ names: known, isTypeOnly }) => {
      const texts = isTypeOnly ? typed : called;
      const wanted = known.filter((name) => texts.some((text) => mentions(text, name, !isTypeOnly)));
      return wanted.length === 0 ? [] : [imported("llnet/runtime", wanted, isTypeOnly)];
    }),
    ...chapters.flatMap(([title, ofChapter]) => [
      ...(ofChapter.length === 0 ? [] : [raw(banner(title))]),
      ...ofChapter.flatMap((one) => {
        const record = records.get(one.name);
        return record === undefined ? [declared(one)] : [declared(one), raw(record)];
      }),
    ]),
  ]);
  const above = [`${header(parts)}\n${declarations.imports}`, ...data, ...types];
  return `${above.join("\n\n")}${declarations.rest}\n\n${closing.join("\n\n")}\n`;
}

/** The imports, and what comes behind them. Plain data stays out: it would only be copied, and parsed. */
function printDeclarations(statements: Statement[]): { readonly imports: string; readonly rest: string } {
  const { Project, IndentationText, QuoteKind } = loadTsMorph();
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
    compilerOptions: { noLib: true },
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Double },
  });
  const file = project.createSourceFile("emitted.ts", { statements });
  const text = file.getFullText().trimEnd();
  const end = file.getImportDeclarations().at(-1)?.getEnd() ?? 0;
  return { imports: text.slice(0, end), rest: text.slice(end) };
}

/** Everything an emitted module may need from the runtime. */
const imports = [
  {
    isTypeOnly: true,
    names: [
      "Pair",
      "Sides",
      "Procedure",
      "ProgramLoss",
      "ProgramModule",
      "ProgramPrediction",
      "Recipe",
      "Step",
      "StepProgram",
    ].concat(["Tensor", "Trainer", "TrainerOptions", "Variable"]),
  },
  {
    isTypeOnly: false,
    names: [
      "average",
      "averagesOf",
      "beginStep",
      "constant",
      "copiesOf",
      "copyOf",
      "createTrainer",
      "filled",
      "float32",
      "int32",
      "listModules",
      "losses",
      "normal",
      "numbered",
    ].concat([
      "ofHead",
      "ofReadout",
      "ofUnit",
      "ownedBy",
      "perSample",
      "prediction",
      "range",
      "statistic",
      "truncatedNormal",
      "uniform",
      "weight",
    ]),
  },
];

/** Whether a type is named, or a function called, in the text: not inside a longer name, a property or a string. */
function mentions(text: string, name: string, isCall: boolean): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const isProperty = text[at - 1] === "." && text.slice(at - 3, at) !== "...";
    const after = text[at + name.length] ?? "";
    if (!isProperty && !/[\w"]/.test(text[at - 1] ?? "") && (isCall ? after === "(" : !/\w/.test(after))) return true;
  }
  return false;
}

/** A line across the page. */
function banner(title: string): string {
  return `// ── ${title} `.padEnd(lineWidth, "─");
}

function header({ program, sourceFile, version }: SourceParts): string {
  const tool = version === undefined ? "llnet" : `llnet ${version}`;
  const modules = program.modules.length === 1 ? "one module, trained end to end" : `${program.modules.length} modules`;
  return comment([
    `${program.name}: ${modules}. Written by ${tool} from ${sourceFile}; do not edit, compile again.`,
    "",
    ...(program.losses.some(({ reaches }) => reaches !== undefined) ? reachingWords : localWords),
  ]);
}

const localWords = [
  "Every module is trained by its own losses. What a module is given is a constant to it: its backward pass ends at its own",
  "first unit, so between modules there is no gradient to be found anywhere in this file.",
];

const reachingWords = [
  "Every module is trained by its own losses and by those of later modules that reach it. What lies before the modules a loss",
  "reaches is a constant to it: its backward pass ends there. A weight that several passes go through moves with the last.",
];

function writeProcedure(steps: SourceParts["steps"]): string {
  const builds = steps.flatMap(({ step, text }) => step.serves.map((name) => ({ name, callee: text.name })));
  const cases = ["train", "gradients", "evaluate", "predict"].map((name) => {
    const { callee } = builds.find((build) => build.name === name) as { callee: string };
    return `    ${name}: build("${name}", ${callee}),\n`;
  });
  return [
    comment(["Builds every procedure by running its step once."]),
    'function buildProcedures(): StepProgram["procedures"] {',
    '  const build = (name: Procedure["name"], write: (step: Step) => void): Procedure => {',
    "    const step = beginStep(name, variables);",
    "    write(step);",
    "    return step.finish();",
    "  };",
    `  return {\n${cases.join("")}  };`,
    "}",
  ].join("\n");
}

function writeProgram(program: StepProgram): string {
  const entries = object([
    ["format", stringLiteral(program.format)],
    ["version", numberLiteral(program.version)],
    ["name", stringLiteral(program.name)],
    ["classes", numberLiteral(program.classes)],
    ["inputShape", literal(program.inputShape)],
    ["modules", "modules"],
    ["losses", "programLosses"],
    ["predictions", "predictions"],
    ["variables", "variables"],
    ["procedures", "buildProcedures()"],
    ["recipe", "recipe"],
  ]);
  return layout("export const program: StepProgram = ", entries, ";", 0);
}

const network = `/** A trainer of this network with fresh weights. */
export function createNetwork(options: TrainerOptions = {}): Promise<Trainer> {
  return createTrainer(program, options);
}`;
