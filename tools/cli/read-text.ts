import { readFileSync } from "node:fs";

/** The text of a file or, for 0, of standard input; or in a few words why there is none. */
export function readText(file: string | 0): { readonly text: string } | { readonly reason: string } {
  try {
    const bytes = readFileSync(file);
    if (bytes.includes(0)) return { reason: "it is not text" };
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes)) };
  } catch (cause) {
    return { reason: reasonOf(cause) };
  }
}

function reasonOf(cause: unknown): string {
  if (cause instanceof TypeError) return "it is not UTF-8 text";
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "it does not exist",
    ENOTDIR: "it does not exist",
    EISDIR: "it is a folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
  };
  return reasons[code] ?? `reading failed (${code})`;
}
