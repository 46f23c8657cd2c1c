/** What can be wrong with a dataset: code to the searchable half of its name. Codes are never reused. */
export const dataErrorNames = {
  LL8001: "unknown-dataset",
  LL8002: "malformed-dataset-name",
  LL8003: "missing-data-file",
  LL8004: "unreadable-data-file",
  LL8005: "wrong-data-file-length",
  LL8006: "wrong-data-format",
  LL8007: "label-out-of-range",
  LL8008: "label-count-mismatch",
  LL8009: "class-count-mismatch",
  LL8010: "empty-dataset",
  LL8011: "image-shape-mismatch",
  LL8012: "normalization-channel-mismatch",
  LL8013: "padding-too-large",
  LL8014: "too-few-to-hold-out",
} as const;

export type DataErrorCode = keyof typeof dataErrorNames;

/** A mistake in data or in how they were asked for; a value to be reported, never thrown. */
export interface DataError {
  readonly kind: "data_error";
  readonly code: DataErrorCode;
  readonly name: (typeof dataErrorNames)[DataErrorCode];
  /** What is wrong, alone on a line. */
  readonly message: string;
  /** What to do. */
  readonly help: string;
  /** The file or directory at fault, or null where the request itself is. */
  readonly path: string | null;
}

export function dataError(code: DataErrorCode, path: string | null, message: string, help: string): DataError {
  return { kind: "data_error", code, name: dataErrorNames[code], message, help, path };
}

export function isDataError(value: unknown): value is DataError {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "data_error";
}

/** One line per part, for a terminal without colours. */
export function renderDataError(error: DataError): string {
  const place = error.path === null ? "" : `\n  in ${error.path}`;
  return `error[${error.code}]: ${error.message}${place}\nhelp: ${error.help}`;
}

/** `1,437`, the same in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
