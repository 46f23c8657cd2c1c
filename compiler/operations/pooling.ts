/** Pooling of an image [batch, height, width, channels] over windows. */
import type { SlidingWindow } from "../../runtime/primitives/convolution-padding.ts";
import { outputLength } from "../../runtime/primitives/convolution-padding.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { pairArgument } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { optional, pairParameter } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";

/** The largest element of every window; the padding never wins. */
export const maxPool: Operation = {
  ...pooling("max_pool", "The largest element of every window"),
  emit: (call, emitter) => one(emitter, "max_pool", emitter.tensors, windowAttributes(windowFor(call))),
};

/** The mean of every window; padded zeros count, as in PyTorch. */
export const avgPool: Operation = {
  ...pooling("avg_pool", "The mean of every window; padded zeros count"),
  emit: (call, emitter) => {
    const window = windowFor(call);
    const image = emitter.tensors[0] as number;
    if (window.padding.every((length) => length === 0)) {
      return one(emitter, "avg_pool", [image], windowAttributes(window));
    }
    const padded = one(emitter, "pad", [image], { paddings: [0, 0, ...window.padding, 0, 0], value: 0 });
    return one(emitter, "avg_pool", [padded], { ...windowAttributes(window), padding: [0, 0, 0, 0] });
  },
};

function pooling(name: string, summary: string): Omit<Operation, "emit"> {
  return {
    name,
    summary,
    tensors: ["x"],
    parameters: [
      pairParameter("size", "Height and width of the window", 1, 2),
      optional(pairParameter("stride", "Step of the window; left out, its size", 1)),
      pairParameter("padding", "Pixels added on both sides, at most half the size", 0, 0),
    ],
    infer: (call) => {
      const rank = rankProblem(name, call, 0, [4]);
      if (rank) return rank;
      const unpaired = ["size", "stride", "padding"].find((key) => isUnpaired(call, key));
      if (unpaired) return outOfRange(unpaired, `\`${unpaired}\` must be one number or [height, width]`);
      const window = windowFor(call);
      const wrong = [0, 1].find((axis) => (window.padding[2 * axis] as number) > (window.size[axis] as number) / 2);
      if (wrong !== undefined) {
        const [half, found] = [(window.size[wrong] as number) / 2, window.padding[2 * wrong]];
        return outOfRange("padding", `\`padding\` must be at most half the size, ${half}, found ${found}`);
      }
      const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
      const pooled = [outputLength(height, window, 0), outputLength(width, window, 1)];
      if (pooled.some((length) => length < 1)) {
        const message = `a window of ${window.size.join(" × ")} does not fit into ${printShape(shapeOf(call))}`;
        return problem("shape-mismatch", message, 0);
      }
      return inferred([batch, ...pooled, channels]);
    },
  };
}

function windowFor(call: OperationCall): SlidingWindow {
  const pair = (name: string) => pairArgument(call, name) as readonly [number, number];
  const size = pair("size");
  const [vertical, horizontal] = pair("padding");
  return {
    size,
    strides: call.arguments.stride === undefined ? size : pair("stride"),
    padding: [vertical, vertical, horizontal, horizontal],
    dilations: [1, 1],
  };
}

function windowAttributes({ size, strides, padding }: SlidingWindow) {
  return { size, strides, padding };
}

function isUnpaired(call: OperationCall, name: string): boolean {
  return call.arguments[name] !== undefined && pairArgument(call, name) === undefined;
}
