/** Why there is no engine, or why it cannot do what it is asked; the codes belong to the band LL9, environment. */
export const engineErrorNames = {
  /** No engine is installed for this machine, or it is switched off. */
  LL9010: "engine-missing",
  /** An engine is installed and does not work. */
  LL9011: "engine-not-working",
  /** A setting of the environment (`LLNET_THREADS`, `LLNET_ENGINE`) has an impossible value. */
  LL9012: "impossible-setting",
  /** The engine has no memory left. */
  LL9013: "engine-out-of-memory",
  /** The engine cannot do an operation of the program. */
  LL9014: "operation-not-in-engine",
} as const;

export type EngineErrorCode = keyof typeof engineErrorNames;

/**
 * Thrown by everything that needs the engine when there is none. The command line prints `message` and `help` as one
 * diagnostic and ends with status 4. `message` is one line without a final full stop.
 */
export class EngineError extends Error {
  readonly code: EngineErrorCode;
  readonly help: string;

  constructor(code: EngineErrorCode, message: string, help: string) {
    super(oneLine(message));
    this.name = "EngineError";
    this.code = code;
    this.help = help;
  }
}

function oneLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}
