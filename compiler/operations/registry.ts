/** All operations of the language by name. A new operation is one file and one line here. */
import * as activations from "./activations.ts";
import * as arithmetic from "./arithmetic.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dense } from "./dense.ts";
import { detach } from "./detach.ts";
import { matmul } from "./matmul.ts";
import { meanTokens } from "./mean-tokens.ts";
import { normalize } from "./normalize.ts";
import type { Operation } from "./operation.ts";
import { poolAll } from "./pool-all.ts";
import * as pooling from "./pooling.ts";
import * as rearrange from "./rearrange.ts";
import * as reconstructionLosses from "./reconstruction-losses.ts";
import * as reductions from "./reductions.ts";
import { flatten, reshape } from "./reshape.ts";
import { resize } from "./resize.ts";
import { softmax } from "./softmax.ts";
import { supervisedContrastive } from "./supervised-contrastive.ts";

/** Sorted by name. */
export const operations: readonly Operation[] = [
  ...Object.values(activations),
  ...Object.values(arithmetic),
  ...Object.values(pooling),
  ...Object.values(rearrange),
  ...Object.values(reconstructionLosses),
  ...Object.values(reductions),
  batchNorm,
  conv,
  crossEntropy,
  dense,
  detach,
  flatten,
  matmul,
  meanTokens,
  normalize,
  poolAll,
  reshape,
  resize,
  softmax,
  supervisedContrastive,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
