import { booleanArgument, initializerArgument, numberArgument } from "./arguments.ts";
import { linear } from "./compositions.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { boolParameter, initializerParameter, intParameter } from "./parameters.ts";
import { inferred, rankProblem, shapeOf } from "./problems.ts";

/**
 * `x · kernel + bias` over the last axis: [batch, in] to [batch, features], [batch, tokens, in] to [batch, tokens,
 * features]. Kernel [in, features] and bias [features] start from U(±1/√in) unless told otherwise.
 */
export const dense: Operation = {
  name: "dense",
  summary: "A linear layer over the last axis",
  tensors: ["x"],
  parameters: [
    intParameter("features", "Length of the result's last axis", 1),
    boolParameter("bias", "Whether to add a number per feature", true),
    initializerParameter("init", "What the kernel starts from"),
    initializerParameter("bias_init", "What the bias starts from"),
  ],
  infer: (call) => {
    const rank = rankProblem("dense", call, 0, [2, 3], "flatten or pool an image first: `|> pool_all` or `|> flatten`");
    if (rank) return rank;
    const shape = shapeOf(call);
    const inputs = shape[shape.length - 1] as number;
    const features = numberArgument(call, "features");
    const bound = 1 / Math.sqrt(inputs);
    const uniform = { kind: "uniform", low: -bound, high: bound } as const;
    const kernel: WeightSpecification = {
      name: "kernel",
      shape: [inputs, features],
      initializer: initializerArgument(call, "init", uniform),
      group: "weight",
    };
    const bias: WeightSpecification = {
      name: "bias",
      shape: [features],
      initializer: initializerArgument(call, "bias_init", uniform),
      group: "bias",
    };
    return inferred([...shape.slice(0, -1), features], booleanArgument(call, "bias") ? [kernel, bias] : [kernel]);
  },
  emit: (call, emitter) => {
    const bias = booleanArgument(call, "bias") ? emitter.weight("bias") : undefined;
    return linear(emitter, emitter.tensors[0] as number, emitter.weight("kernel"), bias);
  },
};
