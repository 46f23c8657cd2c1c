import { abandonedMarks, removeMarks } from "./loading-marks.ts";
import type { Probe } from "./probe-addon.ts";

/**
 * Why an addon must not be loaded into this process: its last load ended its process, and it does so again in the child
 * process of `probe`. Null where the last load ended well, which costs no process, or where the reason is gone.
 */
export function whyLastLoadCrashed(addon: string, probe: (addon: string) => Probe): string | null {
  const marks = abandonedMarks(addon);
  if (marks.length === 0) return null;
  // Somebody may have killed the process just then.
  const { problem } = probe(addon);
  if (problem === null) removeMarks(marks);
  return problem;
}
