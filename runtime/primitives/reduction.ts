/** Many elements to one along axes. */
import { elementCount, reducedShape } from "./broadcasting.ts";
import {
  axesAttribute,
  booleanAttribute,
  expectSignature,
  float32,
  numberAttribute,
  operandType,
  reject,
} from "./call-checks.ts";
import type { Primitive } from "./primitive.ts";
import { boolean, integersInput, kernel, operand, scalarInput, type } from "./tensorflow-call.ts";

export const reductionPrimitives: readonly Primitive[] = [
  reduction("mean", "mean", "Mean"),
  reduction("sum", "sum", "Sum"),
  reduction("max", "largest element", "Max"),
  {
    name: "half_square_sum",
    summary: "Operand x; result ½ Σ x² over all elements, [].",
    results: (call) => {
      expectSignature(call, 1);
      operandType(call, 0, "float32");
      return [float32([])];
    },
    tensorflow: () => kernel("L2Loss", [operand(0)], { T: type("float32") }),
  },
  {
    name: "argmax",
    summary: "Operand x; result the index (int32) of the largest element along `axis`, without that axis.",
    results: (call) => {
      expectSignature(call, 1, ["axis"]);
      const { shape } = operandType(call, 0, "float32");
      const axis = numberAttribute(call, "axis");
      if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) reject(`attribute axis: ${axis} is not an axis`);
      return [{ dataType: "int32", shape: reducedShape(shape, [axis], false) }];
    },
    tensorflow: (call) =>
      kernel("ArgMax", [operand(0), scalarInput(numberAttribute(call, "axis"), "int32")], {
        T: type("float32"),
        Tidx: type("int32"),
        output_type: type("int32"),
      }),
  },
];

function reduction(name: string, what: string, operation: string): Primitive {
  return {
    name,
    summary: `Operand x; result its ${what} over \`axes\`, which stay with length 1 if \`keepAxes\`.`,
    results: (call) => {
      expectSignature(call, 1, ["axes", "keepAxes"]);
      const { shape } = operandType(call, 0, "float32");
      const axes = axesAttribute(call, "axes", shape.length);
      if (elementCount(shape).value === 0) reject("nothing to reduce");
      return [float32(reducedShape(shape, axes, booleanAttribute(call, "keepAxes")))];
    },
    tensorflow: (call) =>
      kernel(operation, [operand(0), integersInput(axesAttribute(call, "axes", operandType(call, 0).shape.length))], {
        T: type("float32"),
        Tidx: type("int32"),
        keep_dims: boolean(booleanAttribute(call, "keepAxes")),
      }),
  };
}
