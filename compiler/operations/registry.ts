/** All operations of the language by name. A new operation is one file and one line here. */
import * as activations from "./activations.ts";
import { adaptiveAvgPool } from "./adaptive-avg-pool.ts";
import * as arithmetic from "./arithmetic.ts";
import { attention } from "./attention.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { convTranspose } from "./conv-transpose.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dense } from "./dense.ts";
import { depthwiseConv } from "./depthwise-conv.ts";
import { detach } from "./detach.ts";
import { dictionarySimilarity } from "./dictionary-similarity.ts";
import * as dropping from "./dropping.ts";
import { goodness } from "./goodness.ts";
import { groupNorm } from "./group-norm.ts";
import { layerNorm } from "./layer-norm.ts";
import { matmul } from "./matmul.ts";
import { meanTokens } from "./mean-tokens.ts";
import { normalize } from "./normalize.ts";
import { oneHot } from "./one-hot.ts";
import type { Operation } from "./operation.ts";
import { parameter } from "./parameter.ts";
import * as pixels from "./pixels-to-channels.ts";
import { poolAll } from "./pool-all.ts";
import * as pooling from "./pooling.ts";
import * as rearrange from "./rearrange.ts";
import * as reconstructionLosses from "./reconstruction-losses.ts";
import * as reductions from "./reductions.ts";
import { flatten, reshape } from "./reshape.ts";
import { resize } from "./resize.ts";
import { roll } from "./roll.ts";
import { similarityMatching } from "./similarity-matching.ts";
import { softmax } from "./softmax.ts";
import { supervisedContrastive } from "./supervised-contrastive.ts";

import * as tokens from "./tokens.ts";
import { windowAttention } from "./window-attention.ts";
import * as windows from "./windows.ts";

/** Sorted by name. */
export const operations: readonly Operation[] = [
  ...Object.values(activations),
  ...Object.values(arithmetic),
  ...Object.values(dropping),
  ...Object.values(pixels),
  ...Object.values(pooling),
  ...Object.values(rearrange),
  ...Object.values(reconstructionLosses),
  ...Object.values(reductions),
  ...Object.values(tokens),
  ...Object.values(windows),
  adaptiveAvgPool,
  attention,
  batchNorm,
  conv,
  convTranspose,
  crossEntropy,
  dense,
  depthwiseConv,
  detach,
  dictionarySimilarity,
  flatten,
  goodness,
  groupNorm,
  layerNorm,
  matmul,
  meanTokens,
  normalize,
  oneHot,
  parameter,
  poolAll,
  reshape,
  resize,
  roll,
  similarityMatching,
  softmax,
  supervisedContrastive,
  windowAttention,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
