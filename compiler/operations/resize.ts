import { listArgument, stringArgument } from "./arguments.ts";
import { interpolatedImage } from "./compositions.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall } from "./operation.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/**
 * An image at another height and width. Bilinear interpolation aligns the corner pixels' centres, as InfoPro's decoder does
 * (arXiv 2101.10832, released code), or on request takes pixels for areas with their centre at i + ½, as PyTorch does by
 * itself; nearest takes pixel ⌊i · old / new⌋, as PyTorch does.
 */
export const resize: Operation = {
  name: "resize",
  summary: "Resample an image to another height and width",
  tensors: ["x"],
  parameters: [
    { name: "shape", type: "shape", summary: "[height, width], or a whole shape whose channels are not looked at" },
    {
      name: "method",
      type: "string",
      summary: "How to interpolate",
      default: { value: "bilinear" },
      options: ["bilinear", "nearest"],
    },
    {
      name: "align_corners",
      type: "bool",
      summary: "Whether corner pixels keep their place; left out, true for bilinear and false for nearest",
      default: { value: undefined },
    },
  ],
  infer: (call) => {
    const rank = rankProblem("resize", call, 0, [4]);
    if (rank) return rank;
    const shape = listArgument(call, "shape");
    if ((shape.length !== 2 && shape.length !== 3) || shape.some((length) => length < 1)) {
      return outOfRange("shape", `\`shape\` must be [height, width] or an image's shape, found [${shape.join(", ")}]`);
    }
    const alignCorners = call.arguments.align_corners;
    if (stringArgument(call, "method") === "nearest" && alignCorners === true) {
      return outOfRange("align_corners", "nearest resizing has no aligned corners: a pixel is one of the old ones");
    }
    const [batch, , , channels] = shapeOf(call) as readonly [number, number, number, number];
    return inferred([batch, ...sizeOf(call), channels]);
  },
  emit: (call, emitter) => {
    const size = sizeOf(call);
    const [, height, width] = shapeOf(call);
    // At the same size both methods give every pixel back.
    if (size[0] === height && size[1] === width) return emitter.tensors[0] as number;
    const method = stringArgument(call, "method");
    if (method === "bilinear" && call.arguments.align_corners === false) {
      return interpolatedImage(emitter, emitter.tensors[0] as number, size, "half_pixel");
    }
    return one(emitter, `resize_${method}`, emitter.tensors, { size, alignCorners: method === "bilinear" });
  },
};

function sizeOf(call: OperationCall): readonly number[] {
  return listArgument(call, "shape").slice(0, 2);
}
