import type { CommandIo } from "./io.ts";
import type { Services } from "./services.ts";

/** What a command is given beside its own arguments. */
export interface Session {
  readonly io: CommandIo;
  readonly services: Services;
  readonly color: boolean;
  readonly json: boolean;
  /** The whole command line, for a run's manifest. */
  readonly command: readonly string[];
}

/** Results as one JSON document on stdout. */
export function printJson(session: Session, value: unknown): void {
  session.io.out(`${JSON.stringify(value, null, 2)}\n`);
}
