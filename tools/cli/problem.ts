import type { ExitCode } from "./io.ts";
import type { Session } from "./session.ts";

/** A user's mistake that has no place in a file: in the data, the run's directory, the environment, the command line. */
export interface Problem {
  readonly code?: string;
  readonly name?: string;
  readonly message: string;
  readonly help?: string;
  readonly path?: string | null;
  readonly severity?: "error" | "warning";
}

/** Prints a problem in the form diagnostics have, and returns the exit code for convenience. */
export function reportProblem(session: Session, problem: Problem, exitCode: ExitCode): ExitCode {
  const { code, message, help, path, severity = "error" } = problem;
  const paint = (style: string, text: string) => (session.color ? `\u001b[${style}m${text}\u001b[0m` : text);
  const heading = paint(severity === "error" ? "1;31" : "1;33", code === undefined ? severity : `${severity}[${code}]`);
  const lines = [`${heading}${paint("1", `: ${message}`)}`];
  if (path) lines.push(`  ┌─ ${path}`);
  if (help) lines.push(`${paint("1", "help")}: ${help}`);
  session.io.error(`${lines.join("\n")}\n`);
  return exitCode;
}
