/** Every command with its options and examples. What a command does is loaded when it is run. */
import type { Command } from "commander";
import { Argument, InvalidArgumentError } from "commander";
import type { EngineName } from "../../runtime/engine/index.ts";
import type { SplitName } from "../../runtime/index.ts";
import type { Cluster } from "./commands/ablate-launch.ts";
import type { PlanVerbOptions } from "./commands/ablate-plan.ts";
import type { ReportFormat, ReportOptions } from "./commands/ablate-report.ts";
import type { RunOptions } from "./commands/ablate-run.ts";
import type { StatusOptions } from "./commands/ablate-status.ts";
import type { TrialOptions } from "./commands/ablate-trial.ts";
import type { CheckOptions } from "./commands/check.ts";
import type { DiffOptions } from "./commands/diff.ts";
import type { FormatOptions } from "./commands/fmt.ts";
import type { GraphFormat, GraphOptions } from "./commands/graph.ts";
import type { LintFormat, LintOptions } from "./commands/lint.ts";
import type { NewOptions } from "./commands/new.ts";
import type { ReproOptions } from "./commands/repro.ts";
import type { EmitKind } from "./emitters.ts";
import type { CommandIo, ExitCode } from "./io.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

export interface Surroundings {
  readonly io: CommandIo;
  readonly services: Services;
  readonly argv: readonly string[];
  readonly finish: (exitCode: ExitCode) => void;
}

/** Options that every command reading a model has. */
export interface ModelOptions {
  readonly model?: string;
  readonly set: Readonly<Record<string, string>>;
}

interface OutputOptions {
  readonly json?: true;
  readonly color?: boolean;
}

