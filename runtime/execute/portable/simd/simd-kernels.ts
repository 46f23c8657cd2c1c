import type { EngineHeap } from "../../../engine/portable-engine.ts";
import { simdCode } from "./simd-code.ts";
import { createThreads } from "./threads.ts";

/** The kernels of `assembly/`, which says what each one takes after `part` and `parts`. */
export type SimdKernel = "sumsAndProducts" | "normalise" | "combine" | "kernelGradient";

/**
 * Passes over float32 tensors where they lie in WebAssembly's memory, four numbers at a time, on every thread; written in
 * AssemblyScript. Every tensor is an address in bytes.
 */
export interface SimdKernels {
  /** How many shares a task that reads so many numbers is cut into: one where waking threads would take longer. */
  partsFor(numbers: number): number;
  /** Runs all shares and returns when they are done. */
  run(kernel: SimdKernel, parts: number, ...parameters: readonly number[]): void;
}

/** A share's work is some tens of microseconds at least. */
const numbersPerPart = 32_768;

/** Node's own WebAssembly, of which its types know nothing. */
interface Compiler {
  readonly Module: new (code: Uint8Array) => object;
}

const loaded = new WeakMap<object, SimdKernels>();

/** The kernels on the engine's memory, with its number of threads. */
export function simdKernels({ memory, threads }: EngineHeap): SimdKernels {
  const found = loaded.get(memory);
  if (found !== undefined) return found;
  const { Module } = (globalThis as unknown as { readonly WebAssembly: Compiler }).WebAssembly;
  const pool = createThreads(new Module(Buffer.from(simdCode, "base64")), memory, threads);
  const kernels: SimdKernels = {
    partsFor: (numbers) => Math.max(1, Math.min(threads, Math.floor(numbers / numbersPerPart))),
    run: pool.run,
  };
  loaded.set(memory, kernels);
  return kernels;
}
