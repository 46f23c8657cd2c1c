import type { ScopedModel } from "../../../compiler/index.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode, loadModel } from "../load-model.ts";
import { probeIsolation } from "../probe-isolation.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import type { IsolationOptions } from "./isolation.command.ts";

type IsolationMatrix = ScopedModel["isolation"];

/** Prints which loss trains which part; with `probe` also what the gradients say, and exit 1 where they disagree. */
export async function isolation(session: Session, file: string, options: IsolationOptions): Promise<ExitCode> {
  const loaded = await loadModel(session, file, options);
  if (isExitCode(loaded)) return loaded;
  const { scoped } = loaded.compilation;
  if (scoped === undefined) throw new Error("a compilation with a program has no scoped model");
  const { isolation: matrix } = scoped;
  const measured = options.probe ? await probeIsolation(session, scoped) : undefined;
  if (session.json) printJson(session, { ...matrix, ...(measured && { measured }) });
  else session.io.out(renderIsolation(matrix, measured));
  const wrong = measured === undefined ? 0 : countDifferences(matrix, measured);
  if (wrong === 0) return exitCodes.fine;
  const message = `${wrong} ${wrong === 1 ? "entry" : "entries"} of the isolation matrix differ from the measured gradients`;
  return reportProblem(
    session,
    { message, help: "this is a bug in llnet; please report it with the file" },
    exitCodes.findings,
  );
}

/** Owners down, losses across; `●` where the loss gives the owner a gradient. Measured disagreement shows as `✗`. */
export function renderIsolation(matrix: IsolationMatrix, measured?: readonly (readonly boolean[])[]): string {
  const width = Math.max(...matrix.owners.map((owner) => owner.length));
  const cell = Math.max(2, String(matrix.losses.length).length + 1);
  const header = `${" ".repeat(width)}${matrix.losses.map((_, loss) => String(loss + 1).padStart(cell)).join("")}`;
  const rows = matrix.owners.map((name, owner) => {
    const marks = matrix.losses.map((_, loss) =>
      mark(matrix.reaches[loss]?.[owner] === true, measured?.[loss]?.[owner]).padStart(cell),
    );
    return `${name.padEnd(width)}${marks.join("")}`;
  });
  const legend = matrix.losses.map((name, loss) => `${String(loss + 1).padStart(cell)}  ${name}`);
  const verdict = measured === undefined ? [] : ["", measuredVerdict(matrix, measured)];
  return `${[header, ...rows, "", ...legend, ...verdict].join("\n")}\n`;
}

function mark(planned: boolean, measured: boolean | undefined): string {
  if (measured !== undefined && measured !== planned) return "✗";
  return planned ? "●" : "·";
}

function measuredVerdict(matrix: IsolationMatrix, measured: readonly (readonly boolean[])[]): string {
  const entries = matrix.losses.length * matrix.owners.length;
  const wrong = countDifferences(matrix, measured);
  return wrong === 0
    ? `measured: all ${entries} entries agree with the gradients`
    : `measured: ${wrong} of ${entries} entries disagree (✗)`;
}

function countDifferences({ reaches }: IsolationMatrix, measured: readonly (readonly boolean[])[]): number {
  return reaches.flatMap((row, loss) => row.filter((planned, owner) => planned !== measured[loss]?.[owner])).length;
}
