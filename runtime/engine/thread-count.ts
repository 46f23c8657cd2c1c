import { availableParallelism } from "node:os";
import { EngineError } from "./engine-error.ts";

/** Threads inside an operation, and who decided so. */
export interface ThreadCount {
  readonly threads: number;
  readonly threadsFrom: "LLNET_THREADS" | "TF_NUM_INTRAOP_THREADS" | "cores";
}

/** `LLNET_THREADS` (or TensorFlow's own variable), else every core this process may use; what is no number is passed over. */
export function threadCount(environment: NodeJS.ProcessEnv): ThreadCount {
  for (const name of ["LLNET_THREADS", "TF_NUM_INTRAOP_THREADS"] as const) {
    const threads = Number(environment[name]);
    if (environment[name] && Number.isInteger(threads) && threads > 0) return { threads, threadsFrom: name };
  }
  return { threads: availableParallelism(), threadsFrom: "cores" };
}

/** `LLNET_THREADS` where it is set; throws an `EngineError` (LL9012) where it is no whole number from 1 to 9999. */
export function threadsAskedFor(environment: NodeJS.ProcessEnv): string | undefined {
  const threads = environment["LLNET_THREADS"];
  if (threads === undefined || threads === "") return undefined;
  if (/^[1-9][0-9]{0,3}$/.test(threads)) return threads;
  throw new EngineError(
    "LL9012",
    `LLNET_THREADS is \`${threads}\``,
    "set it to a whole number of threads from 1 to 9999, or leave it unset",
  );
}
