import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { floatProblem, inferred, shapeOf } from "./problems.ts";

/** exp(x) / Σ exp(x) over the last axis. Losses on classes take logits instead: see `cross_entropy`. */
export const softmax: Operation = {
  name: "softmax",
  summary: "Softmax over the last axis",
  tensors: ["x"],
  parameters: [],
  infer: (call) => floatProblem("softmax", call) ?? inferred(shapeOf(call)),
  emit: (_, emitter) => one(emitter, "softmax", emitter.tensors),
};
