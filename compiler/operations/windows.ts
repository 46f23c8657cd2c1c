/** The windows of an image as samples of their own, so that what works on tokens works inside them. */
import { printShape } from "../../runtime/program/tensor-type.ts";
import { numberArgument } from "./arguments.ts";
import type { Operation } from "./operation.ts";
import { intParameter } from "./parameters.ts";
import { inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";
import { cutIntoWindows, joinWindows } from "./window-partition.ts";

/** [batch, height, width, channels] to [windows · batch, size², channels]; `unwindows` is the way back. */
export const windows: Operation = {
  name: "windows",
  summary: "Cut an image into square windows, each with its tokens",
  tensors: ["x"],
  parameters: [intParameter("size", "Height and width of a window; it must divide the image's", 1)],
  infer: (call) => {
    const rank = rankProblem("windows", call, 0, [4]);
    if (rank) return rank;
    const size = numberArgument(call, "size");
    const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    if (height % size !== 0 || width % size !== 0) {
      return outOfRange("size", `windows of ${size} × ${size} do not tile ${printShape(shapeOf(call))}`);
    }
    return inferred([(batch * height * width) / size ** 2, size ** 2, channels]);
  },
  emit: (call, emitter) => cutIntoWindows(emitter, emitter.tensors[0] as number, numberArgument(call, "size")),
};

export const unwindows: Operation = {
  name: "unwindows",
  summary: "Join the windows of an image again",
  tensors: ["x"],
  parameters: [
    intParameter("height", "Height of the whole image", 1),
    intParameter("width", "Width of the whole image", 1),
  ],
  infer: (call) => {
    const rank = rankProblem("unwindows", call, 0, [3]);
    if (rank) return rank;
    const [all, tokens, channels] = shapeOf(call) as readonly [number, number, number];
    const [height, width] = [numberArgument(call, "height"), numberArgument(call, "width")];
    const window = Math.sqrt(tokens);
    const count = (height * width) / tokens;
    if (height % window !== 0 || width % window !== 0 || all % count !== 0) {
      const message = `${printShape(shapeOf(call))} are not the windows of an image of ${height} × ${width}`;
      return problem("shape-mismatch", message, 0);
    }
    return inferred([all / count, height, width, channels]);
  },
  emit: (call, emitter) =>
    joinWindows(emitter, emitter.tensors[0] as number, [numberArgument(call, "height"), numberArgument(call, "width")]),
};