export function describeCommands(program: Command, surroundings: Surroundings): void {
  const run =
    <Arguments extends readonly unknown[]>(action: (session: Session, ...values: Arguments) => Promise<ExitCode>) =>
    async (...values: unknown[]): Promise<void> => {
      // Commander adds the options and the command itself after the arguments.
      const options = values.at(-2) as OutputOptions;
      const session = createSession(surroundings, options);
      surroundings.finish(await action(session, ...(values.slice(0, -1) as unknown as Arguments)));
    };

  modelCommand(program, "check", "Check files: everything the compiler can say without training.")
    .argument("<path...>", "llnet files, or folders of them")
    .option("--watch", "check again whenever a file or one of its imports changes")
    .addHelpText(
      "after",
      examples("llnet check examples/digits.llnet", "llnet check models --json", "llnet check models --watch"),
    )
    .action(
      run(async (session, files: string[], options: CheckOptions) =>
        (await import("./commands/check.ts")).check(session, files, options),
      ),
    );

  modelCommand(program, "summary", "Show what a model costs: parameters, multiply-adds and memory of every module.")
    .argument("<file>", "an llnet file")
    .option("--batch <number>", "batch size of the planned peak", positive)
    .addHelpText(
      "after",
      examples("llnet summary examples/digits.llnet", 'llnet summary net.llnet --set split="into 4 by memory"'),
    )
    .action(
      run(async (session, file: string, options: ModelOptions & { batch?: number }) =>
        (await import("./commands/summary.ts")).summary(session, file, options),
      ),
    );

  modelCommand(program, "isolation", "Show which loss trains which part.")
    .argument("<file>", "an llnet file")
    .option("--probe", "also measure it: every loss' gradients on random input")
    .addHelpText(
      "after",
      examples("llnet isolation examples/digits.llnet", "llnet isolation examples/digits.llnet --probe --json"),
    )
    .action(
      run(async (session, file: string, options: ModelOptions & { probe?: true }) =>
        (await import("./commands/isolation.ts")).isolation(session, file, options),
      ),
    );

  modelCommand(program, "compile", "Write the compiled model: TypeScript to read and run, the step program, a graph.")
    .argument("<file>", "an llnet file")
    .requiredOption("-o, --out <directory>", "where to write")
    .option("--emit <kinds>", "comma-separated: typescript, json, dot", emitKinds, ["typescript"])
    .option("--all-variants", "every variant of the file's `ablate` blocks, with its step program and an index")
    .addHelpText(
      "after",
      examples(
        "llnet compile examples/digits.llnet -o build",
        "llnet compile net.llnet -o build --emit typescript,json,dot",
        "llnet compile examples/infopro-table.llnet --all-variants -o variants",
      ),
    )
    .action(
      run(async (session, file: string, options: CompileOptions) =>
        (await import("./commands/compile.ts")).compileCommand(session, file, options),
      ),
    );

  modelCommand(program, "graph", "Draw a model: modules, cuts, heads, and which loss trains what.")
    .argument("<file>", "an llnet file")
    .option("-o, --out <file>", "where to write; - for standard output (default: MODEL.html)")
    .option("--format <name>", "html, svg or dot (default: as the file's name ends, else html)", graphFormat)
    .option("--open <when>", "yes or no: show it in a browser (default: in a terminal on a desktop)", yesOrNo)
    .addHelpText(
      "after",
      examples(
        "llnet graph examples/resnet32-infopro.llnet",
        "llnet graph examples/digits.llnet -o digits.svg",
        "llnet graph net.llnet --set 'split=into 8 by memory' -o net.html --open no",
      ),
    )
    .action(
      run(async (session, file: string, options: GraphOptions) =>
        (await import("./commands/graph.ts")).graph(session, file, options),
      ),
    );

  modelCommand(program, "train", "Train a model.")
    .argument("[file]", "an llnet file; not needed with --resume")
    .option("--data <dataset>", dataHelp)
    .option("--epochs <number>", "instead of the recipe's", positive)
    .option("--batch <number>", "instead of the recipe's", positive)
    .option("--seed <number>", "instead of the recipe's", natural)
    .option("--engine <name>", engineHelp, engineName)
    .option("--executor <name>", "graph or eager on the native engine, or portable", executor)
    .option("--out <directory>", "the run's directory (default: runs/MODEL-TIME)")
    .option("--resume <run>", "continue a run exactly where it stopped")
    .option("--max-steps <number>", "stop with a checkpoint after this many steps in all", positive)
    .addHelpText(
      "after",
      examples(
        "llnet train examples/digits.llnet --data digits",
        "llnet train net.llnet --data cifar10:data/cifar-10-batches-bin --epochs 20 --out runs/first",
        "llnet train --resume runs/first",
      ),
    )
    .action(
      run(async (session, file: string | undefined, options: TrainOptions) =>
        (await import("./commands/train.ts")).train(session, file, options),
      ),
    );

  modelCommand(program, "eval", "Measure a trained model on a dataset.")
    .argument("<run|file>", "a run's directory, or an llnet file with --checkpoint")
    .option("--checkpoint <run>", "the run whose weights to use")
    .option("--best", bestHelp)
    .option("--data <dataset>", `${dataHelp}; default: the run's own`)
    .option("--split <name>", "test (default), validation or train", split, "test")
    .option("--engine <name>", engineHelp, engineName)
    .option("--executor <name>", "graph or eager on the native engine, or portable", executor)
    .addHelpText(
      "after",
      examples(
        "llnet eval runs/first",
        "llnet eval runs/first --best",
        "llnet eval runs/first --data cifar10:data/other --json",
      ),
    )
    .action(
      run(async (session, target: string, options: EvaluateOptions) =>
        (await import("./commands/evaluate.ts")).evaluate(session, target, options),
      ),
    );

  outputOptions(program.command("predict").description("Classify samples with a trained model."))
    .argument("<run>", "a run's directory")
    .option("--best", bestHelp)
    .option("--data <dataset>", `${dataHelp}; default: the run's own`)
    .option("--split <name>", "test (default), validation or train", split, "test")
    .option("--samples <range>", "which of them, from 0: 7 or 0..9", sampleRange, { from: 0, to: 9 })
    .option("--input <file>", "classify the images of a JSON file instead: a list of images, pixels 0 to 255")
    .option("--engine <name>", engineHelp, engineName)
    .option("--executor <name>", "graph or eager on the native engine, or portable", executor)
    .addHelpText(
      "after",
      examples(
        "llnet predict runs/first",
        "llnet predict runs/first --samples 0..99 --json",
        "llnet predict runs/first --input images.json",
      ),
    )
    .action(
      run(async (session, target: string, options: PredictOptions) =>
        (await import("./commands/predict.ts")).predict(session, target, options),
      ),
    );

  const ablate = program
    .command("ablate")
    .description("Studies: plan variants, run each once, compare.")
    .helpCommand(false);
  planOptions(ablate.command("plan").description("Show what a file's studies would run and what that costs."))
    .option(
      "--measure <steps>",
      "time this many training steps of every distinct program, and keep the times",
      positive,
    )
    .addHelpText(
      "after",
      examples(
        "llnet ablate plan examples/infopro-table.llnet",
        "llnet ablate plan study.llnet --data digits --measure 5",
        'llnet ablate plan net.llnet --set train.epochs=10,20 --set split="into 4,into 8" --json',
      ),
    )
    .action(
      run(async (session, file: string, options: PlanVerbOptions) =>
        (await import("./commands/ablate-plan.ts")).ablatePlan(session, file, options),
      ),
    );

  planOptions(ablate.command("run").description("Run every trial of a file's studies that has not been run yet."))
    .option("--jobs <number>", "trials at a time", positive, 1)
    .option("--memory <size>", "what all trials together may plan for, for example 16GB (default: what is free)", size)
    .option("--devices <list>", "accelerators, one trial each, for example 0,1", list, [])
    .option("--retry-failed", "run failed trials again, from their last checkpoint")
    .option("--stop-when <rule>", stopWhenHelp)
    .option("--on <cluster>", "here (default), slurm, or kubernetes or ray (printed, not submitted)", cluster, "here")
    .option("--launcher <file>", "how the cluster is asked: partition, time, memory, …", "launcher.json")
    .option("--dry-run", "print the cluster's scripts and submit nothing")
    .addHelpText(
      "after",
      examples(
        "llnet ablate run study.llnet --data digits",
        "llnet ablate run net.llnet --set train.epochs=10,20 --jobs 2",
        "llnet ablate run study.llnet --on slurm --dry-run",
      ),
    )
    .action(
      run(async (session, file: string, options: RunOptions) =>
        (await import("./commands/ablate-run.ts")).ablateRun(session, file, options),
      ),
    );

  outputOptions(ablate.command("status").description("Show where every trial stands, also while a study runs."))
    .argument("[file]", "an llnet file with `ablate` blocks; every study that was run otherwise")
    .option("--study <name>", "one study of the file")
    .option("--runs <directory>", "where trials are kept", "runs")
    .addHelpText("after", examples("llnet ablate status", "llnet ablate status study.llnet --json"))
    .action(
      run(async (session, file: string | undefined, options: StatusOptions) =>
        (await import("./commands/ablate-status.ts")).ablateStatus(session, file, options),
      ),
    );

  outputOptions(
    ablate.command("report").description("Write what studies have shown: a page, tables for papers, figures."),
  )
    .argument("[file]", "an llnet file with `ablate` blocks; every study that was run otherwise")
    .option("--study <name>", "one study of the file")
    .option("--runs <directory>", "where trials are kept", "runs")
    .option("-o, --out <file>", "the report; other formats lie beside it", "report.html")
    .option("--format <list>", `comma-separated: ${reportFormats.join(", ")}`, reportFormatList, ["html"])
    .addHelpText(
      "after",
      examples(
        "llnet ablate report study.llnet",
        "llnet ablate report study.llnet --format html,latex,csv -o paper/table.html",
      ),
    )
    .action(
      run(async (session, file: string | undefined, options: ReportOptions) =>
        (await import("./commands/ablate-report.ts")).ablateReport(session, file, options),
      ),
    );

  outputOptions(
    ablate.command("trial").description("Run one trial in this process: what `ablate run` and clusters start."),
  )
    .argument("<directory>", "a folder below runs/trials")
    .option("--wait", "where another process has the trial, wait until it is done or gone")
    .option("--stop-when <rule>", stopWhenHelp)
    .addHelpText("after", examples("llnet ablate trial runs/trials/0c1d2e3f4a5b6c7d8e9f"))
    .action(
      run(async (session, directory: string, options: TrialOptions) =>
        (await import("./commands/ablate-trial.ts")).ablateTrial(session, directory, options),
      ),
    );

  outputOptions(program.command("repro").description("Run a run or a trial again and compare it epoch by epoch."))
    .argument("<run>", "a run's directory, or a trial's")
    .option("--epochs <number>", "only the first epochs", positive)
    .option("--out <directory>", "where the new run goes (default: beside the old one)")
    .addHelpText("after", examples("llnet repro runs/first", "llnet repro runs/first --epochs 1"))
    .action(
      run(async (session, path: string, options: ReproOptions) =>
        (await import("./commands/repro.ts")).repro(session, path, options),
      ),
    );

  modelCommand(program, "diff", "Say in words what makes one model another than a second one.")
    .argument("<first>", "FILE, FILE@MODEL or git:REVISION:FILE")
    .argument("[second]", "the same; without it the first one, changed by --set")
    .option("--exit-code", "end with 1 where they differ")
    .addHelpText(
      "after",
      examples(
        "llnet diff examples/resnet32-greedy.llnet examples/resnet32-infopro.llnet",
        'llnet diff net.llnet --set split="into 8 by memory"',
        "llnet diff git:main:net.llnet net.llnet --exit-code",
      ),
    )
    .action(
      run(async (session, first: string, second: string | undefined, options: DiffOptions) =>
        (await import("./commands/diff.ts")).diff(session, first, second, options),
      ),
    );

  outputOptions(program.command("new").description("Write a model's file from a few words."))
    .argument("[name]", "the model's name, which is the file's too")
    .option("--backbone <name>", "the network; see --list", "resnet32")
    .option("--method <name>", "what trains the modules; see --list", "infopro")
    .option("--modules <number>", "how many modules to cut it into (default: 4)", positive)
    .option("--data <dataset>", dataHelp, "cifar10")
    .option("--context <name>", "what modules get back of what the cuts took; see --list")
    .option("--epochs <number>", "how long to train (default: 60; digits 30)", positive)
    .option("--batch <number>", "samples per step (default: 128; digits 64)", positive)
    .option("-o, --out <file>", "where to write (default: NAME.llnet)")
    .option("--force", "write over a file that is there")
    .option("--list", "show every backbone, method, context and dataset")
    .addHelpText(
      "after",
      examples(
        "llnet new net --backbone resnet32 --method infopro --modules 4 --data cifar10:data/cifar-10-batches-bin",
        "llnet new small --backbone mlp --method greedy --modules 3 --data digits",
        "llnet new --list",
      ),
    )
    .action(
      run(async (session, name: string | undefined, options: NewOptions) =>
        (await import("./commands/new.ts")).newModel(session, name, options),
      ),
    );

  outputOptions(program.command("doctor").description("Say which engine was found, and why not a better one."))
    .addHelpText("after", examples("llnet doctor", "llnet doctor --json"))
    .action(run(async (session) => (await import("./commands/doctor.ts")).doctor(session)));

  outputOptions(program.command("fmt").description("Format files: one layout, without options."))
    .argument("[path...]", "llnet files, or folders of them")
    .option("--check", "change nothing, but end with 1 where a file would change")
    .option("--stdin", "format standard input to standard output")
    .addHelpText("after", examples("llnet fmt models", "llnet fmt --check examples/digits.llnet"))
    .action(
      run(async (session, files: string[], options: FormatOptions) =>
        (await import("./commands/fmt.ts")).fmt(session, files, options),
      ),
    );

  outputOptions(
    program.command("lint").description("Find what compiles and still is a mistake, a trap or an unfair comparison."),
  )
    .argument("<path...>", "llnet files, or folders of them")
    .option("--fix", "apply the fixes that keep the meaning")
    .option("--unsafe", "with --fix: also those that change what is trained")
    .option("--format <name>", "text (default), json, sarif or github", lintFormat)
    .option(
      "--config <file>",
      "severities of rules (default: llnet.config.json in the working folder, where there is one)",
    )
    .option("--baseline <file>", "pass over what this file lists, and name what it lists and is gone")
    .option("--write-baseline", "list what is found now in the --baseline file (default: llnet.baseline.json)")
    .option("--watch", "lint again whenever a file or one of its imports changes")
    .addHelpText(
      "after",
      examples(
        "llnet lint examples/digits.llnet",
        "llnet lint models --fix",
        "llnet lint models --format sarif",
        "llnet lint models --write-baseline --baseline lint.json",
        "llnet lint models --baseline lint.json",
      ),
    )
    .action(
      run(async (session, files: string[], options: LintOptions) =>
        (await import("./commands/lint.ts")).lint(session, files, options),
      ),
    );

  outputOptions(program.command("explain").description("Explain a diagnostic or a lint rule, by code or name."))
    .argument("<code|rule>", "LL3001, shape-mismatch, trailing-split, …")
    .addHelpText("after", examples("llnet explain LL1003", "llnet explain zero-weight-loss"))
    .action(run(async (session, topic: string) => (await import("./commands/explain.ts")).explain(session, topic)));

  program
    .command("lsp")
    .description("Serve an editor: diagnostics, hover, completion and more, by the language server protocol.")
    .option("--stdio", "on standard input and output, which is the only way there is")
    .addHelpText("after", examples("llnet lsp --stdio"))
    .action(run(async () => (await import("./commands/lsp.ts")).lsp()));

  const engine = program.command("engine").description("Manage engines.").helpCommand(false);
  outputOptions(
    engine.command("install").description("Set up an engine: the native one, as the install does, or another."),
  )
    .addArgument(new Argument("[engine]", "native (default), cuda or webgpu").choices(["native", "cuda", "webgpu"]))
    .option("--force", "build it again even if there is one")
    .addHelpText(
      "after",
      examples("llnet engine install", "llnet engine install --force", "llnet engine install webgpu"),
    )
    .action(
      run(async (session, engine: "native" | "cuda" | "webgpu" | undefined, options: { force?: true }) =>
        (await import("./commands/engine-install.ts")).engineInstall(session, options, engine),
      ),
    );
}

