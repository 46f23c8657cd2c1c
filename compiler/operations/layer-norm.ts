import { booleanArgument, numberArgument } from "./arguments.ts";
import { standardized } from "./compositions.ts";
import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { boolParameter, floatParameter } from "./parameters.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";
import { affine } from "./weights.ts";

/** `scale · (x − mean) / √(variance + epsilon) + offset` over the last axis of every token (Ba et al., arXiv 1607.06450). */
export const layerNorm: Operation = {
  name: "layer_norm",
  summary: "Layer normalisation over the last axis",
  tensors: ["x"],
  parameters: [
    floatParameter("epsilon", "Added to the variance", 1e-5, 0),
    boolParameter("affine", "Whether to learn a scale and an offset per channel", true),
  ],
  infer: (call) => {
    const shape = shapeOf(call);
    const weights = booleanArgument(call, "affine") ? affine(shape[shape.length - 1] as number) : [];
    return rankProblem("layer_norm", call, 0, [2, 3, 4]) ?? inferred(shape, weights);
  },
  emit: (call, emitter) => {
    const rows = standardized(emitter, emitter.tensors[0] as number, numberArgument(call, "epsilon"));
    if (!booleanArgument(call, "affine")) return rows;
    const scaled = one(emitter, "multiply", [rows, emitter.weight("scale")]);
    return one(emitter, "bias_add", [scaled, emitter.weight("offset")]);
  },
};
