import { join } from "node:path";
import type { Study, Variant } from "../ablation/types.ts";
import { type EmitKind, type EmittedFile, emit } from "./emitters.ts";
import { type ExitCode, exitCodes } from "./io.ts";
import type { ModelOptions } from "./options/model-options.ts";
import { createPlanningProgress } from "./planning-progress.ts";
import { reportProblem } from "./problem.ts";
import { reportDiagnostics } from "./report-diagnostics.ts";
import { printJson, type Session } from "./session.ts";
import { bytes, count, magnitude } from "./text-table.ts";
import { writeFiles } from "./write-files.ts";

/**
 * Writes every variant of a file's studies as `STUDY/VARIANT.ts`, `.json` and whatever else is asked for, with `index.json`
 * for programs and `README.md` for people. Variants with the same program share the files of the first of them.
 */
export async function compileAllVariants(
  session: Session,
  file: string,
  options: ModelOptions & { readonly out: string; readonly emit: readonly EmitKind[] },
): Promise<ExitCode> {
  const { expandStudiesInTurns } = await session.services.ablate();
  const { set, model, out } = options;
  const progress = createPlanningProgress(session.io);
  const { studies, diagnostics, sources } = await expandStudiesInTurns({
    ...{ file, set, onProgress: progress.show },
    ...(model !== undefined && { model }),
  });
  progress.end();
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
  for (const [index, { study, variant }] of distinct.entries()) {
    // A Ctrl-C is heard between two variants.
    await new Promise((resolve) => setImmediate(resolve));
    session.io.error(`${index + 1} of ${distinct.length}: ${study.name}/${variant.name}\n`);
    const files = await emitVariant(session, study, variant, [...new Set([...options.emit, "json" as const])]);
    const problem = writeAll(session, out, files);
    if (problem !== undefined) return problem;
    const listed = files.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text) }));
    written.set(`${study.name}/${variant.name}`, listed);
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

interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
}

async function emitVariant(
  session: Session,
  { file, model, name }: Study,
  variant: Variant,
  kinds: readonly EmitKind[],
): Promise<readonly EmittedFile[]> {
  const { compile } = await session.services.compiler();
  const { program } = compile({ file, model, set: variant.overrides });
  if (program === undefined) throw new Error(`${variant.name} compiled, and now it does not`);
  const files: EmittedFile[] = [];
  for (const kind of kinds) files.push(...(await emit(session, kind, { program, sourceFile: file })));
  // Emitters name files by the model.
  return files.map(({ path, text }) => ({ path: `${name}/${path.replace(program.name, variant.name)}`, text }));
}

function writeAll(session: Session, directory: string, files: readonly EmittedFile[]): ExitCode | undefined {
  const error = writeFiles(directory, files);
  if (error === undefined) return undefined;
  const message = `the files could not be written: ${error.code}`;
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
