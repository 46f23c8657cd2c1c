/** Codes of the band LL8, data; never reused. */
export const trainerErrorNames = {
  LL8051: "batch-mismatch",
  LL8052: "batch-label-out-of-range",
  LL8053: "unknown-weight",
  LL8054: "weight-mismatch",
  LL8055: "no-such-phase",
  LL8061: "weights-missing",
  LL8062: "weights-damaged",
  LL8063: "different-weights",
} as const;

export type TrainerErrorCode = keyof typeof trainerErrorNames;

/** Something a trainer was given and cannot use. `message` is one line without a final full stop. */
export class TrainerError extends Error {
  override readonly name = "TrainerError";
  readonly code: TrainerErrorCode;
  readonly help: string;
  /** The file at fault, or null. */
  readonly path: string | null;

  constructor(code: TrainerErrorCode, message: string, help: string, path: string | null = null) {
    super(message);
    this.code = code;
    this.help = help;
    this.path = path;
  }
}
