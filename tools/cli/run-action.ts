import type { CommandIo, ExitCode } from "./io.ts";
import type { OutputOptions } from "./options/output-options.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

export interface Surroundings {
  readonly io: CommandIo;
  readonly services: Services;
  readonly argv: readonly string[];
  readonly finish: (exitCode: ExitCode) => void;
}

/** Makes a command's action what Commander calls: it is given a session before its arguments and options. */
export type RunAction = <Arguments extends readonly unknown[]>(
  action: (session: Session, ...values: Arguments) => Promise<ExitCode>,
) => (...values: unknown[]) => Promise<void>;

export function createRunAction(surroundings: Surroundings): RunAction {
  return <Arguments extends readonly unknown[]>(
    action: (session: Session, ...values: Arguments) => Promise<ExitCode>,
  ) =>
    async (...values: unknown[]) => {
      // Commander adds the options and the command itself after the arguments.
      const options = values.at(-2) as OutputOptions;
      const session = createSession(surroundings, options);
      surroundings.finish(await action(session, ...(values.slice(0, -1) as unknown as Arguments)));
    };
}

function createSession({ io, services, argv }: Surroundings, { json, color }: OutputOptions): Session {
  const { NO_COLOR: noColor, FORCE_COLOR: forceColor } = io.environment;
  const wanted = color ?? (noColor ? false : forceColor ? true : io.interactive);
  return { io, services, color: wanted, json: json === true, command: ["llnet", ...argv] };
}
