import { isAbsolute, resolve } from "node:path";
import type { Dataset, StepProgram } from "../../runtime/index.ts";
import type { ExitCode } from "./io.ts";
import { exitCodes } from "./io.ts";
import { reportProblem } from "./problem.ts";
import type { Session } from "./session.ts";

/**
 * Opens a dataset, holds out what the recipe wants for validation, and makes sure that the program can be fed with it; every
 * mistake is one diagnostic, before training.
 */
export async function openData(
  session: Session,
  specification: string | undefined,
  program: Pick<StepProgram, "name" | "inputShape" | "classes" | "recipe">,
): Promise<Dataset | ExitCode> {
  if (specification === undefined) {
    const help = "say `--data digits` or `--data cifar10:DIR`, or write `data:` in the file's `train`";
    return reportProblem(session, { message: "no dataset is named", help }, exitCodes.usage);
  }
  const { openDataset, holdOut } = await session.services.runtime();
  const { checkFit } = await session.services.loop();
  const { dataset, error } = await openDataset(specification, { classes: program.classes });
  if (dataset === null) return reportProblem(session, error, exitCodes.usage);
  const misfit = checkFit(program, dataset);
  if (misfit !== undefined) return reportProblem(session, misfit, exitCodes.usage);
  for (const note of dataset.notes) session.io.error(`note: ${note}\n`);
  return holdOut(dataset, program.recipe.validation);
}

/** The specification with its directory absolute, so that a run can be continued from anywhere. */
export function absoluteSpecification(specification: string): string {
  const colon = specification.indexOf(":");
  const [name, rest] = [specification.slice(0, colon), specification.slice(colon + 1)];
  if (colon < 0 || name === "synthetic" || isAbsolute(rest)) return specification;
  return `${name}:${resolve(rest)}`;
}
