import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import type { EngineInstallOptions, InstallableEngine } from "./engine-install.command.ts";

/** Sets an engine up, the native one as the install does; exit 4 where it is not there afterwards. */
export async function engineInstall(
  session: Session,
  options: EngineInstallOptions,
  kind: InstallableEngine = "native",
): Promise<ExitCode> {
  const { installEngine, findEngine, findWebgpu } = await session.services.engine();
  const installed = installEngine({ kind, force: options.force === true });
  if (session.json) printJson(session, kind === "webgpu" ? { found: installed, ...findWebgpu() } : findEngine());
  return installed ? exitCodes.fine : exitCodes.environment;
}
