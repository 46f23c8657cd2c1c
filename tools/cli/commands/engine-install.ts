import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";

/** Sets the engine up as the install does; exit 4 where there is none afterwards. */
export async function engineInstall(session: Session, options: { readonly force?: true }): Promise<ExitCode> {
  const { installEngine, findEngine } = await session.services.engine();
  const installed = installEngine({ force: options.force === true });
  if (session.json) printJson(session, findEngine());
  return installed ? exitCodes.fine : exitCodes.environment;
}
