import { printShape } from "../../runtime/program/tensor-type.ts";
import { numberArgument } from "./arguments.ts";
import { one, product, reshaped } from "./emission.ts";
import type { Emitter, Operation, OperationCall, Value } from "./operation.ts";
import { intParameter } from "./parameters.ts";
import { floatProblem, inferred, outOfRange, problem, rankProblem, shapeOf } from "./problems.ts";

/**
 * Logits [batch, classes] by a dictionary [classes, width], one row per class (DCL): the dot product of the row, averaged to as
 * many bins as a feature has channels, with the mean of a sample's features. Features are the pixels of an image, tokens, or
 * `patches` equal parts of a row. `cross_entropy` of it is the method's loss.
 */
export const dictionarySimilarity: Operation = {
  name: "dictionary_similarity",
  summary: "Logits by dot products with one vector per class",
  tensors: ["features", "dictionary"],
  parameters: [intParameter("patches", "Into how many features a row is divided", 1, 1)],
  infer: (call) => {
    const refused =
      rankProblem("dictionary_similarity", call, 0, [2, 3, 4]) ?? floatProblem("dictionary_similarity", call);
    if (refused) return refused;
    const [classes, width] = shapeOf(call, 1);
    if (shapeOf(call, 1).length !== 2 || (classes as number) < 1) {
      const found = printShape(shapeOf(call, 1));
      return problem(
        "rank-mismatch",
        `\`dictionary_similarity\` needs a dictionary [classes, width], found ${found}`,
        1,
      );
    }
    const channels = shapeOf(call).slice(-1)[0] as number;
    const patches = numberArgument(call, "patches");
    if (channels % patches !== 0 || (patches > 1 && shapeOf(call).length > 2)) {
      return outOfRange("patches", `${printShape(shapeOf(call))} does not come in ${patches} equal rows`);
    }
    if ((width as number) < channels / patches) {
      const message = `a dictionary of width ${width} is narrower than features of ${channels / patches} channels`;
      return problem("shape-mismatch", message, 1);
    }
    return inferred([shapeOf(call)[0] as number, classes as number]);
  },
  emit: (call, emitter) => {
    const feature = meanFeature(call, emitter);
    const channels = emitter.typeOf(feature).shape[1] as number;
    return product(emitter, feature, narrowed(emitter, emitter.tensors[1] as number, channels), false, true);
  },
};

function meanFeature(call: OperationCall, emitter: Emitter): Value {
  const [batch, ...sample] = shapeOf(call) as [number, ...number[]];
  const patches = numberArgument(call, "patches");
  const features = emitter.tensors[0] as number;
  if (sample.length === 1 && patches === 1) return features;
  const vectors =
    sample.length > 1 ? features : reshaped(emitter, features, [batch, patches, (sample[0] as number) / patches]);
  const axes = [1, 2].slice(0, emitter.typeOf(vectors).shape.length - 2);
  return one(emitter, "mean", [vectors], { axes, keepAxes: false });
}

/** [classes, width] averaged to [classes, channels] in bins that overlap where they do not divide. */
function narrowed(emitter: Emitter, dictionary: Value, channels: number): Value {
  const [classes, width] = emitter.typeOf(dictionary).shape as readonly [number, number];
  if (width === channels) return dictionary;
  const column = reshaped(emitter, dictionary, [classes, width, 1]);
  const bins = one(emitter, "interpolate", [column], { length: channels, method: "mean_bins" });
  return reshaped(emitter, bins, [classes, channels]);
}
