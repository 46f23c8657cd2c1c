/** All operations of the language by name. A new operation is one file and one line here. */
import * as activations from "./activations.ts";
import { batchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { crossEntropy } from "./cross-entropy.ts";
import { dense } from "./dense.ts";
import type { Operation } from "./operation.ts";
import { poolAll } from "./pool-all.ts";

/** Sorted by name. */
export const operations: readonly Operation[] = [
  ...Object.values(activations),
  batchNorm,
  conv,
  crossEntropy,
  dense,
  poolAll,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const byName = new Map(operations.map((operation) => [operation.name, operation]));

export function findOperation(name: string): Operation | undefined {
  return byName.get(name);
}
