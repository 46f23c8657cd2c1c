import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { claimTrial, isHolder } from "../../tools/ablation/claims.ts";
import { appendJournal } from "../../tools/ablation/journal.ts";
import type { Assignment, Change, Job, RunnerOptions, TrialProcess } from "../../tools/ablation/runner.ts";
import { runTrials } from "../../tools/ablation/runner.ts";
import { writeResult } from "../../tools/ablation/store.ts";
import { temporaryDirectory } from "../train/support/training.ts";

test("every trial runs once, as many at a time as there are jobs", async () => {
  const world = createWorld(["a", "b", "c", "d", "e"]);
  const { states } = await world.run({ machine: machine({ jobs: 2 }) });
  expect(world.started).toEqual(["a", "b", "c", "d", "e"]);
  expect(world.mostAtOnce()).toBe(2);
  expect([...states.values()].map(({ status }) => status)).toEqual(["done", "done", "done", "done", "done"]);
});

test("trials start only while the plans of those at work fit into the memory", async () => {
  const world = createWorld(["a", "b", "c"], { bytes: 600 });
  await world.run({ machine: machine({ jobs: 3, memory: 1000 }) });
  expect(world.mostAtOnce()).toBe(1);
  expect(world.started).toEqual(["a", "b", "c"]);
});

test("each accelerator has one trial at a time", async () => {
  const world = createWorld(["a", "b", "c", "d"]);
  await world.run({ machine: machine({ jobs: 4, devices: ["0", "1"] }) });
  expect(world.mostAtOnce()).toBe(2);
  expect(world.devices.slice(0, 2)).toEqual(["0", "1"]);
});

test("one that crashes fails alone, with the reason in its journal", async () => {
  const world = createWorld(["a", "b", "c"], { crash: ["b"] });
  const { states } = await world.run();
  expect(world.statuses(states)).toEqual({ a: "done", b: "failed", c: "done" });
  const [b] = [...states].filter(([{ name }]) => name === "b").map(([, state]) => state);
  expect(b).toMatchObject({ reason: expect.stringContaining("killed (SIGKILL)") });
});

test.each([
  [130, null],
  [null, "SIGTERM"],
] as const)(
  "a trial that somebody asks to end (%s, %s) is interrupted, not failed, and simply continued",
  async (code, signal) => {
    const world = createWorld(["a", "b", "c"], { asked: { b: { code, signal } } });
    const { states, interrupted } = await world.run();
    expect(world.statuses(states)).toEqual({ a: "done", b: "interrupted", c: "done" });
    expect({ interrupted, started: world.started }).toEqual({ interrupted: true, started: ["a", "b", "c"] });
    const next = world.again({ asked: {} });
    const end = await next.run();
    expect({ interrupted: end.interrupted, started: next.started }).toEqual({ interrupted: false, started: ["b"] });
  },
);

test("a second invocation runs what is missing, and failures only when asked", async () => {
  const world = createWorld(["a", "b"], { crash: ["b"] });
  await world.run();
  const healed = world.again({ crash: [] });
  await healed.run();
  expect(healed.started).toEqual([]);
  await healed.run({ retryFailed: true });
  expect(healed.started).toEqual(["b"]);
});

test("a request to stop asks every child, waits for them, and leaves the rest for the next time", async () => {
  const world = createWorld(["a", "b", "c"], { endless: true });
  const { states, interrupted } = await world.run({ stopRequested: () => world.started.length > 0 });
  expect(interrupted).toBe(true);
  expect(world.statuses(states)).toEqual({ a: "interrupted", b: "planned", c: "planned" });
});

test("what another process runs is waited for, and taken over when that process is gone", async () => {
  const world = createWorld(["a", "b"]);
  const held = claimTrial(world.jobs[0]!.directory);
  if (isHolder(held)) throw new Error("not claimed");
  let looks = 0;
  const release = () => {
    looks += 1;
    if (looks === 5) held.release();
    return false;
  };
  const { states } = await world.run({ stopRequested: release });
  expect(world.started).toEqual(["b", "a"]);
  expect(world.changes.filter(({ what }) => what === "elsewhere")).toHaveLength(1);
  expect(world.statuses(states)).toEqual({ a: "done", b: "done" });
});

function machine(changes: Partial<RunnerOptions["machine"]> = {}): RunnerOptions["machine"] {
  return { jobs: 1, memory: 1e9, devices: [], ...changes };
}

interface WorldOptions {
  readonly bytes?: number;
  readonly crash?: readonly string[];
  /** Trials that end as if somebody had sent them a signal. */
  readonly asked?: Readonly<Record<string, { readonly code: number | null; readonly signal: string | null }>>;
  readonly endless?: boolean;
}

/** Trials whose children take a moment each and write what real ones write. */
function createWorld(names: readonly string[], options: WorldOptions = {}, root = temporaryDirectory()) {
  const started: string[] = [];
  const devices: (string | undefined)[] = [];
  const changes: Change[] = [];
  let atWork = 0;
  let most = 0;
  const jobs: readonly Job[] = names.map((name) => {
    const directory = join(root, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, "output.txt"), "");
    return { name, directory, bytes: options.bytes ?? 1, cost: 1, epochs: 1 };
  });

  function start(job: Job, { device }: Assignment): TrialProcess {
    started.push(job.name);
    devices.push(device);
    most = Math.max(most, ++atWork);
    appendJournal(job.directory, { kind: "started", time: "", host: "here", process: 1, resumed: false });
    let stop = () => {};
    const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      const end = (code: number | null, signal: string | null) => {
        atWork -= 1;
        resolve({ code, signal });
      };
      stop = () => end(130, null);
      if (options.endless) return;
      setTimeout(() => {
        const asked = options.asked?.[job.name];
        if (asked !== undefined) return end(asked.code, asked.signal);
        if (options.crash?.includes(job.name)) return end(null, "SIGKILL");
        writeResult(job.directory, result(job.name));
        return end(0, null);
      }, 20);
    });
    return { stop: () => stop(), ended };
  }

  return {
    jobs,
    started,
    devices,
    changes,
    mostAtOnce: () => most,
    again: (changed: WorldOptions) => createWorld(names, { ...options, ...changed }, root),
    statuses: (states: ReadonlyMap<Job, { readonly status: string }>) =>
      Object.fromEntries([...states].map(([{ name }, { status }]) => [name, status])),
    run: (changed: Partial<RunnerOptions> = {}) =>
      runTrials({
        jobs,
        machine: machine(),
        retryFailed: false,
        start,
        stopRequested: () => false,
        onChange: (change) => changes.push(change),
        pollMilliseconds: 20,
        ...changed,
      }),
  };
}

function result(id: string): Parameters<typeof writeResult>[1] {
  const document = {
    run: "",
    model: "",
    outcome: "finished",
    epochs: [],
    memory: { planned: 0, tracked: null },
    engine: "",
    checkpoint: null,
  } as const;
  return { format: "llnet-trial-result", version: 1, id, finished: "", document };
}
