import { initializerArgument, listArgument, stringArgument } from "./arguments.ts";
import type { Operation, WeightSpecification } from "./operation.ts";
import { initializerParameter } from "./parameters.ts";
import { inferred, outOfRange } from "./problems.ts";
import { zeros } from "./weights.ts";

/** A weight as a tensor of its own, without a batch axis: `x * parameter([])` is a learned gate. */
export const parameter: Operation = {
  name: "parameter",
  summary: "A learned tensor, the same for every sample",
  tensors: [],
  parameters: [
    { name: "shape", type: "shape", summary: "Its whole shape; [] is a single number", default: { value: [] } },
    initializerParameter("init", "What it starts from; left out, zeros"),
    {
      name: "group",
      type: "string",
      summary: "Which group of weights it belongs to where the optimizer treats them differently",
      default: { value: "weight" },
      options: ["weight", "bias", "norm"],
    },
  ],
  infer: (call) => {
    const shape = listArgument(call, "shape");
    if (shape.some((length) => length < 1)) return outOfRange("shape", "every axis must have at least 1 element");
    const group = stringArgument(call, "group") as WeightSpecification["group"];
    return inferred(shape, [{ name: "value", shape, initializer: initializerArgument(call, "init", zeros), group }]);
  },
  emit: (_, emitter) => emitter.weight("value"),
};
