import { Worker } from "node:worker_threads";

/** The calling thread and workers that compute shares of one task at a time, on one memory. */
export interface Threads {
  /** Computes all shares, those of workers that have not started yet here, and returns when they are done. */
  run(name: string, parts: number, ...parameters: readonly number[]): void;
}

type Kernels = Readonly<Record<string, (...parameters: readonly number[]) => void>>;

interface Instances {
  readonly Instance: new (code: object, imports: object) => { readonly exports: Kernels };
}

/**
 * What the threads tell each other: places in an `Int32Array` that all of them see. `task` is sixteen times the task's number,
 * plus the number of workers that take part in it.
 */
const places = { task: 0, ready: 1, unfinished: 2, kernel: 3, parts: 4, count: 5, first: 6 } as const;
const mostParameters = 32;
const secondsToAnswer = 120;

/** A worker waits for the next task, computes the share that is its own, and waits again; for ever. */
const workerText = `
const { code, memory, shared, names, places } = require("node:worker_threads").workerData;
const kernels = new WebAssembly.Instance(code, { env: { memory } }).exports;
let task = Atomics.load(shared, places.task);
const part = Atomics.add(shared, places.ready, 1) + 1;
for (;;) {
  Atomics.wait(shared, places.task, task);
  const next = Atomics.load(shared, places.task);
  if (next === task) continue;
  task = next;
  if (part > (task & 15)) continue;
  const parts = shared[places.parts];
  if (part < parts) {
    kernels[names[shared[places.kernel]]](part, parts, ...shared.subarray(places.first, places.first + shared[places.count]));
  }
  if (Atomics.sub(shared, places.unfinished, 1) === 1) Atomics.notify(shared, places.unfinished);
}`;

/** Starts `count − 1` workers (15 at most); they never keep the process alive. `code` is a module that imports the memory. */
export function createThreads(code: object, memory: object, count: number): Threads {
  const { Instance } = (globalThis as unknown as { readonly WebAssembly: Instances }).WebAssembly;
  const kernels = new Instance(code, { env: { memory } }).exports;
  const names = Object.keys(kernels);
  const shared = new Int32Array(new SharedArrayBuffer(4 * (places.first + mostParameters)));
  let task = 0;
  for (let worker = 1; worker < Math.min(count, 16); worker++) {
    const workerData = { code, memory, shared, names, places };
    new Worker(workerText, { eval: true, execArgv: [], workerData }).unref();
  }

  function wake(workers: number, kernel: string, parts: number, parameters: readonly number[]): void {
    shared.set([names.indexOf(kernel), parts, parameters.length, ...parameters], places.kernel);
    shared[places.unfinished] = workers;
    task = (task + 1) % 0x7ffffff;
    Atomics.store(shared, places.task, task * 16 + workers);
    Atomics.notify(shared, places.task);
  }

  function waitForAll(): void {
    const end = performance.now() + 1000 * secondsToAnswer;
    for (;;) {
      const left = Atomics.load(shared, places.unfinished);
      if (left === 0) return;
      Atomics.wait(shared, places.unfinished, left, 1000);
      if (performance.now() > end) throw new Error(`a thread has not answered for ${secondsToAnswer} seconds`);
    }
  }

  return {
    run(name, parts, ...parameters) {
      const compute = kernels[name];
      if (compute === undefined) throw new Error(`there is no kernel ${name}`);
      const workers = parts === 1 ? 0 : Atomics.load(shared, places.ready);
      if (workers > 0) wake(workers, name, parts, parameters);
      // What is cut into how many shares never depends on who computes them: results stay the same from run to run.
      for (let part = 0; part < parts; part++) if (part === 0 || part > workers) compute(part, parts, ...parameters);
      if (workers > 0) waitForAll();
    },
  };
}
