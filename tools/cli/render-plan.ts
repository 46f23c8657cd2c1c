import { type Estimate, roughly } from "../ablation/estimate.ts";
import type { FairnessFinding } from "../ablation/fairness.ts";
import type { Study, TrialStatus, Variant } from "../ablation/types.ts";
import { bytes, type Column, count, magnitude, textTable } from "./text-table.ts";

/** Everything `ablate plan` shows of one study. */
export interface StudyOverview {
  readonly study: Study;
  /** By variant: where its runs stand. */
  readonly statuses: ReadonlyMap<string, readonly TrialStatus[]>;
  /** Of one run, by variant; absent where the data are not known. */
  readonly times: ReadonlyMap<string, Estimate>;
  readonly findings: readonly FairnessFinding[];
}

/** The longest name that leaves room for the numbers in 100 columns. */
const nameWidth = 30;

export function renderStudy({ study, statuses, times, findings }: StudyOverview): string {
  const { name, model, variants, seeds, excluded, baseline } = study;
  const runs = seeds.length > 0 ? `, seeds ${seeds.join(" ")}` : "";
  const sizes = new Set(variants.map(({ summary }) => summary.parameters.inference));
  const [only] = sizes;
  const isOneSize = sizes.size === 1 && only !== undefined;
  const lines = [`${name} of ${model}: ${plural(variants.length, "variant")}${runs}`];
  if (study.documentation !== undefined) lines.push(...wrapped(study.documentation));
  const columns: Column[] = [
    { title: "variant", align: "left" },
    { title: "K", align: "right" },
    ...(isOneSize ? [] : [{ title: "inference", align: "right" } as const]),
    { title: "training", align: "right" },
    { title: "MACs", align: "right" },
    { title: "memory", align: "right" },
    { title: "per run", align: "right" },
    { title: "status", align: "left" },
  ];
  const rows = variants.map((variant) => {
    const { summary } = variant;
    const time = times.get(variant.name);
    return [
      shortened(variant.name),
      String(summary.modules),
      ...(isOneSize ? [] : [count(summary.parameters.inference)]),
      count(summary.parameters.training),
      magnitude(summary.macs),
      bytes(summary.peakBytes + summary.variableBytes),
      time === undefined ? "" : `${time.isMeasured ? "" : "≈ "}${roughly(time.seconds)}`,
      statusWords(variant, study, statuses.get(variant.name) ?? []),
    ];
  });
  if (rows.length > 0) lines.push("", textTable(columns, rows).trimEnd());
  lines.push("");
  if (isOneSize) lines.push(`inference  ${count(only)} parameters in every variant`);
  if (variants.length > 0) lines.push(`training   ${trainingWords(variants)}`);
  if (baseline !== undefined) lines.push(`baseline   ${baseline}`);
  for (const { reason, names } of reasonsOf(study)) {
    const shown = names.length > 4 ? [...names.slice(0, 3), `… ${names.length - 3} more`] : names;
    lines.push(`excluded   ${shown.join(", ")}: ${reason}`);
  }
  for (const { rule, message } of findings) lines.push(`fairness   ${message} (${rule})`);
  if (excluded.length > 0 && variants.length === 0) lines.push("nothing is left to run");
  return `${lines.join("\n")}\n`;
}

/** A doc comment in the width of the table. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= 98) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}

/** `160 epochs, batch 1024`, or from least to most. */
function trainingWords(variants: readonly Variant[]): string {
  const span = (numbers: readonly number[]) => {
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    return least === most ? String(least) : `${least} to ${most}`;
  };
  const epochs = span(variants.map(({ summary }) => summary.epochs));
  return `${epochs} ${epochs === "1" ? "epoch" : "epochs"}, batch ${span(variants.map(({ summary }) => summary.batch))}`;
}

/** `done`, `2 of 3 done, 1 failed`, `as into-1_dgl`. */
function statusWords({ sameAs }: Variant, { name }: Study, statuses: readonly TrialStatus[]): string {
  const counts = new Map<TrialStatus, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  counts.delete("planned");
  const words = [...counts].map(([status, number]) =>
    number === statuses.length ? status : `${number} of ${statuses.length} ${status}`,
  );
  if (sameAs !== undefined) {
    const other = sameAs.startsWith(`${name}/`) ? sameAs.slice(name.length + 1) : sameAs;
    words.unshift(`= ${shortened(other)}`);
  }
  return words.join(", ");
}

function reasonsOf({ excluded }: Study): { readonly reason: string; readonly names: string[] }[] {
  const names = new Map<string, string[]>();
  for (const { reason, name } of excluded) names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, own]) => ({ reason, names: own }));
}

/** The middle of a long name is left out; `--json` has all of it. */
function shortened(name: string): string {
  if (name.length <= nameWidth) return name;
  return `${name.slice(0, nameWidth - 13)}…${name.slice(-12)}`;
}

export function plural(number: number, noun: string): string {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
