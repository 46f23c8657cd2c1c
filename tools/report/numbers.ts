import { percent } from "../cli/text-table.ts";
import type { Sample } from "./statistics.ts";
import type { TrialReport, VariantReport } from "./study-report.ts";

/** `72.5 ± 0.4`, in percent; a single value has no deviation. */
export function accuracyText({ mean, deviation, values }: Sample): string {
  const share = percent(mean).replace(" %", "");
  return values.length > 1 ? `${share} ± ${(100 * deviation).toFixed(1)}` : share;
}

/** The number of a variant, with a mark where trials were stopped early: what it means, the text below the table says. */
export function markedAccuracy({ accuracy, stoppedBy }: VariantReport): string {
  return accuracy === undefined ? "" : `${accuracyText(accuracy)}${stoppedBy.length > 0 ? " †" : ""}`;
}

export function lossText({ mean, deviation, values }: Sample): string {
  return values.length > 1 ? `${mean.toFixed(3)} ± ${deviation.toFixed(3)}` : mean.toFixed(3);
}

/** What stands where a number is missing: `2 failed, 1 not begun`. */
export function missingText({ trials }: VariantReport): string {
  const words = trials.filter(({ state }) => state.status !== "done").map(shortStatus);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => (words.length === trials.length && counts.size === 1 ? word : `${count} ${word}`))
    .join(", ");
}

function shortStatus({ state, epochs }: TrialReport): string {
  if (state.status === "planned") return "not begun";
  if (state.status === "running") return `running (epoch ${epochs.length})`;
  return state.status;
}
