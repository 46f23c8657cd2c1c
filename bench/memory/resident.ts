import { readFileSync, writeFileSync } from "node:fs";

/** Sets the process' peak back to what it holds now; false where the system cannot (only Linux can). */
export function forgetPeak(processId: number): boolean {
  try {
    writeFileSync(`/proc/${processId}/clear_refs`, "5");
    return true;
  } catch {
    return false;
  }
}

/** Resident bytes of a process, now and at its peak. */
export function residentBytes(processId: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  const field = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { now: field("VmRSS"), peak: field("VmHWM") };
}
