import type { Change, Comparison } from "../../compiler/index.ts";
import { bytes, type Column, count, percent, textTable } from "../cli/text-table.ts";

/** The screen of `llnet diff`: what changed, what that costs, whether the checkpoint still fits. */
export function renderComparison(comparison: Comparison, [first, second]: readonly [string, string]): string {
  const heading = `${first} → ${second}\n`;
  if (comparison.same)
    return `${heading}\nnothing that is computed differs; a checkpoint of the first loads in the second\n`;
  return [heading, renderChanges(comparison.changes), renderModules(comparison), renderTotals(comparison)].join("\n");
}

function renderChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return "no difference in words\n";
  const width = Math.max(...changes.map(({ part }) => part.length)) + 2;
  const lines = changes.map(({ part, text }, position) => {
    const isFirst = changes[position - 1]?.part !== part;
    return `${(isFirst ? part : "").padEnd(width)}${text}`;
  });
  return `${lines.join("\n")}\n`;
}

/** One line per module; where both have the same number a number stands alone. */
function renderModules({ before, after }: Comparison): string {
  const columns: readonly Column[] = [
    { title: "module", align: "right" },
    { title: "units", align: "right" },
    { title: "parameters", align: "right" },
    { title: "head's parameters", align: "right" },
    { title: "saved per sample", align: "right" },
  ];
  const length = Math.max(before.modules.length, after.modules.length);
  const rows = Array.from({ length }, (_, position) => {
    const [was, is] = [before.modules[position], after.modules[position]];
    const cell = (read: (module: NonNullable<typeof was>) => string) =>
      arrow(was === undefined ? "–" : read(was), is === undefined ? "–" : read(is));
    return [
      String(position + 1),
      cell(({ units }) => count(units)),
      cell(({ parameters }) => count(parameters)),
      cell(({ headParameters }) => (headParameters === 0 ? "" : count(headParameters))),
      cell(({ savedBytesPerSample }) => bytes(savedBytesPerSample)),
    ];
  });
  return textTable(columns, rows);
}

function renderTotals({ before, after, checkpoint }: Comparison): string {
  const change = (from: number, to: number, show: (value: number) => string) =>
    from === to ? show(from) : `${arrow(show(from), show(to))} (${signed(to / from - 1)})`;
  const batches =
    before.batch === after.batch ? `of ${after.batch} samples` : `of ${before.batch} → ${after.batch} samples`;
  const lines = [
    ["inference", `${change(before.inferenceParameters, after.inferenceParameters, count)} parameters`],
    ["training", `${change(before.trainingParameters, after.trainingParameters, count)} parameters`],
    ["peak memory", `${change(before.peakBytes, after.peakBytes, bytes)} for a training step ${batches}`],
    ...renderCheckpoint(checkpoint),
  ];
  return `${lines.map(([title = "", text = ""]) => `${title.padEnd(13)}${text}`.trimEnd()).join("\n")}\n`;
}

function renderCheckpoint(checkpoint: Comparison["checkpoint"]): readonly (readonly [string, string])[] {
  const { loads, matching, matchingScalars, scalars, missing, unused, reshaped, optimizerDiffers } = checkpoint;
  if (loads) return [["checkpoint", "of the first loads in the second: all addresses and shapes match"]];
  if (optimizerDiffers) {
    return [["checkpoint", "does not load: the whole network matches, but the optimizer keeps other things"]];
  }
  const share = scalars === 0 ? "" : `, ${percent(matchingScalars / scalars)} of its numbers`;
  const total = matching + missing.length + reshaped.length;
  return [
    ["checkpoint", `does not load: ${matching} of the second's ${total} tensors match by address and shape${share}`],
    ...(missing.length === 0 ? [] : [["", `${missing.length} are new: ${few(missing)}`] as const]),
    ...(unused.length === 0 ? [] : [["", `${unused.length} of the first have no place: ${few(unused)}`] as const]),
    ...(reshaped.length === 0
      ? []
      : [
          [
            "",
            `${reshaped.length} have another shape: ${few(
              reshaped.map((each) => `${each.address} [${each.before.join(", ")}] → [${each.after.join(", ")}]`),
            )}`,
          ] as const,
        ]),
  ];
}

function arrow(from: string, to: string): string {
  return from === to ? from : `${from || "none"} → ${to || "none"}`;
}

function few(names: readonly string[]): string {
  return names.length <= 2 ? names.join(", ") : `${names.slice(0, 2).join(", ")}, …`;
}

/** `+1.2 %` */
function signed(share: number): string {
  return `${share > 0 ? "+" : "−"}${percent(Math.abs(share))}`;
}
