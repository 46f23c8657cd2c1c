/** Trading height and width for channels. A square of `block` × `block` pixels holds (row, column) offsets from (0, 0). */
import { printShape } from "../../runtime/program/tensor-type.ts";
import { numberArgument, stringArgument } from "./arguments.ts";
import { one, reshaped } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { intParameter } from "./parameters.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";

/** How [rows, row, columns, column, channels] is put together, by the order of the new channels. */
const permutations: Readonly<Record<string, readonly number[]>> = {
  rows: [0, 1, 3, 2, 4, 5],
  columns: [0, 1, 3, 4, 2, 5],
  channels: [0, 1, 3, 5, 2, 4],
};

/**
 * [batch, height, width, channels] to [batch, height / block, width / block, block² · channels]. Swin's patch merging takes
 * `order = "columns"`: (0, 0), (1, 0), (0, 1), (1, 1).
 */
export const spaceToDepth: Operation = {
  name: "space_to_depth",
  summary: "Every square of pixels as one pixel with all their channels",
  tensors: ["x"],
  parameters: [
    intParameter("block", "Height and width of the square", 1, 2),
    {
      name: "order",
      type: "string",
      summary:
        "Pixels row by row, or column by column, or all pixels of the first channel first (undoes `pixel_shuffle`)",
      default: { value: "rows" },
      options: Object.keys(permutations),
    },
  ],
  infer: (call) => {
    const rank = rankProblem("space_to_depth", call, 0, [4]);
    if (rank) return rank;
    const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    const block = numberArgument(call, "block");
    if (height % block !== 0 || width % block !== 0) {
      return outOfRange("block", `squares of ${block} × ${block} do not tile ${printShape(shapeOf(call))}`);
    }
    return inferred([batch, height / block, width / block, block * block * channels]);
  },
  emit: (call, emitter) => {
    const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    const block = numberArgument(call, "block");
    const [rows, columns] = [height / block, width / block];
    const split = reshaped(emitter, emitter.tensors[0] as number, [batch, rows, block, columns, block, channels]);
    const permutation = permutations[stringArgument(call, "order")] as readonly number[];
    const gathered = one(emitter, "transpose", [split], { permutation });
    return reshaped(emitter, gathered, [batch, rows, columns, block * block * channels]);
  },
};

/**
 * [batch, height, width, block² · channels] to [batch, block · height, block · width, channels]; channel c · block² + row ·
 * block + column becomes pixel (row, column) of channel c, as in PyTorch (Shi et al., arXiv 1609.05158).
 */
export const pixelShuffle: Operation = {
  name: "pixel_shuffle",
  summary: "Every pixel's channels as a square of pixels",
  tensors: ["x"],
  parameters: [intParameter("block", "Height and width of the square", 1, 2)],
  infer: (call) => {
    const rank = rankProblem("pixel_shuffle", call, 0, [4]);
    if (rank) return rank;
    const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    const block = numberArgument(call, "block");
    if (channels % block ** 2 !== 0) {
      return outOfRange("block", `${channels} channels do not make squares of ${block} × ${block} pixels`);
    }
    return inferred([batch, height * block, width * block, channels / block ** 2]);
  },
  emit: (call, emitter) => {
    const [batch, height, width, channels] = shapeOf(call) as readonly [number, number, number, number];
    const block = numberArgument(call, "block");
    const left = channels / block ** 2;
    const split = reshaped(emitter, emitter.tensors[0] as number, [batch, height, width, left, block, block]);
    const spread = one(emitter, "transpose", [split], { permutation: [0, 1, 4, 2, 5, 3] });
    return reshaped(emitter, spread, [batch, height * block, width * block, left]);
  },
};
