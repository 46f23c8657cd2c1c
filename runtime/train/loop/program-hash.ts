import { createHash } from "node:crypto";
import type { StepProgram } from "../../program/step-program.ts";

/** Identifies a program by its content: SHA-256 of its JSON with sorted keys, in hexadecimal. */
export function programHash(program: StepProgram): string {
  return createHash("sha256").update(canonicalJson(program)).digest("hex");
}

/** JSON whose text depends on the value only, not on the order in which properties were written. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(",")}}`;
}
