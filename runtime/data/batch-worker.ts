/** The worker's side of prefetching: makes the batches it is asked for, in the order of the requests. */
import { parentPort } from "node:worker_threads";
import type { Batch, BatchPlan } from "./batch-plan.ts";
import { createBatchMaker } from "./batch-plan.ts";

export type WorkerRequest =
  | { readonly kind: "open"; readonly epoch: number; readonly plan: BatchPlan }
  | { readonly kind: "make"; readonly epoch: number; readonly index: number }
  | { readonly kind: "close"; readonly epoch: number };

/** `epoch` tells the opened plans apart; it is a running number, not the epoch of the training. */
export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "batch"; readonly epoch: number; readonly index: number; readonly batch: Batch };

const makers = new Map<number, (index: number) => Batch>();

parentPort?.on("message", (request: WorkerRequest) => {
  switch (request.kind) {
    case "open":
      makers.set(request.epoch, createBatchMaker(request.plan));
      break;
    case "make": {
      const batch = makers.get(request.epoch)?.(request.index);
      if (batch !== undefined) {
        reply({ kind: "batch", epoch: request.epoch, index: request.index, batch }, [
          batch.input.buffer,
          batch.label.buffer,
        ]);
      }
      break;
    }
    case "close":
      makers.delete(request.epoch);
      break;
  }
});
reply({ kind: "ready" }, []);

function reply(message: WorkerReply, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}
