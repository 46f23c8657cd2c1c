import { join } from "node:path";
import type { EpochRecord } from "../../runtime/train/loop/index.ts";
import { readLines } from "./journal.ts";

/** How far a trial's run has come, by its log: the records of its finished epochs. */
export function finishedEpochs(directory: string): readonly EpochRecord[] {
  const records = new Map<number, EpochRecord>();
  for (const line of readLines(join(directory, "run", "log.jsonl"))) {
    const record = epochOf(line);
    // A run that went on from a checkpoint may have done an epoch again.
    if (record !== undefined) records.set(record.epoch, record);
  }
  return [...records.values()].sort((a, b) => a.epoch - b.epoch);
}

function epochOf(line: string): EpochRecord | undefined {
  if (!line.includes('"kind":"epoch"')) return undefined;
  try {
    return (JSON.parse(line) as { record?: EpochRecord }).record;
  } catch {
    return undefined;
  }
}
