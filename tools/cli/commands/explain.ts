import { runtimeErrorNames } from "../../../runtime/error-names.ts";
import { commandErrorNames } from "../error-names.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";

/** Prints the page of a diagnostic or a lint rule. */
export async function explain(session: Session, wanted: string): Promise<ExitCode> {
  const { diagnosticTopics, findPage } = await session.services.lint();
  const found = findPage(wanted, diagnosticTopics({ ...runtimeErrorNames, ...commandErrorNames }));
  if (!("topic" in found)) {
    const help = found.help ?? "a code stands in brackets behind `error` or `warning`: `error[LL3001]`";
    return reportProblem(
      session,
      { message: `there is nothing named \`${wanted}\` to explain`, help },
      exitCodes.usage,
    );
  }
  const { code, name } = found.topic;
  if (!("text" in found))
    return reportProblem(session, { message: `\`${code}\` (${name}) has no page yet` }, exitCodes.findings);
  if (session.json) printJson(session, { code, name, text: found.text });
  else session.io.out(`${code}\n${found.text}`);
  return exitCodes.fine;
}
