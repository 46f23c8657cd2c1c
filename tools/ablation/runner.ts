/** Runs the trials of studies: each once, in a process of its own, as many at a time as the machine holds. */
import { setTimeout } from "node:timers/promises";
import type { EpochRecord } from "../../runtime/train/loop/index.ts";
import { exitCodes } from "../cli/io.ts";
import { appendJournal } from "./journal.ts";
import { freeDevice, type Machine, nextThatFits, slots } from "./pack.ts";
import type { StopRule } from "./stop-rule.ts";
import { lastOutput, type TrialState, trialState } from "./store.ts";

/** A trial to run, enrolled: its directory exists. */
export interface Job {
  /** What people call it: the variant and the seed. */
  readonly name: string;
  readonly directory: string;
  /** Planned: peak, variables and what a process needs. */
  readonly bytes: number;
  /** Work of all its epochs in a unit of its own, to guess times by. */
  readonly cost: number;
  readonly epochs: number;
}

/** A child process at work on a trial. */
export interface TrialProcess {
  /** Asks for an end with a checkpoint. */
  stop(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface Assignment {
  readonly device: string | undefined;
  readonly onEvent: (event: TrialEvent) => void;
}

/** What a child tells on its way: a part of the training loop's events. */
export type TrialEvent =
  | { readonly kind: "epoch"; readonly record: EpochRecord; readonly secondsLeft: number }
  | { readonly kind: "step"; readonly epoch: number; readonly secondsLeft: number; readonly imagesPerSecond: number }
  | { readonly kind: "started" | "evaluation" | "checkpoint" | "stopped" }
  | { readonly kind: "trouble"; readonly reason: string };

export interface RunnerOptions {
  readonly jobs: readonly Job[];
  readonly machine: Machine;
  readonly rule?: StopRule;
  readonly retryFailed: boolean;
  readonly start: (job: Job, assignment: Assignment) => TrialProcess;
  readonly stopRequested: () => boolean;
  readonly onChange: (change: Change) => void;
  /** Milliseconds between two looks at what others do. */
  readonly pollMilliseconds?: number;
}

export interface Change {
  readonly job: Job;
  readonly what: "already" | "elsewhere" | "begun" | "event" | "ended";
  readonly state?: TrialState;
  readonly event?: TrialEvent;
}

export interface RunnerOutcome {
  readonly states: ReadonlyMap<Job, TrialState>;
  /** Whether somebody asked for an end, of everything or of single trials, and left something to be continued. */
  readonly interrupted: boolean;
}

/** Returns when every trial is done or failed, or, after a request to stop, when every child has its checkpoint. */
export async function runTrials(options: RunnerOptions): Promise<RunnerOutcome> {
  const { jobs, machine, stopRequested, onChange, pollMilliseconds = 1000 } = options;
  const waiting = new Set<Job>();
  const working = new Map<Job, { readonly process: TrialProcess; readonly device: string | undefined }>();
  /** Failures that the disk did not take: true for this invocation, the next one tries again. */
  const unwritten = new Map<Job, TrialState>();
  /** What children said of a disk that took nothing any more. */
  const told = new Map<Job, string>();
  /** Announced once, however often it is looked at. */
  const elsewhere = new Set<Job>();
  /** Asked to end by somebody else than us: left for the next invocation. */
  const asked = new Set<Job>();
  for (const job of jobs) {
    const state = trialState(job.directory);
    if (isSettled(state, options)) onChange({ job, what: "already", state });
    else waiting.add(job);
  }
  let isStopping = false;
  while (working.size > 0 || (waiting.size > 0 && !isStopping)) {
    isStopping ||= stopRequested();
    if (isStopping) for (const { process } of working.values()) process.stop();
    else startWhatFits();
    await endOrPause([...working.values()].map(({ process }) => process.ended));
  }
  const states = new Map(jobs.map((job) => [job, unwritten.get(job) ?? trialState(job.directory)]));
  const isLeft = ([job, state]: [Job, TrialState]) => !isSettled(state, options) && (isStopping || asked.has(job));
  return { states, interrupted: [...states].some(isLeft) };

  /** Until a child ends or it is time for another look. */
  async function endOrPause(ends: readonly Promise<unknown>[]): Promise<void> {
    const pause = new AbortController();
    const paused = setTimeout(pollMilliseconds, undefined, { signal: pause.signal }).catch(() => undefined);
    await Promise.race([...ends, paused]);
    pause.abort();
  }

  function startWhatFits(): void {
    if (working.size >= slots(machine)) return;
    const free = [...waiting].filter((job) => !isTaken(job));
    for (;;) {
      const job = nextThatFits(free, [...working.keys()], machine);
      if (job === undefined) return;
      free.splice(free.indexOf(job), 1);
      waiting.delete(job);
      begin(job);
    }
  }

  /** Whether somebody else is at it, or has done it meanwhile. */
  function isTaken(job: Job): boolean {
    const state = trialState(job.directory);
    if (state.status === "running") {
      if (!elsewhere.has(job)) onChange({ job, what: "elsewhere", state });
      elsewhere.add(job);
      return true;
    }
    // Failures of earlier invocations were settled at the beginning: one seen now is another runner's.
    const isNew = elsewhere.has(job) && state.status === "failed";
    if (!isNew && !isSettled(state, options)) return false;
    waiting.delete(job);
    onChange({ job, what: "already", state });
    return true;
  }

  function begin(job: Job): void {
    const used = [...working.values()].map(({ device }) => device);
    const device = freeDevice(machine, used);
    let process: TrialProcess;
    try {
      process = options.start(job, { device, onEvent: (event) => note(job, event) });
    } catch (error) {
      fail(job, `it could not be started: ${messageOf(error)}`);
      return;
    }
    working.set(job, { process, device });
    onChange({ job, what: "begun" });
    void process.ended.then(({ code, signal }) => {
      working.delete(job);
      settle(job, code, signal);
    });
  }

  function note(job: Job, event: TrialEvent): void {
    if (event.kind === "trouble") told.set(job, event.reason);
    onChange({ job, what: "event", event });
  }

  function settle(job: Job, code: number | null, signal: string | null): void {
    const state = trialState(job.directory);
    if (state.status === "running") {
      // Another runner was faster.
      waiting.add(job);
      return;
    }
    const isUnexplained = state.status === "planned" || state.status === "interrupted";
    const wasAsked = !told.has(job) && wasAskedToEnd(code, signal);
    if (wasAsked) asked.add(job);
    if (isUnexplained && !isStopping && !wasAsked) fail(job, told.get(job) ?? reasonOf(job, code, signal));
    else onChange({ job, what: "ended", state });
  }

  /** What the child could not say itself. */
  function fail(job: Job, reason: string): void {
    try {
      appendJournal(job.directory, { kind: "ended", time: new Date().toISOString(), outcome: "crashed", reason });
      onChange({ job, what: "ended", state: trialState(job.directory) });
    } catch {
      const { attempts } = trialState(job.directory);
      unwritten.set(job, { status: "failed", attempts, reason });
      onChange({ job, what: "ended", state: { status: "failed", attempts, reason } });
    }
  }
}

/** Nothing to do for this invocation. */
export function isSettled(
  state: TrialState,
  { rule, retryFailed }: Pick<RunnerOptions, "rule" | "retryFailed">,
): boolean {
  if (state.status === "failed") return !retryFailed;
  if (state.status !== "done") return false;
  const { stoppedBy } = state.result;
  return stoppedBy === undefined || stoppedBy === rule?.text;
}

/** By a Ctrl-C, `kill` or a closing terminal; before the process could listen, the signal itself ends it. */
function wasAskedToEnd(code: number | null, signal: string | null): boolean {
  return code === exitCodes.interrupted || signal === "SIGINT" || signal === "SIGTERM" || signal === "SIGHUP";
}

function reasonOf(job: Job, code: number | null, signal: string | null): string {
  if (signal === "SIGKILL") {
    return "the process was killed (SIGKILL): by hand, or by the system because memory ran out";
  }
  if (signal !== null) return `the process ended with ${signal}`;
  const lines = lastOutput(job.directory).split("\n");
  const told =
    lines.findLast((line) => /^(internal )?error\b/.test(line)) ?? lines.findLast((line) => line.trim() !== "");
  return `the process ended with exit code ${code}${told === undefined ? "" : `: ${told}`}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
