/** Convolutions of images, depthwise ones included, and their gradients. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import type { Kit } from "../kit.ts";
import type { PortableCall, PortableKernels } from "../portable-kernel.ts";
import { numbersOf, operandOf, resultShape } from "../portable-kernel.ts";

const composed = ["Conv2D", "Slice", "Concat", "PadV2", "Transpose", "Reverse"];

export const convolutionKernels: PortableKernels = {
  conv2d: {
    uses: ["Conv2D", "Slice", "Concat"],
    run: (kit, call) => {
      const [image, weights] = [operandOf(call, 0), operandOf(call, 1)];
      return [
        inGroups(kit, groupsOf(image.shape, weights.shape), [image, weights], 3, ([x, filter]) =>
          kit.run("Conv2D", { x: x as EngineTensor, filter: filter as EngineTensor }, slidingAttributes(call)),
        ),
      ];
    },
  },
  conv2d_input_gradient: {
    uses: ["Conv2DBackpropInput", ...composed],
    run: (kit, call) => {
      const [weights, dy] = [operandOf(call, 0), operandOf(call, 1)];
      const shape = resultShape(call);
      const groups = groupsOf(shape, weights.shape);
      const inputShape = [...shape.slice(0, 3), (shape[3] as number) / groups];
      return [
        inGroups(kit, groups, [weights, dy], 3, ([filter, gradient]) =>
          kit.run(
            "Conv2DBackpropInput",
            { dy: gradient as EngineTensor, filter: filter as EngineTensor },
            { ...slidingAttributes(call), inputShape },
          ),
        ),
      ];
    },
  },
  conv2d_kernel_gradient: {
    uses: ["Conv2DBackpropFilter", ...composed],
    run: (kit, call) => {
      const [image, dy] = [operandOf(call, 0), operandOf(call, 1)];
      const shape = resultShape(call);
      const groups = groupsOf(image.shape, shape);
      const filterShape = [...shape.slice(0, 3), (shape[3] as number) / groups];
      return [
        inGroups(kit, groups, [image, dy], 3, ([x, gradient]) =>
          kit.run(
            "Conv2DBackpropFilter",
            { x: x as EngineTensor, dy: gradient as EngineTensor },
            { ...slidingAttributes(call), filterShape },
          ),
        ),
      ];
    },
  },
  depthwise_conv2d: {
    uses: ["DepthwiseConv2dNative"],
    run: (kit, call) => [
      kit.run("DepthwiseConv2dNative", { x: operandOf(call, 0), filter: operandOf(call, 1) }, slidingAttributes(call)),
    ],
  },
  depthwise_conv2d_input_gradient: {
    uses: ["DepthwiseConv2dNativeBackpropInput"],
    run: (kit, call) => [
      kit.run(
        "DepthwiseConv2dNativeBackpropInput",
        { filter: operandOf(call, 0), dy: operandOf(call, 1) },
        { ...slidingAttributes(call), inputShape: resultShape(call) },
      ),
    ],
  },
  depthwise_conv2d_kernel_gradient: {
    uses: ["DepthwiseConv2dNativeBackpropFilter"],
    run: (kit, call) => [
      kit.run(
        "DepthwiseConv2dNativeBackpropFilter",
        { x: operandOf(call, 0), dy: operandOf(call, 1) },
        { ...slidingAttributes(call), filterShape: resultShape(call) },
      ),
    ],
  },
};

function slidingAttributes(call: PortableCall) {
  const [top, bottom, left, right] = numbersOf(call, "padding") as readonly [number, number, number, number];
  const dilations = call.attributes.dilations === undefined ? [1, 1] : numbersOf(call, "dilations");
  const padded = top > 0 || bottom > 0 || left > 0 || right > 0;
  return {
    strides: numbersOf(call, "strides"),
    dilations,
    pad: padded
      ? [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]
      : "valid",
    dataFormat: "NHWC",
  };
}

function groupsOf(image: readonly number[], weights: readonly number[]): number {
  return (image[3] as number) / (weights[2] as number);
}

/** TensorFlow.js has no groups: every group by itself, on its part of the last axis of both operands. */
function inGroups(
  kit: Kit,
  groups: number,
  operands: readonly EngineTensor[],
  axis: number,
  compute: (parts: readonly EngineTensor[]) => EngineTensor,
): EngineTensor {
  if (groups === 1) return compute(operands);
  const parts = [...Array(groups).keys()].map((group) =>
    compute(
      operands.map((operand) => {
        const length = (operand.shape[axis] as number) / groups;
        const begin = operand.shape.map((_, index) => (index === axis ? group * length : 0));
        return kit.slice(
          operand,
          begin,
          operand.shape.map((old, index) => (index === axis ? length : old)),
        );
      }),
    ),
  );
  return kit.concat(parts, axis);
}
