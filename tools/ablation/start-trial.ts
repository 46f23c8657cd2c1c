import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Assignment, Job, TrialEvent, TrialProcess } from "./runner.ts";

export interface ChildSettings {
  /** The `llnet` script. */
  readonly script: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Threads of each child; absent: as many as the engine takes. */
  readonly threads?: number;
  readonly stopWhen?: string;
}

/** Starts `llnet ablate trial DIRECTORY` in a process of its own; what it prints goes to the trial's `output.txt`. */
export function startTrial(job: Job, { device, onEvent }: Assignment, settings: ChildSettings): TrialProcess {
  const output = openSync(join(job.directory, "output.txt"), "a");
  const words = ["ablate", "trial", job.directory, ...(settings.stopWhen ? ["--stop-when", settings.stopWhen] : [])];
  const child = spawn(process.execPath, [...process.execArgv, settings.script, ...words], {
    stdio: ["ignore", output, output, "ipc"],
    // A Ctrl-C goes to us alone: we ask the children to end.
    detached: process.platform !== "win32",
    env: {
      ...settings.environment,
      ...(settings.threads !== undefined && { LLNET_THREADS: String(settings.threads) }),
      ...(device !== undefined && { CUDA_VISIBLE_DEVICES: device }),
    },
  });
  closeSync(output);
  child.on("message", (message) => onEvent(message as TrialEvent));
  return {
    stop() {
      if (child.connected) child.send("stop", () => {});
    },
    ended: new Promise((resolve) => {
      child.on("error", () => resolve({ code: null, signal: "a failure to start" }));
      child.on("exit", (code, signal) => resolve({ code, signal }));
    }),
  };
}
