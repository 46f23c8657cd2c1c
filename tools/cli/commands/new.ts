import { existsSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { didYouMean } from "../../../compiler/diagnostics/near-names.ts";
import type { LibraryDeclaration } from "../../../compiler/index.ts";
import type { DatasetFacts } from "../../../compiler/lint/index.ts";
import { fitModel } from "../../new/fit-model.ts";
import { type Choice, type MethodChoice, type ModelChoices, modelChoices } from "../../new/model-choices.ts";
import type { ChosenModel } from "../../new/write-model.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { type Problem, reportProblem } from "../problem.ts";
import { reportDiagnostics } from "../report-diagnostics.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { writeFiles } from "../write-files.ts";
import type { NewOptions } from "./new.command.ts";

/** Writes a model's file from a few words; what does not fit together is refused before anything is written. */
export async function newModel(session: Session, name: string | undefined, options: NewOptions): Promise<ExitCode> {
  const { libraryDeclarations } = await session.services.compiler();
  const { datasets } = await session.services.lint();
  const library = libraryDeclarations();
  const choices = modelChoices(library);
  if (options.list === true) return printChoices(session, choices, datasets);
  const chosen = choose(name, options, { choices, datasets, library });
  if ("message" in chosen) return reportProblem(session, chosen, exitCodes.usage);
  const file = options.out ?? `${chosen.name}.llnet`;
  if (existsSync(file) && options.force !== true) {
    const help = "choose another name with -o, or write over it with --force";
    return reportProblem(session, { message: `\`${file}\` is there already`, help }, exitCodes.usage);
  }
  const text = await checkedText(session, chosen, choices);
  if (text === undefined) return exitCodes.usage;
  const error = writeFiles(dirname(file), [{ path: basename(file), text }]);
  if (error !== undefined) {
    const help = "choose another place with -o, or free some space";
    const problem = { code: "LL9020", message: `the file could not be written: ${error.code}`, help, path: file };
    return reportProblem(session, problem, exitCodes.usage);
  }
  if (session.json) printJson(session, { file, model: chosen.name, text });
  else session.io.out(`${file}\n`);
  const { name: dataName, specification } = chosen.data;
  const needsFolder = dataName !== "digits" && specification === dataName;
  const data = needsFolder ? ` --data ${dataName}:DIR` : "";
  session.io.error(`\nnext:\n  llnet summary ${file}\n  llnet train ${file}${data}\n`);
  return exitCodes.fine;
}

/** The formatted text; undefined where the parts do not fit, which the compiler has said then. */
async function checkedText(session: Session, chosen: ChosenModel, choices: ModelChoices): Promise<string | undefined> {
  const { formatText: format } = await session.services.format();
  const { lintFile: lint } = await session.services.lint();
  const { text, findings, sources } = fitModel(chosen, choices, { format, lint });
  await reportDiagnostics(session, findings.slice(0, 1), sources);
  if (findings[0]?.severity !== "error") return text;
  const { backbone, method, modules, context } = chosen;
  const parts = [backbone.name, method.name, ...(context === undefined ? [] : [context.name])];
  const message = `${parts.map((part) => `\`${part}\``).join(" and ")} do not fit together in ${modules} modules`;
  reportProblem(session, { message, help: "`llnet new --list` shows what else there is" }, exitCodes.usage);
  return undefined;
}

interface Known {
  readonly choices: ModelChoices;
  readonly datasets: readonly DatasetFacts[];
  readonly library: readonly LibraryDeclaration[];
}

function choose(name: string | undefined, options: NewOptions, known: Known): ChosenModel | Problem {
  const { choices, datasets, library } = known;
  if (name === undefined) return { message: "the model has no name", help: "llnet new NAME; see llnet new --help" };
  const modelName = basename(name, extname(name)).replaceAll("-", "_");
  if (!/^[A-Za-z_]\w*$/.test(modelName)) {
    return { message: `\`${modelName}\` is no name`, help: "names are written with a to z, A to Z, 0 to 9 and `_`" };
  }
  const backbone = pick("backbone", options.backbone, choices.backbones);
  if ("message" in backbone) return backbone;
  const method = pickMethod(options.method, choices.methods);
  if ("message" in method) return method;
  const [dataName = ""] = options.data.split(":");
  const data = pick("dataset", dataName, datasets);
  if ("message" in data) return data;
  const context = options.context === undefined ? undefined : pick("context", options.context, choices.contexts);
  if (context !== undefined && "message" in context) return context;
  const isEndToEnd = method.name === "end_to_end";
  const modules = options.modules ?? (isEndToEnd ? 1 : 4);
  if (isEndToEnd !== (modules === 1)) {
    const message = isEndToEnd
      ? "`end_to_end` is one module"
      : `\`${method.name}\` trains local modules, and one has none`;
    return { message, help: isEndToEnd ? "leave --modules out" : "use --modules 2 or more, or --method end_to_end" };
  }
  if (method.only !== undefined && (method.only.backbone !== backbone.name || method.only.modules !== modules)) {
    const { backbone: network, modules: count } = method.only;
    const message = `\`${method.name}\` is known for \`${network}\` in ${count} modules alone`;
    return {
      message,
      help: `use --backbone ${network} --modules ${count}, or write the chains of another network yourself`,
    };
  }
  if (isEndToEnd && context !== undefined) {
    return { message: "a context gives back what cuts took, and one module has no cut", help: "leave --context out" };
  }
  const contextBlock = library.find(({ name: each }) => each === context?.name);
  return {
    name: modelName,
    backbone,
    method,
    modules,
    data: { ...data, specification: options.data },
    ...(contextBlock !== undefined && {
      context: { name: contextBlock.name, needsImage: contextBlock.parameters.some((each) => each.name === "image") },
    }),
    batch: options.batch ?? (dataName === "digits" ? 64 : 128),
    epochs: options.epochs ?? (dataName === "digits" ? 30 : 60),
  };
}

