import type { ExpandedStudies } from "../../compiler/ablate/index.ts";
import type { DatasetResult } from "../../runtime/data/index.ts";
import { makePlan } from "../ablation/make-plan.ts";
import type { DataIdentity, Study, StudyPlan, Variant } from "../ablation/types.ts";
import { type ExitCode, exitCodes } from "./io.ts";
import { absoluteSpecification } from "./open-data.ts";
import { createPlanningProgress } from "./planning-progress.ts";
import { type Problem, reportProblem } from "./problem.ts";
import { reportDiagnostics } from "./report-diagnostics.ts";
import type { Session } from "./session.ts";

/** Options every verb of `llnet ablate` has that reads a file. */
export interface PlanOptions {
  /** Values by path as one text, `10,20`: several make an axis. */
  readonly set: Readonly<Record<string, string>>;
  /** Only this block of the file. */
  readonly study?: string;
  /** Only blocks of this model. */
  readonly model?: string;
  /** As `--data` takes it, instead of what the recipes name. */
  readonly data?: string;
  /** The directory that holds `trials/`. */
  readonly runs: string;
}

export interface PlannedFile {
  readonly plan: StudyPlan;
  /** Text of every llnet file read, by path: what the trials are compiled from. */
  readonly sources: ReadonlyMap<string, string>;
  readonly expanded: ExpandedStudies;
  /** Number of training samples by the data's checksum. */
  readonly samples: ReadonlyMap<string, number>;
  /** Why the data cannot be opened, where they cannot; trials then have no identity, and none is known to be done. */
  readonly dataProblem?: Problem;
}

/** The checksum of data that could not be opened. */
export const unknownData = "unknown";

/**
 * Compiles every variant of a file's studies and opens their data; whatever is wrong is printed. `needsData: false` plans
 * without the data where they are not there.
 */
export async function planFile(
  session: Session,
  file: string,
  options: PlanOptions,
  { needsData = true, keepsInvalid = false }: { readonly needsData?: boolean; readonly keepsInvalid?: boolean } = {},
): Promise<PlannedFile | ExitCode> {
  const { expandStudiesInTurns } = await session.services.ablate();
  const { set, study, model } = options;
  const progress = createPlanningProgress(session.io);
  const expanded = await expandStudiesInTurns({
    file,
    onProgress: progress.show,
    set,
    ...(study !== undefined && { study }),
    ...(model !== undefined && { model }),
  });
  progress.end();
  await reportDiagnostics(session, expanded.diagnostics, expanded.sources);
  const unreadable = expanded.diagnostics.find(
    ({ name, primary }) => name === "unreadable-file" && primary.place.file === file,
  );
  if (unreadable !== undefined) return exitCodes.usage;
  const isWrong = expanded.diagnostics.some(({ severity }) => severity === "error");
  const hasVariants = expanded.studies.some(({ variants }) => variants.length > 0);
  if (isWrong && !(keepsInvalid && hasVariants)) return exitCodes.findings;
  if (expanded.studies.length === 0) return reportProblem(session, noStudy(file, options, expanded), exitCodes.usage);

  const opened = await openAll(session, expanded.studies, options.data);
  if (opened.problem !== undefined && needsData) return reportProblem(session, opened.problem, exitCodes.usage);
  const dataOf = (variant: Variant) => opened.byKey.get(dataKey(variant, options.data)) ?? unopened(variant, options);
  const plan = makePlan(file, expanded.studies, dataOf);
  const { texts: sources } = expanded;
  return {
    plan,
    sources,
    expanded,
    samples: opened.samples,
    ...(opened.problem !== undefined && { dataProblem: opened.problem }),
  };
}

function noStudy(file: string, { study, model }: PlanOptions, { names }: ExpandedStudies): Problem {
  const listed = names.map((name) => `\`${name}\``).join(", ");
  if (study !== undefined && names.length > 0)
    return { message: `\`${file}\` has no study \`${study}\``, help: `it has ${listed}` };
  if (model !== undefined && names.length > 0)
    return { message: `\`${file}\` has no study of \`${model}\``, help: `its studies are ${listed}` };
  return {
    message: `\`${file}\` has no \`ablate\` block`,
    help: "add one, or make axes here: `--set train.epochs=10,20` (with `--model` where the file has several)",
  };
}

function unopened(variant: Variant, { data }: PlanOptions): DataIdentity {
  return { specification: data ?? variant.summary.data ?? "", checksum: unknownData };
}

/** Variants of one key see one dataset. */
function dataKey({ summary: { data, classes } }: Variant, wanted: string | undefined): string {
  return JSON.stringify([wanted ?? data, classes]);
}

interface OpenedData {
  readonly byKey: ReadonlyMap<string, DataIdentity>;
  readonly samples: ReadonlyMap<string, number>;
  /** The first that went wrong. */
  readonly problem?: Problem;
}

/** Opens every dataset once, and makes sure that it fits every variant. */
async function openAll(session: Session, studies: readonly Study[], wanted: string | undefined): Promise<OpenedData> {
  const { openDataset } = await session.services.runtime();
  const { checkFit } = await session.services.loop();
  const opened = new Map<string, DatasetResult>();
  const samples = new Map<string, number>();
  const byKey = new Map<string, DataIdentity>();
  let problem: Problem | undefined;
  for (const { model, variants } of studies) {
    for (const variant of variants) {
      const key = dataKey(variant, wanted);
      const { data, classes, inputShape } = variant.summary;
      const specification = wanted ?? data;
      if (specification === undefined) {
        const help = "say `--data digits` or `--data cifar10:DIR`, or write `data:` in the file's `train`";
        problem ??= { message: `no dataset is named for \`${model}\``, help };
        continue;
      }
      const result = opened.get(key) ?? (await openDataset(specification, { classes }));
      opened.set(key, result);
      const { dataset, error } = result;
      const misfit = dataset === null ? error : checkFit({ name: model, inputShape, recipe: variant.recipe }, dataset);
      if (misfit !== null && misfit !== undefined) problem ??= misfit;
      else if (dataset !== null) {
        byKey.set(key, { specification: absoluteSpecification(specification), checksum: dataset.checksum });
        samples.set(dataset.checksum, dataset.train.count);
      }
    }
  }
  return { byKey, samples, ...(problem !== undefined && { problem }) };
}