interface CompileOptions extends ModelOptions {
  readonly out: string;
  readonly emit: readonly EmitKind[];
  readonly allVariants?: true;
}

export interface TrainOptions extends ModelOptions {
  readonly data?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly engine?: EngineName;
  readonly executor?: ExecutorName;
  readonly out?: string;
  readonly resume?: string;
  readonly maxSteps?: number;
}

export interface EvaluateOptions extends ModelOptions {
  readonly best?: true;
  readonly checkpoint?: string;
  readonly data?: string;
  readonly split: SplitName;
  readonly engine?: EngineName;
  readonly executor?: ExecutorName;
}

export interface PredictOptions {
  readonly best?: true;
  readonly data?: string;
  readonly split: SplitName;
  readonly samples: { readonly from: number; readonly to: number };
  readonly input?: string;
  readonly engine?: EngineName;
  readonly executor?: ExecutorName;
}

export type ExecutorName = "graph" | "eager" | "portable" | "webgpu";

const engineHelp = "auto (default: the best here), native, cuda, webgpu or portable";

const dataHelp = "digits, synthetic, or NAME:DIR with cifar10, cifar100, mnist, fashion_mnist, svhn, stl10";

const stopWhenHelp = "end a trial early, for example `validation < 20% after 5` or `accuracy < 20% after 5`";

