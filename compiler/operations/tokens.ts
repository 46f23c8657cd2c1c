/** From images to tokens [batch, tokens, channels], and what transformers add to them (ViT, Dosovitskiy et al., arXiv 2010.11929). */
import { initializerArgument, numberArgument } from "./arguments.ts";
import { one, reshaped } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { initializerParameter, intParameter } from "./parameters.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";
import { bias, transformerInitializer, uniform, weight } from "./weights.ts";

/** Every patch of an image through one linear layer; tokens row by row. Kernel and bias start from U(±1/√(patch² · in)). */
export const embedPatches: Operation = {
  name: "embed_patches",
  summary: "Square patches of an image as tokens, through a linear layer",
  tensors: ["x"],
  parameters: [
    intParameter("channels", "Channels of a token", 1),
    intParameter("patch", "Height and width of a patch; it must divide the image's", 1),
    initializerParameter("init", "What the kernel starts from"),
  ],
  infer: (call) => {
    const rank = rankProblem("embed_patches", call, 0, [4]);
    if (rank) return rank;
    const [batch, height, width, inputs] = shapeOf(call) as readonly [number, number, number, number];
    const [channels, patch] = [numberArgument(call, "channels"), numberArgument(call, "patch")];
    if (height % patch !== 0 || width % patch !== 0) {
      return outOfRange("patch", `patches of ${patch} × ${patch} do not tile ${height} × ${width}`);
    }
    const initializer = uniform(1 / Math.sqrt(patch * patch * inputs));
    return inferred(
      [batch, (height / patch) * (width / patch), channels],
      [
        weight("kernel", [patch, patch, inputs, channels], initializerArgument(call, "init", initializer)),
        bias("bias", [channels], initializer),
      ],
    );
  },
  emit: (call, emitter) => {
    const patch = numberArgument(call, "patch");
    const window = { strides: [patch, patch], padding: [0, 0, 0, 0], dilations: [1, 1] };
    const image = one(emitter, "conv2d", [emitter.tensors[0] as number, emitter.weight("kernel")], window);
    const [batch, rows, columns, channels] = emitter.typeOf(image).shape as readonly [number, number, number, number];
    const shifted = one(emitter, "bias_add", [image, emitter.weight("bias")]);
    return reshaped(emitter, shifted, [batch, rows * columns, channels]);
  },
};

export const positions: Operation = {
  name: "positions",
  summary: "Add a learned tensor of a sample's own shape: absolute positions",
  tensors: ["x"],
  parameters: [initializerParameter("init", "What it starts from; left out, truncated_normal(0, 0.02)")],
  infer: (call) => {
    const shape = shapeOf(call);
    const learned = bias("value", shape.slice(1), initializerArgument(call, "init", transformerInitializer));
    return rankProblem("positions", call, 0, [2, 3, 4]) ?? inferred(shape, [learned]);
  },
  emit: (_, emitter) => one(emitter, "add", [emitter.tensors[0] as number, emitter.weight("value")]),
};

export const classToken: Operation = {
  name: "class_token",
  summary: "Put a learned token before all others",
  tensors: ["x"],
  parameters: [initializerParameter("init", "What it starts from; left out, truncated_normal(0, 0.02)")],
  infer: (call) => {
    const rank = rankProblem("class_token", call, 0, [3]);
    if (rank) return rank;
    const [batch, tokens, channels] = shapeOf(call) as readonly [number, number, number];
    const learned = bias("value", [channels], initializerArgument(call, "init", transformerInitializer));
    return inferred([batch, tokens + 1, channels], [learned]);
  },
  emit: (call, emitter) => {
    const [batch, , channels] = shapeOf(call) as readonly [number, number, number];
    const token = one(emitter, "broadcast", [emitter.weight("value")], { shape: [batch, 1, channels] });
    return one(emitter, "concat", [token, emitter.tensors[0] as number], { axis: 1 });
  },
};
