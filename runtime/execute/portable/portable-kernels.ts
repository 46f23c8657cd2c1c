import type { PortableEngine } from "../../engine/portable-engine.ts";
import { batchNormKernels } from "./families/batch-norm.ts";
import { convolutionKernels } from "./families/convolution.ts";
import { elementwiseKernels } from "./families/elementwise.ts";
import { imageKernels } from "./families/images.ts";
import { productKernels } from "./families/products.ts";
import { randomKernels } from "./families/random.ts";
import { reductionKernels } from "./families/reductions.ts";
import { shapeKernels } from "./families/shape.ts";
import { variableKernels } from "./families/variables.ts";
import { heapBatchNorm } from "./heap/batch-norm.ts";
import { heapElements } from "./heap/elements.ts";
import { heapUpdates } from "./heap/updates.ts";
import type { PortableKernels } from "./portable-kernel.ts";
import type { Repairs } from "./repairs/repair.ts";
import { wasmRepairs } from "./repairs/wasm.ts";
import { webgpuRepairs } from "./repairs/webgpu.ts";

/** Every primitive on TensorFlow.js's kernels, for every engine. */
export const composedKernels: PortableKernels = {
  ...batchNormKernels,
  ...convolutionKernels,
  ...elementwiseKernels,
  ...imageKernels,
  ...productKernels,
  ...randomKernels,
  ...reductionKernels,
  ...shapeKernels,
  ...variableKernels,
};

/** What an engine computes with: composed kernels, faster ones where its memory can be reached, and its repairs. */
export interface KernelSet {
  readonly kernels: PortableKernels;
  readonly repairs: Repairs;
}

export function kernelsFor(engine: PortableEngine): KernelSet {
  const heap = engine.heap === undefined ? {} : { ...heapBatchNorm, ...heapElements, ...heapUpdates };
  return { kernels: { ...composedKernels, ...heap }, repairs: engine.name === "wasm" ? wasmRepairs : webgpuRepairs };
}