/** By the head's name or by the paper's: `man` for the first head of `std/man`. */
function pickMethod(wanted: string, methods: readonly MethodChoice[]): MethodChoice | Problem {
  const isHead = methods.some(({ name }) => name === wanted);
  const ofPaper = isHead ? undefined : methods.find(({ paper }) => paper === wanted);
  return ofPaper ?? pick("method", wanted, methods);
}

function pick<Offer extends { readonly name: string }>(
  what: string,
  wanted: string,
  offered: readonly Offer[],
): Offer | Problem {
  const found = offered.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = offered.map(({ name }) => name);
  const near = didYouMean(wanted, names);
  const help = near ?? `there are ${names.join(", ")}`;
  return { message: `there is no ${what} \`${wanted}\``, help };
}

function printChoices(session: Session, choices: ModelChoices, datasets: readonly DatasetFacts[]): ExitCode {
  const { backbones, methods, contexts } = choices;
  const plain = ({ name, about }: Choice) => ({ name, about });
  if (session.json) {
    printJson(session, {
      backbones: backbones.map((each) => ({ ...plain(each), declaration: each.declaration })),
      methods: methods.map(plain),
      contexts: contexts.map(plain),
      data: datasets.map(({ name, classes, shape }) => ({ name, classes, shape })),
    });
    return exitCodes.fine;
  }
  const data = datasets.map(({ name, classes, shape }) => ({
    name,
    about: `${shape.join(" by ")}, ${classes} classes`,
  }));
  const sections = { "--backbone": families(backbones), "--method": methods, "--context": contexts, "--data": data };
  for (const [title, offered] of Object.entries(sections)) {
    session.io.out(`${title}\n`);
    const width = Math.max(...offered.map(({ name }) => name.length), 16) + 2;
    for (const { name, about } of offered) session.io.out(`  ${name.padEnd(width)}${about}\n`);
    session.io.out("\n");
  }
  return exitCodes.fine;
}

/** Sizes of one declaration on one line. */
function families(backbones: ModelChoices["backbones"]): readonly Choice[] {
  const declarations = [...new Set(backbones.map(({ declaration }) => declaration))];
  return declarations.map((declaration) => {
    const sizes = backbones.filter((each) => each.declaration === declaration);
    return { name: sizes.map(({ name }) => name).join(", "), about: sizes[0]?.about ?? "" };
  });
}
