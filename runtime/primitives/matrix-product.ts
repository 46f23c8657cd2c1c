/** Matrix products and the bias of dense and convolutional layers. */
import { printShape, sameShape } from "../program/tensor-type.ts";
import { booleanAttribute, expectShape, expectSignature, float32, operandType, reject } from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { boolean, kernel, operand, string, type } from "./tensorflow-call.ts";

export const matrixProductPrimitives: readonly Primitive[] = [
  {
    name: "matmul",
    summary:
      "Operands a[…, rows, inner] and b[…, inner, columns], each read transposed on request; result […, rows, columns].",
    results: (call) => {
      expectSignature(call, 2, ["transposeA", "transposeB"]);
      const { leading, rows, columns } = productAxes(call);
      return [float32([...leading, rows, columns])];
    },
    // A product whose result compares every sample with every other (two batch axes) is not a cost of one sample.
    macs: (call) => {
      const { leading, rows, inner, columns } = productAxes(call);
      const axes = [...leading, rows, columns];
      if (axes.filter((length) => length < 0).length > 1) return 0;
      return axes.reduce((product, length) => product * Math.abs(length), Math.abs(inner));
    },
    tensorflow: (call) => {
      const transposeA = boolean(booleanAttribute(call, "transposeA"));
      const transposeB = boolean(booleanAttribute(call, "transposeB"));
      const inputs = [operand(0), operand(1)];
      return operandType(call, 0).shape.length === 2
        ? kernel("MatMul", inputs, { T: type("float32"), transpose_a: transposeA, transpose_b: transposeB })
        : kernel("BatchMatMulV2", inputs, { T: type("float32"), adj_x: transposeA, adj_y: transposeB });
    },
  },
  {
    name: "bias_add",
    summary: "Operands x[…, channels] and bias[channels]; result as x.",
    results: (call) => {
      expectSignature(call, 2);
      const x = operandType(call, 0, "float32");
      if (x.shape.length < 2) reject(`operand 0: expected at least 2 axes, found ${printShape(x.shape)}`);
      expectShape(call, 1, x.shape.slice(-1));
      return [x];
    },
    tensorflow: () => kernel("BiasAdd", [operand(0), operand(1)], biasAttributes),
  },
  {
    name: "bias_gradient",
    summary: "Operand output gradient[…, channels]; result its sum over all other axes, [channels].",
    results: (call) => {
      expectSignature(call, 1);
      const gradient = operandType(call, 0, "float32");
      if (gradient.shape.length < 2) reject(`operand 0: expected at least 2 axes, found ${printShape(gradient.shape)}`);
      return [float32(gradient.shape.slice(-1))];
    },
    tensorflow: () => kernel("BiasAddGrad", [operand(0)], biasAttributes),
  },
];

const biasAttributes = { T: type("float32"), data_format: string("NHWC") };

function productAxes(call: PrimitiveCall) {
  const a = operandType(call, 0, "float32").shape;
  const b = operandType(call, 1, "float32").shape;
  if (a.length < 2 || a.length !== b.length || !sameShape(a.slice(0, -2), b.slice(0, -2))) {
    reject(`expected two matrices with equal leading axes, found ${printShape(a)} and ${printShape(b)}`);
  }
  const [rows, inner] = lastTwo(a, booleanAttribute(call, "transposeA"));
  const [innerOfB, columns] = lastTwo(b, booleanAttribute(call, "transposeB"));
  if (inner !== innerOfB) reject(`inner axes differ: ${printShape(a)} and ${printShape(b)}`);
  return { leading: a.slice(0, -2), rows, inner, columns };
}

function lastTwo(shape: readonly number[], transposed: boolean): readonly [number, number] {
  const [first, second] = shape.slice(-2) as [number, number];
  return transposed ? [second, first] : [first, second];
}
