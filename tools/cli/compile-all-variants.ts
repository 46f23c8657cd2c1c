import { join } from "node:path";
import type { ExpandedStudies } from "../../compiler/ablate/index.ts";
import type { Study, Variant } from "../ablation/types.ts";
import { createDrafts, type Drafts, type WrittenFile } from "./drafts.ts";
import { type EmitKind, type EmittedFile, emit } from "./emitters.ts";
import { type ExitCode, exitCodes } from "./io.ts";
import { isExitCode } from "./load-model.ts";
import type { ModelOptions } from "./options/model-options.ts";
import { createPlanningProgress } from "./planning-progress.ts";
import { reportProblem } from "./problem.ts";
import { reportDiagnostics } from "./report-diagnostics.ts";
import { printJson, type Session } from "./session.ts";
import { bytes, count, magnitude } from "./text-table.ts";
import { writeFiles } from "./write-files.ts";

interface VariantOptions extends ModelOptions {
  readonly out: string;
  readonly emit: readonly EmitKind[];
}

/**
 * Writes every variant of a file's studies as `STUDY/VARIANT.ts`, `.json` and whatever else is asked for, with `index.json`
 * for programs and `README.md` for people. Variants with the same program share the files of the first of them. Each program
 * is compiled once and then forgotten; nothing is where it belongs before all are right.
 */
export async function compileAllVariants(session: Session, file: string, options: VariantOptions): Promise<ExitCode> {
  const { out } = options;
  const drafts = createDrafts(out);
  try {
    const made = await compileEach(session, file, options, drafts);
    return isExitCode(made) ? made : await conclude(session, file, out, made, drafts);
  } finally {
    drafts.discard();
  }
}

/** Emits every distinct program into the drafts, by its hash. */
async function compileEach(
  session: Session,
  file: string,
  { set, model, out, emit: wanted }: VariantOptions,
  drafts: Drafts,
): Promise<ExpandedStudies | ExitCode> {
  const { expandWithPrograms } = await session.services.ablate();
  const kinds = [...new Set([...wanted, "json" as const])];
  const progress = createPlanningProgress(session.io);
  let ending: ExitCode | undefined;
  const forget = session.io.onInterrupt(() => {
    ending = exitCodes.interrupted;
  });
  const request = { file, set, onProgress: progress.show, ...(model !== undefined && { model }) };
  const made = await expandWithPrograms(request, async (hash, program) => {
    const files: EmittedFile[] = [];
    for (const kind of kinds) files.push(...(await emit(session, kind, { program, sourceFile: file })));
    // Emitters name files by the model.
    const renamed = files.map(({ path, text }) => ({ ending: path.replace(program.name, ""), text }));
    const error = drafts.write(hash, renamed);
    if (error !== undefined) ending = notWritten(session, out, error.code);
    // A Ctrl-C is heard between two variants.
    await new Promise((resolve) => setImmediate(resolve));
    return ending === undefined;
  }).finally(() => {
    forget();
    progress.end();
  });
  if (ending === exitCodes.interrupted) session.io.error("stopped; nothing was written\n");
  return made ?? ending ?? exitCodes.internal;
}

/** Puts the drafts where they belong, if there is nothing wrong with any variant. */
async function conclude(
  session: Session,
  file: string,
  out: string,
  { studies, diagnostics, sources }: ExpandedStudies,
  drafts: Drafts,
): Promise<ExitCode> {
  await reportDiagnostics(session, diagnostics, sources);
  if (diagnostics.some(({ name, primary }) => name === "unreadable-file" && primary.place.file === file))
    return exitCodes.usage;
  if (diagnostics.some(({ severity }) => severity === "error")) return exitCodes.findings;
  if (studies.length === 0) {
    const help = "add one, or make axes here: `--set train.epochs=10,20`";
    return reportProblem(session, { message: `\`${file}\` has no \`ablate\` block`, help }, exitCodes.usage);
  }
  const written = new Map<string, readonly WrittenFile[]>();
  const distinct = studies.flatMap((study) =>
    study.variants.filter(({ sameAs }) => sameAs === undefined).map((variant) => ({ study, variant })),
  );
  for (const { study, variant } of distinct) {
    const name = `${study.name}/${variant.name}`;
    const placed = drafts.place(variant.programHash, name);
    if ("code" in placed) return notWritten(session, out, placed.code);
    written.set(name, placed);
  }
  const index = indexOf(file, studies, written);
  const pages: EmittedFile[] = [
    { path: "index.json", text: `${JSON.stringify(index, null, 2)}\n` },
    { path: "README.md", text: readmeOf(file, studies, written) },
  ];
  const problem = writeAll(session, out, pages);
  if (problem !== undefined) return problem;
  if (session.json) printJson(session, { directory: out, ...index });
  else {
    const total = studies.reduce((sum, { variants }) => sum + variants.length, 0);
    const size = [...written.values()].flat().reduce((sum, each) => sum + each.bytes, 0);
    session.io.out(
      `${total} variants, ${distinct.length} distinct programs, ${bytes(size)}\n${join(out, "README.md")}\n`,
    );
  }
  return exitCodes.fine;
}

function writeAll(session: Session, directory: string, files: readonly EmittedFile[]): ExitCode | undefined {
  const error = writeFiles(directory, files);
  return error && notWritten(session, directory, error.code);
}

function notWritten(session: Session, directory: string, code: string): ExitCode {
  const message = `the files could not be written: ${code}`;
  const help = "choose another directory with -o, or free some space";
  return reportProblem(session, { code: "LL9020", message, help, path: directory }, exitCodes.usage);
}

type Written = ReadonlyMap<string, readonly WrittenFile[]>;

function filesOf(study: Study, { name, sameAs }: Variant, written: Written): readonly WrittenFile[] {
  return written.get(sameAs ?? `${study.name}/${name}`) ?? [];
}

function indexOf(file: string, studies: readonly Study[], written: Written): object {
  return {
    format: "llnet-variants",
    version: 1,
    file,
    studies: studies.map((study) => ({
      ...study,
      variants: study.variants.map((variant) => ({
        ...variant,
        files: filesOf(study, variant, written).map(({ path }) => path),
      })),
    })),
  };
}

function readmeOf(file: string, studies: readonly Study[], written: Written): string {
  const parts = studies.map((study) => {
    const paths = study.axes.flatMap((axis) => axis.paths);
    const rows = study.variants.map((variant) => {
      const { summary, name, set, sameAs } = variant;
      const links = filesOf(study, variant, written).map(
        ({ path }) => `[${path.slice(path.lastIndexOf(".") + 1)}](${path})`,
      );
      const cells = [
        sameAs === undefined ? name : `${name} (= ${sameAs})`,
        ...paths.map((path) => `\`${set[path] ?? ""}\``),
        String(summary.modules),
        count(summary.parameters.training),
        magnitude(summary.macs),
        bytes(summary.peakBytes),
        links.join(" "),
      ];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    });
    const titles = [
      "variant",
      ...paths,
      "modules",
      "parameters in training",
      "multiply-adds",
      "planned memory",
      "files",
    ];
    const rule = `|${titles.map(() => " --- ").join("|")}|`;
    const lines = [`## ${study.name}`, "", ...(study.documentation === undefined ? [] : [study.documentation, ""])];
    return [...lines, `| ${titles.join(" | ")} |`, rule, ...rows].join("\n");
  });
  return `# Variants of ${file}\n\nWritten by \`llnet compile --all-variants\`.\n\n${parts.join("\n\n")}\n`;
}
