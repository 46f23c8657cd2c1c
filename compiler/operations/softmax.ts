import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/** exp(x) / Σ exp(x) over the last axis. Losses on classes take logits instead: see `cross_entropy`. */
export const softmax: Operation = {
  name: "softmax",
  summary: "Softmax over the last axis",
  tensors: ["x"],
  parameters: [],
  infer: (call) => rankProblem("softmax", call, 0, [2, 3, 4]) ?? inferred(shapeOf(call)),
  emit: (_, emitter) => one(emitter, "softmax", emitter.tensors),
};