const bestHelp = "the weights of the best epoch on validation images, instead of the last";

function createSession({ io, services, argv }: Surroundings, { json, color }: OutputOptions): Session {
  const { NO_COLOR: noColor, FORCE_COLOR: forceColor } = io.environment;
  const wanted = color ?? (noColor ? false : forceColor ? true : io.interactive);
  return { io, services, color: wanted, json: json === true, command: ["llnet", ...argv] };
}

function modelCommand(program: Command, name: string, description: string): Command {
  const command = program
    .command(name)
    .description(description)
    .option("--model <name>", "which model, where the file holds several")
    .option(
      "--set <path=value>",
      "override a part of the model, for example train.batch=64; may be repeated",
      setting,
      {},
    );
  return outputOptions(command);
}

/** Of the verbs of `ablate` that read a file. */
function planOptions(command: Command): Command {
  command
    .argument("<file>", "an llnet file with `ablate` blocks")
    .option("--study <name>", "one study of the file")
    .option("--model <name>", "studies of this model; with --set alone: the model to vary")
    .option(
      "--set <path=values>",
      "override a part of the model; several values make an axis; may be repeated",
      setting,
      {},
    )
    .option("--data <dataset>", `${dataHelp}; default: the recipes' own`)
    .option("--runs <directory>", "where trials are kept", "runs");
  return outputOptions(command);
}

