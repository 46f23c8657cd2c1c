/** Why no engine could be loaded; the code belongs to the band LL9, environment. */
export type EngineErrorCode =
  /** LL9010: no engine is installed for this machine, or it is switched off. */
  | "LL9010"
  /** LL9011: an engine is installed and does not work. */
  | "LL9011"
  /** LL9012: a setting of the environment (`LLNET_THREADS`, `LLNET_ENGINE`) has an impossible value. */
  | "LL9012"
  /** LL9013: the engine has no memory left. */
  | "LL9013"
  /** LL9014: the engine cannot do an operation of the program. */
  | "LL9014";

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
