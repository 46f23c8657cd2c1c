/**
 * A trial's journal: one JSON object per line, appended only, by whoever holds the trial. A process killed while writing leaves
 * half a line at the end, which readers pass over and the next writer closes.
 */
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

export type JournalEntry = Started | Ended;

export interface Started {
  readonly kind: "started";
  /** ISO 8601. */
  readonly time: string;
  readonly host: string;
  readonly process: number;
  /** Whether it goes on from a checkpoint. */
  readonly resumed: boolean;
}

export interface Ended {
  readonly kind: "ended";
  readonly time: string;
  readonly outcome: "finished" | "interrupted" | "stopped" | "failed" | "crashed";
  /** Why, where it is not finished: a diagnostic's code and message, a signal, the rule that stopped it. */
  readonly reason?: string;
}

/** Adds an entry, flushed to the device. Throws the file system's own errors. */
export function appendJournal(directory: string, entry: JournalEntry): void {
  const file = openSync(join(directory, "journal.jsonl"), "a+");
  try {
    const text = `${endsInLine(file) ? "" : "\n"}${JSON.stringify(entry)}\n`;
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Every whole entry, oldest first; none where there is no journal. */
export function readJournal(directory: string): readonly JournalEntry[] {
  return readLines(join(directory, "journal.jsonl")).flatMap((line) => parseEntry(line));
}

/** Lines of a file that is appended to; none where it is absent. */
export function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

function parseEntry(line: string): readonly JournalEntry[] {
  try {
    const value: unknown = JSON.parse(line);
    const isEntry = typeof value === "object" && value !== null && "kind" in value && "time" in value;
    return isEntry ? [value as JournalEntry] : [];
  } catch {
    return [];
  }
}

function endsInLine(file: number): boolean {
  const { size } = fstatSync(file);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(file, last, 0, 1, size - 1);
  return last[0] === 10;
}
