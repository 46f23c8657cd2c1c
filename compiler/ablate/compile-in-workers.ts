/** Compiling variants on several threads: they have nothing to do with each other. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { SettingResult } from "./compile-group.ts";
import type { OnProgress } from "./compile-variants.ts";
import { locateWorker } from "./locate-worker.ts";
import { groupSettings, type Setting, type SettingGroup } from "./setting-groups.ts";
import type { WorkerProject, WorkerReply, WorkerRequest } from "./variant-worker.ts";

/** A worker takes as long to start as some ten structures take to compile. */
const groupsPerWorker = 32;
/** More are not worth their memory. */
const mostWorkers = 4;
/** Groups a worker is given before it is done with the one before, so that it never waits. */
const ahead = 2;
/**
 * Megabytes for what is short-lived: programs, nearly all of what is made. With less of it they are moved about while they
 * are still in use, which takes a quarter of all processor time; and only threads can have more of it.
 */
const maxYoungGenerationSizeMb = 96;

/**
 * Results by the number of their setting. None where there is too little to compile for threads; where a worker fails, what it
 * had not done is missing, for the caller to compile and to meet the failure.
 */
export async function compileInWorkers(
  { main, sources }: ResolvedProject,
  settings: readonly Setting[],
  onProgress?: OnProgress,
): Promise<readonly (SettingResult | undefined)[]> {
  const groups = groupSettings(settings);
  const count = Math.min(Math.floor(groups.length / groupsPerWorker), availableParallelism(), mostWorkers);
  const location = count === 0 ? undefined : locateWorker();
  const results = settings.map((): SettingResult | undefined => undefined);
  if (location === undefined) return results;
  const workerData: WorkerProject = { file: main.path, texts: Object.fromEntries(sources) };
  const waiting = groups.entries();
  let done = 0;
  const take = (group: SettingGroup, made: readonly SettingResult[]): void => {
    for (const [place, index] of group.entries()) {
      results[index] = made[place];
      onProgress?.(++done, settings.length);
    }
  };
  const runOne = async (): Promise<void> => {
    // No inherited loader flags: the location says all that is needed to run the worker.
    const options = { workerData, eval: location.evaluate, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb } };
    const worker = startWorker(location.source, options);
    if (worker === undefined) return;
    try {
      await serve(worker, settings, waiting, (number, made) => take(groups[number] as SettingGroup, made));
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: count }, runOne));
  return results;
}

/** Undefined where the system has no thread left. */
function startWorker(...parameters: ConstructorParameters<typeof Worker>): Worker | undefined {
  try {
    return new Worker(...parameters);
  } catch {
    return undefined;
  }
}

/** Gives a worker group after group until none is left and all it was given are done, or until it fails. */
function serve(
  worker: Worker,
  settings: readonly Setting[],
  waiting: Iterator<[number, SettingGroup]>,
  onResult: (group: number, made: readonly SettingResult[]) => void,
): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    const ask = (): void => {
      const { value, done } = waiting.next();
      if (done === true) return;
      const [group, members] = value;
      const request: WorkerRequest = { group, settings: members.map((index) => settings[index] as Setting) };
      worker.postMessage(request);
      asked++;
    };
    worker.on("message", ({ group, results }: WorkerReply) => {
      asked--;
      onResult(group, results);
      ask();
      if (asked === 0) resolve();
    });
    worker.on("error", () => resolve());
    worker.on("exit", () => resolve());
    for (let count = 0; count < ahead; count++) ask();
  });
}
