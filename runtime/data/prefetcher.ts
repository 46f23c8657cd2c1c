import { Worker } from "node:worker_threads";
import type { Batch, BatchPlan } from "./batch-plan.ts";
import { createBatchMaker } from "./batch-plan.ts";
import type { WorkerReply, WorkerRequest } from "./batch-worker.ts";
import { workerLocation } from "./worker-location.ts";

/** Makes batches ahead of their use; one prefetcher serves all epochs of a run, so its worker starts once. */
export interface Prefetcher {
  /** Begins an epoch at batch `first` of `count`. */
  open(plan: BatchPlan, first: number, count: number): PrefetchedEpoch;
  /**
   * Settles once it is known who makes the batches. Nobody needs to wait for it: until then they are made in-process.
   */
  readonly started: Promise<"worker" | "in-process">;
  /** Stops the worker; epochs that are still open go on in-process. */
  close(): Promise<void>;
}

export interface PrefetchedEpoch {
  /** The next batch, or null after the last. Calls that overlap are answered one after the other. */
  next(): Promise<Batch | null>;
  close(): void;
}

/**
 * Starts a worker thread that stays up to `depth` batches ahead. The main thread is blocked while the engine computes,
 * so requests for the next batches are always already with the worker, and a blocked main thread finds its batch
 * waiting. Once started, an idle worker does not keep the process alive. Where it cannot start, or dies, the same
 * batches are made in-process, bit for bit.
 */
export function createPrefetcher(options: { depth?: number; inProcess?: boolean } = {}): Prefetcher {
  const depth = Math.max(1, options.depth ?? 3);
  const waiting = new Map<string, (batch: Batch | null) => void>();
  let worker = options.inProcess === true ? null : startWorker();
  let ready = false;
  let opened = 0;
  let holders = 0;
  let settleStarted: (who: "worker" | "in-process") => void = () => {};
  const started = new Promise<"worker" | "in-process">((resolve) => {
    settleStarted = resolve;
  });

  function abandon(): void {
    worker = null;
    ready = false;
    settleStarted("in-process");
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  }

  function receive(message: WorkerReply): void {
    if (message.kind === "ready") {
      ready = true;
      worker?.unref();
      settleStarted("worker");
      return;
    }
    const key = `${message.epoch}:${message.index}`;
    waiting.get(key)?.(message.batch);
    waiting.delete(key);
  }

  if (worker === null) {
    abandon();
  } else {
    worker.on("message", receive);
    worker.on("error", abandon);
    worker.on("exit", abandon);
  }

  function send(request: WorkerRequest): void {
    worker?.postMessage(request);
  }

  /** While somebody waits for the worker, the process must not end. */
  async function holding<T>(promise: Promise<T>): Promise<T> {
    holders += 1;
    worker?.ref();
    const value = await promise;
    holders -= 1;
    if (holders === 0) worker?.unref();
    return value;
  }

  function open(plan: BatchPlan, first: number, count: number): PrefetchedEpoch {
    const epoch = opened++;
    const promised = new Map<number, Promise<Batch | null>>();
    let make: ((index: number) => Batch) | null = null;
    let handedOver = false;
    let closed = false;
    let requested = first;
    let index = first;
    let last: Promise<Batch | null> = Promise.resolve(null);

    function requestAhead(): void {
      if (!handedOver) send({ kind: "open", epoch, plan });
      handedOver = true;
      requested = Math.max(requested, index);
      for (; requested < Math.min(index + depth, count); requested++) {
        const key = `${epoch}:${requested}`;
        promised.set(requested, new Promise((resolve) => waiting.set(key, resolve)));
        send({ kind: "make", epoch, index: requested });
      }
    }

    function next(): Promise<Batch | null> {
      last = last.then(advance);
      return last;
    }

    async function advance(): Promise<Batch | null> {
      if (closed || index >= count) return null;
      if (ready) requestAhead();
      const promise = promised.get(index);
      let batch: Batch | null = null;
      if (promise === undefined) {
        // Lets signals, timers and the worker's messages in.
        await new Promise<void>((resolve) => setImmediate(resolve));
      } else {
        batch = await holding(promise);
        promised.delete(index);
      }
      if (closed) return null;
      if (batch === null) {
        make ??= createBatchMaker(plan);
        batch = make(index);
      }
      index += 1;
      if (ready) requestAhead();
      return batch;
    }

    function close(): void {
      closed = true;
      for (const pending of promised.keys()) {
        waiting.get(`${epoch}:${pending}`)?.(null);
        waiting.delete(`${epoch}:${pending}`);
      }
      promised.clear();
      if (handedOver) send({ kind: "close", epoch });
    }

    return { next, close };
  }

  async function close(): Promise<void> {
    const stopping = worker;
    abandon();
    await stopping?.terminate();
  }

  return { open, started, close };
}

function startWorker(): Worker | null {
  const location = workerLocation();
  if (location === null) return null;
  try {
    // No inherited loader flags: the location already says all that is needed to run the worker.
    return new Worker(location.source, { eval: location.evaluate, execArgv: [], stderr: true });
  } catch {
    return null;
  }
}
