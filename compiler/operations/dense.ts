import { booleanArgument, numberArgument } from "./arguments.ts";
import { one, product, reshaped } from "./emission.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { boolParameter, intParameter } from "./parameters.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/**
 * `x · kernel + bias` over the last axis: [batch, in] to [batch, features], [batch, tokens, in] to [batch, tokens,
 * features]. Kernel [in, features] and bias [features] start from U(±1/√in).
 */
export const dense: Operation = {
  name: "dense",
  summary: "A linear layer over the last axis",
  tensors: ["x"],
  parameters: [
    intParameter("features", "Length of the result's last axis", 1),
    boolParameter("bias", "Whether to add a number per feature", true),
  ],
  infer: (call) => {
    const rank = rankProblem("dense", call, 0, [2, 3], "flatten or pool an image first: `|> pool_all` or `|> flatten`");
    if (rank) return rank;
    const shape = shapeOf(call);
    const inputs = shape[shape.length - 1] as number;
    const features = numberArgument(call, "features");
    const bound = 1 / Math.sqrt(inputs);
    const initializer = { kind: "uniform", low: -bound, high: bound } as const;
    const kernel: WeightSpecification = { name: "kernel", shape: [inputs, features], initializer, group: "weight" };
    const bias: WeightSpecification = { name: "bias", shape: [features], initializer, group: "bias" };
    return inferred([...shape.slice(0, -1), features], booleanArgument(call, "bias") ? [kernel, bias] : [kernel]);
  },
  emit: (call, emitter) => {
    const shape = shapeOf(call);
    const rows = shape.slice(0, -1).reduce((count, length) => count * length, 1);
    const matrix = reshaped(emitter, emitter.tensors[0] as number, [rows, shape[shape.length - 1] as number]);
    let result = product(emitter, matrix, emitter.weight("kernel"));
    if (booleanArgument(call, "bias")) result = one(emitter, "bias_add", [result, emitter.weight("bias")]);
    return reshaped(emitter, result, [...shape.slice(0, -1), numberArgument(call, "features")]);
  },
};
