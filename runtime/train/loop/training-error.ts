/** What can stop a run that is no bug of ours: a value to be reported, never a stack trace. */
export interface TrainingError {
  readonly kind: "training_error";
  readonly code: TrainingErrorCode;
  readonly name: (typeof trainingErrorNames)[TrainingErrorCode];
  /** What is wrong, alone on a line: lower-case start, no final full stop. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** The file or directory at fault, or null. */
  readonly path: string | null;
}

/** Codes are never reused; LL8039 is retired. LL62: the recipe led nowhere; LL802 to LL804: data and run directories. */
export const trainingErrorNames = {
  LL6201: "loss-not-finite",
  LL6202: "weights-not-finite",
  LL8020: "input-shape-mismatch",
  LL8030: "disk-full",
  LL8031: "run-not-writable",
  LL8032: "checkpoint-missing",
  LL8033: "checkpoint-unreadable",
  LL8034: "not-a-run",
  LL8035: "run-exists",
  LL8036: "different-program",
  LL8037: "different-data",
  LL8038: "different-executor",
} as const;

export type TrainingErrorCode = keyof typeof trainingErrorNames;

export function trainingError(
  code: TrainingErrorCode,
  message: string,
  help: string,
  path: string | null = null,
): TrainingError {
  return { kind: "training_error", code, name: trainingErrorNames[code], message, help, path };
}

export function isTrainingError(value: unknown): value is TrainingError {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "training_error";
}

/** The diagnostic for a failed file operation, or null where the failure is none of the file system's. */
export function fileSystemError(error: unknown, what: string, path: string): TrainingError | null {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return null;
  const reason = reasons[error.code];
  if (reason === undefined) return null;
  return reason.full
    ? trainingError(
        "LL8030",
        `${what} could not be written: ${reason.text}`,
        "free some space; the last checkpoint is unharmed, `--resume` continues from it",
        path,
      )
    : trainingError(
        "LL8031",
        `${what} could not be written: ${reason.text}`,
        "choose another directory with `--out`",
        path,
      );
}

const reasons: Readonly<Record<string, { readonly full: boolean; readonly text: string } | undefined>> = {
  ENOSPC: { full: true, text: "no space is left on the device" },
  EDQUOT: { full: true, text: "the disk quota is used up" },
  EFBIG: { full: true, text: "the file would be larger than allowed" },
  EIO: { full: true, text: "the device reports an input or output error" },
  EROFS: { full: false, text: "the file system is read-only" },
  EACCES: { full: false, text: "permission is denied" },
  EPERM: { full: false, text: "permission is denied" },
  ENOTDIR: { full: false, text: "a part of the path is no directory" },
  EEXIST: { full: false, text: "a part of the path is a file" },
  ENOENT: { full: false, text: "no directory can be made there" },
  ENAMETOOLONG: { full: false, text: "the name is too long" },
  ELOOP: { full: false, text: "links in the path lead in a circle" },
};
