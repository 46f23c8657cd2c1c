import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../runtime/train/loop/index.ts";
import { writeWhole } from "./store.ts";

/** Seconds of training steps by machine and `stepHash`, kept so that planning again need not measure again. */
export interface MeasuredStepStore {
  get(stepHash: string): number | undefined;
  set(stepHash: string, seconds: number): void;
  /** Throws the file system's own errors. */
  save(): void;
}

/** `runs/measured-steps.json`; `machine` names what was measured on. A file that cannot be read is an empty one. */
export function openMeasuredSteps(runs: string, machine: string): MeasuredStepStore {
  const path = pathIn(runs);
  const steps = new Map(Object.entries(readSteps(path)));
  return {
    get: (stepHash) => steps.get(key(machine, stepHash)),
    set: (stepHash, seconds) => steps.set(key(machine, stepHash), seconds),
    save() {
      makeFolder(runs);
      const format = { format: "llnet-measured-steps", version: 1, seconds: Object.fromEntries(steps) };
      writeWhole(path, `${JSON.stringify(format, null, 2)}\n`);
    },
  };
}

export function hasMeasuredSteps(runs: string): boolean {
  return existsSync(pathIn(runs));
}

function pathIn(runs: string): string {
  return join(runs, "measured-steps.json");
}

function key(machine: string, stepHash: string): string {
  return `${machine} ${stepHash}`;
}

function readSteps(path: string): Record<string, number> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    const seconds = typeof value === "object" && value !== null && "seconds" in value ? value.seconds : {};
    const entries = Object.entries(seconds as Record<string, unknown>);
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
  } catch {
    return {};
  }
}
