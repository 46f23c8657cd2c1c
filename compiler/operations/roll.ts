import { listArgument } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { floatProblem, inferred, outOfRange, shapeOf } from "./problems.ts";

/** Element i moves to i + amount, around the end; axes count from 1, the first axis after the batch. */
export const roll: Operation = {
  name: "roll",
  summary: "Move the elements of every sample along axes, around the end",
  tensors: ["x"],
  parameters: [
    { name: "amounts", type: "ints", summary: "By how much along each axis, backwards where negative" },
    {
      name: "axes",
      type: "ints",
      summary: "The axes, from 1, ascending: height and width",
      default: { value: [1, 2] },
    },
  ],
  infer: (call) => {
    const refused = floatProblem("roll", call);
    if (refused) return refused;
    const [amounts, axes] = [listArgument(call, "amounts"), listArgument(call, "axes")];
    const last = shapeOf(call).length - 1;
    const wrong = axes.find((axis, index) => axis < 1 || axis > last || axis <= (axes[index - 1] ?? 0));
    if (wrong !== undefined)
      return outOfRange("axes", `\`axes\` must ascend in 1 … ${last}, found [${axes.join(", ")}]`);
    if (amounts.length === axes.length) return inferred(shapeOf(call));
    return outOfRange("amounts", `\`amounts\` must have ${axes.length} numbers, found ${amounts.length}`);
  },
  emit: (call, emitter) =>
    one(emitter, "roll", emitter.tensors, { axes: listArgument(call, "axes"), amounts: listArgument(call, "amounts") }),
};
