import type { Operation } from "./operation.ts";
import { shapeOf } from "./problems.ts";

/** The same values; differentiation takes the result as a constant, so no gradient passes. */
export const detach: Operation = {
  name: "detach",
  summary: "The same values, through which no gradient passes",
  tensors: ["x"],
  parameters: [],
  infer: (call) => ({ type: { dataType: call.tensors[0]?.dataType ?? "float32", shape: shapeOf(call) }, weights: [] }),
  emit: (_, emitter) => emitter.tensors[0] as number,
};
