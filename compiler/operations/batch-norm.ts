import { numberArgument } from "./arguments.ts";
import { one, reshaped } from "./emission.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { floatParameter } from "./parameters.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy, arXiv 1502.03167): `scale · (x − mean) / √(variance +
 * epsilon) + offset`, mean and variance of the batch while training, running ones otherwise. The running variance follows
 * the unbiased one, as in PyTorch: `(1 − momentum) · old + momentum · batch`.
 */
export const batchNorm: Operation = {
  name: "batch_norm",
  summary: "Batch normalisation per channel",
  tensors: ["x"],
  parameters: [
    floatParameter("epsilon", "Added to the variance", 1e-5, 0),
    floatParameter("momentum", "Share of the batch in the running statistics, in [0, 1]", 0.1, 0),
  ],
  infer: (call) => {
    const rank = rankProblem("batch_norm", call, 0, [2, 3, 4]);
    if (rank) return rank;
    const momentum = numberArgument(call, "momentum");
    if (momentum > 1) return outOfRange("momentum", `\`momentum\` must lie in [0, 1], found ${momentum}`);
    const shape = shapeOf(call);
    const channels = shape.slice(-1);
    const weight = (name: string, value: number, group: WeightSpecification["group"]): WeightSpecification => ({
      name,
      shape: channels,
      initializer: { kind: "constant", value },
      group,
    });
    return inferred(shape, [
      weight("scale", 1, "norm"),
      weight("offset", 0, "norm"),
      weight("mean", 0, "statistic"),
      weight("variance", 1, "statistic"),
    ]);
  },
  emit: (call, emitter) => {
    const shape = shapeOf(call);
    const [batch, channels] = [shape[0] as number, shape[shape.length - 1] as number];
    // The kernel normalises images; features and tokens become images one pixel wide.
    const image = shape.length === 4 ? shape : [batch, shape.length === 3 ? (shape[1] as number) : 1, 1, channels];
    const operands = [
      reshaped(emitter, emitter.tensors[0] as number, image),
      ...["scale", "offset", "mean", "variance"].map((name) => emitter.weight(name)),
    ];
    const epsilon = numberArgument(call, "epsilon");
    if (emitter.mode === "evaluate") {
      return reshaped(emitter, one(emitter, "batch_norm_inference", operands, { epsilon }), shape);
    }
    // n steps of `r ← (1 − m)·r + m·batch` towards one batch are one step with this share.
    const { executions = 1 } = emitter;
    const share = numberArgument(call, "momentum");
    const momentum = executions === 1 ? share : 1 - (1 - share) ** executions;
    const [y, mean, variance] = emitter.emit("batch_norm_training", operands, { epsilon, momentum });
    emitter.assign("mean", mean as number);
    emitter.assign("variance", variance as number);
    return reshaped(emitter, y as number, shape);
  },
};