function outputOptions(command: Command): Command {
  return command
    .option("--json", "results as one JSON document")
    .option("--color", "colours even where the output is no terminal")
    .option("--no-color", "no colours (so does NO_COLOR)");
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function setting(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1 || equals === text.length - 1)
    throw new InvalidArgumentError("Write path=value, for example train.batch=64.");
  return { ...before, [text.slice(0, equals).trim()]: text.slice(equals + 1).trim() };
}

function positive(text: string): number {
  const value = natural(text);
  if (value < 1) throw new InvalidArgumentError("It must be 1 or more.");
  return value;
}

function natural(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function emitKinds(text: string): EmitKind[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  return kinds.map((kind) => {
    if (kind === "typescript" || kind === "json" || kind === "dot") return kind;
    throw new InvalidArgumentError(`There is no \`${kind}\`; there are typescript, json and dot.`);
  });
}

function graphFormat(text: string): GraphFormat {
  if (text === "html" || text === "svg" || text === "dot") return text;
  throw new InvalidArgumentError("There are html, svg and dot.");
}

function yesOrNo(text: string): "yes" | "no" {
  if (text === "yes" || text === "no") return text;
  throw new InvalidArgumentError("Write yes or no.");
}

function lintFormat(text: string): LintFormat {
  if (text === "text" || text === "json" || text === "sarif" || text === "github") return text;
  throw new InvalidArgumentError("There are text, json, sarif and github.");
}

function executor(text: string): ExecutorName {
  if (text === "graph" || text === "eager" || text === "portable" || text === "webgpu") return text;
  throw new InvalidArgumentError("There are graph, eager, portable and webgpu.");
}

function engineName(text: string): EngineName {
  if (text === "auto" || text === "native" || text === "cuda" || text === "webgpu" || text === "portable") return text;
  throw new InvalidArgumentError("There are auto, native, cuda, webgpu and portable.");
}

function split(text: string): SplitName {
  if (text === "train" || text === "validation" || text === "test") return text;
  throw new InvalidArgumentError("There are train, validation and test.");
}

function list(text: string): readonly string[] {
  return text.split(",").map((part) => part.trim());
}

const reportFormats: readonly ReportFormat[] = ["html", "markdown", "csv", "latex", "svg", "png"];

function reportFormatList(text: string): readonly ReportFormat[] {
  return list(text).map((part) => {
    const format = reportFormats.find((each) => each === part);
    if (format === undefined)
      throw new InvalidArgumentError(`There is no \`${part}\`; there are ${reportFormats.join(", ")}.`);
    return format;
  });
}

function cluster(text: string): "here" | Cluster {
  if (text === "here" || text === "slurm" || text === "kubernetes" || text === "ray") return text;
  throw new InvalidArgumentError("There are here, slurm, kubernetes and ray.");
}

/** `16GB` in bytes. */
function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(MB|GB|MiB|GiB)$/.exec(text);
  const units: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 };
  if (match === null) throw new InvalidArgumentError("Write a number and MB or GB, for example 16GB.");
  return Number(match[1]) * (units[match[2] ?? ""] ?? 1);
}

function sampleRange(text: string): { from: number; to: number } {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? match?.[1]);
  if (match === null || to < from) throw new InvalidArgumentError("Write a number, or two as in 0..9.");
  return { from, to };
}
