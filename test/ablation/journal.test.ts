import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appendJournal, type JournalEntry, readJournal } from "../../tools/ablation/journal.ts";
import { temporaryDirectory } from "../train/support/training.ts";

const started: JournalEntry = { kind: "started", time: "2026-01-01T00:00:00Z", host: "a", process: 1, resumed: false };
const ended: JournalEntry = { kind: "ended", time: "2026-01-01T00:01:00Z", outcome: "failed", reason: "LL6201" };

test("entries come back in the order they were written", () => {
  const trial = scratch();
  appendJournal(trial, started);
  appendJournal(trial, ended);
  expect(readJournal(trial)).toEqual([started, ended]);
});

test("half a line, left by a killed writer, costs nothing but itself", () => {
  const trial = scratch();
  appendJournal(trial, started);
  appendFileSync(join(trial, "journal.jsonl"), '{"kind":"ended","ti');
  expect(readJournal(trial)).toEqual([started]);
  appendJournal(trial, ended);
  expect(readJournal(trial)).toEqual([started, ended]);
});

test("a trial that never began has an empty journal", () => {
  expect(readJournal(scratch())).toEqual([]);
});

function scratch(): string {
  return temporaryDirectory();
}
