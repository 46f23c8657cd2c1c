import { numberArgument } from "./arguments.ts";
import { standardized } from "./compositions.ts";
import { one, reshaped } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { floatParameter, intParameter } from "./parameters.ts";
import { inferred, outOfRange, rankProblem, shapeOf } from "./problems.ts";
import { affine } from "./weights.ts";

/**
 * Normalisation of every sample over height, width and the channels of a group, then scale and offset per channel (Wu and He,
 * arXiv 1803.08494). One group per channel is instance normalisation.
 */
export const groupNorm: Operation = {
  name: "group_norm",
  summary: "Group normalisation of an image",
  tensors: ["x"],
  parameters: [
    intParameter("groups", "Groups of channels, each normalised by itself", 1, 32),
    floatParameter("epsilon", "Added to the variance", 1e-5, 0),
  ],
  infer: (call) => {
    const rank = rankProblem("group_norm", call, 0, [4]);
    if (rank) return rank;
    const channels = shapeOf(call)[3] as number;
    const groups = numberArgument(call, "groups");
    if (channels % groups !== 0) return outOfRange("groups", `${groups} groups do not divide ${channels} channels`);
    return inferred(shapeOf(call), affine(channels));
  },
  emit: (call, emitter) => {
    const shape = shapeOf(call) as readonly [number, number, number, number];
    const [batch, height, width, channels] = shape;
    const groups = numberArgument(call, "groups");
    const inGroup = channels / groups;
    const pixels = [batch, height * width, groups, inGroup];
    // A row of the standardisation is one group: [batch, groups, pixels · channels in it].
    const exchange = { permutation: [0, 2, 1, 3] };
    let rows = reshaped(emitter, emitter.tensors[0] as number, pixels);
    if (groups > 1) rows = one(emitter, "transpose", [rows], exchange);
    rows = reshaped(emitter, rows, [batch, groups, height * width * inGroup]);
    rows = standardized(emitter, rows, numberArgument(call, "epsilon"));
    rows = reshaped(emitter, rows, [batch, groups, height * width, inGroup]);
    if (groups > 1) rows = one(emitter, "transpose", [rows], exchange);
    const scaled = one(emitter, "multiply", [reshaped(emitter, rows, shape), emitter.weight("scale")]);
    return one(emitter, "bias_add", [scaled, emitter.weight("offset")]);
  },
};
