/** Everything a command may touch of its process, so that tests can run commands without one. */
export interface CommandIo {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress, notes and diagnostics. */
  readonly error: (text: string) => void;
  /** Whether `error` is a terminal, on which a line can be redrawn. */
  readonly interactive: boolean;
  /** Whether `out` is a terminal. */
  readonly colorful: boolean;
  readonly columns: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls the listener when the user asks to stop; returns what takes the listener away. */
  readonly onInterrupt: (listener: () => void) => () => void;
  /** The process that started this one and listens to it, where there is one. */
  readonly parent?: ParentProcess;
}

export interface ParentProcess {
  tell(message: object): void;
  /** Whether it has asked for an end, or is gone. */
  readonly wantsEnd: () => boolean;
}

export const exitCodes = {
  fine: 0,
  /** Findings in a file, failed trials, a run that diverged. */
  findings: 1,
  /** The command line or what it names does not make sense. */
  usage: 2,
  /** Something outside llnet is missing: the engine. */
  environment: 4,
  /** Our bug. */
  internal: 70,
  /** Interrupted after a checkpoint. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
