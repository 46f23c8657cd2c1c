import { booleanArgument, numberArgument } from "./arguments.ts";
import { one, scaled } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { boolParameter, intParameter } from "./parameters.ts";
import { inferred, labelProblem, shapeOf } from "./problems.ts";

/**
 * Labels as rows of zeros with a single one, [batch] to [batch, classes]. `wrong` rows name another class instead: a random
 * one while training, the next one in evaluation (negative samples of Forward-Forward, Hinton, arXiv 2212.13345).
 */
export const oneHot: Operation = {
  name: "one_hot",
  summary: "Labels as rows with a 1 at their class",
  tensors: ["label"],
  parameters: [
    intParameter("classes", "Length of a row", 2),
    boolParameter("wrong", "Whether to name a class that is not the label's", false),
  ],
  infer: (call) =>
    labelProblem("one_hot", call, 0) ?? inferred([shapeOf(call)[0] as number, numberArgument(call, "classes")]),
  emit: (call, emitter) => {
    const classes = numberArgument(call, "classes");
    const rows = { depth: classes, on: 1, off: 0 };
    const right = one(emitter, "one_hot", emitter.tensors, rows);
    if (!booleanArgument(call, "wrong")) return right;
    if (emitter.mode === "evaluate") return one(emitter, "roll", [right], { axes: [1], amounts: [1] });
    // The largest of uniform numbers is equally often everywhere, and never at the label, where it is lowered by 2.
    const shape = [shapeOf(call)[0] as number, classes];
    const random = one(emitter, "random_uniform", [emitter.seed()], { shape });
    const chances = one(emitter, "subtract", [random, scaled(emitter, right, 2)]);
    return one(emitter, "one_hot", [one(emitter, "argmax", [chances], { axis: 1 })], rows);
  },
};
