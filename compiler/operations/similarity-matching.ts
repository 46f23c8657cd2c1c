import { numberArgument } from "./arguments.ts";
import { unbiasedDeviation } from "./compositions.ts";
import { one, product, reshaped, scaled, summed } from "./emission.ts";
import type { Emitter, Operation, Value } from "./operation.ts";
import { intParameter } from "./parameters.ts";
import { inferred, labelProblem, rankProblem, shapeOf } from "./problems.ts";

/**
 * PredSim's similarity loss (Nøkland and Eidnes, arXiv 1901.06656): the mean of (S(features) − S(one-hot labels))² over all pairs
 * of samples, the diagonal included. S gives the cosine of rows less their means, in [−1, 1]; labels of n classes have 1 or
 * −1/(n − 1). An image of more than 3 channels and 1 pixel enters by every channel's standard deviation over its pixels.
 */
export const similarityMatching: Operation = {
  name: "similarity_matching",
  summary: "Make samples as similar to each other as their labels are",
  tensors: ["features", "label"],
  parameters: [intParameter("classes", "Number of classes", 2)],
  infer: (call) =>
    rankProblem("similarity_matching", call, 0, [2, 3, 4]) ??
    labelProblem("similarity_matching", call, 1, shapeOf(call)[0]) ??
    inferred([]),
  emit: (call, emitter) => {
    const [features, label] = emitter.tensors as [number, number];
    const rows = centredRows(emitter, asRows(emitter, features));
    const similarity = one(emitter, "clamp", [product(emitter, rows, rows, false, true)], { low: -1, high: 1 });
    const target = labelSimilarity(emitter, label, numberArgument(call, "classes"));
    const halfSum = one(emitter, "half_square_sum", [one(emitter, "subtract", [similarity, target])]);
    return scaled(emitter, halfSum, { value: 2, batchPower: -2 });
  },
};

function asRows(emitter: Emitter, features: Value): Value {
  const [batch, ...sample] = emitter.typeOf(features).shape as [number, ...number[]];
  const [height, width, channels] = sample as [number, number, number];
  if (sample.length === 3 && channels > 3 && height * width > 1) {
    return unbiasedDeviation(emitter, features, [1, 2], false);
  }
  return reshaped(emitter, features, [batch, sample.reduce((count, length) => count * length, 1)]);
}

/** Every row less its mean, divided by 10⁻⁸ + its length. */
function centredRows(emitter: Emitter, rows: Value): Value {
  const overRows = { axes: [1], keepAxes: true };
  const centred = one(emitter, "subtract", [rows, one(emitter, "mean", [rows], overRows)]);
  const squares = summed(emitter, one(emitter, "square", [centred]), [1], true);
  // The bound comes before the root, whose gradient at 0 is infinite.
  const length = one(emitter, "sqrt", [one(emitter, "at_least", [squares], { bound: 1e-24 })]);
  return one(emitter, "divide", [centred, one(emitter, "shift", [length], { amount: 1e-8 })]);
}

function labelSimilarity(emitter: Emitter, label: Value, classes: number): Value {
  const batch = emitter.typeOf(label).shape[0] as number;
  const alike = one(emitter, "equal", [reshaped(emitter, label, [batch, 1]), reshaped(emitter, label, [1, batch])]);
  const ones = one(emitter, "cast", [alike], { dataType: "float32" });
  const other = -1 / (classes - 1);
  return one(emitter, "shift", [scaled(emitter, ones, 1 - other)], { amount: other });
}
