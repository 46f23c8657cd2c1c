/** The diagonal of square matrices [n, n], such as the comparison of every sample with every other. */
import { printShape } from "../program/tensor-type.ts";
import { expectSignature, operandType, reject } from "./call-checks.ts";
import type { Primitive } from "./primitive.ts";
import { kernel, operand, type } from "./tensorflow-call.ts";

export const matrixDiagonalPrimitives: readonly Primitive[] = [
  {
    name: "matrix_set_diagonal",
    summary: "Operands x[n, n] and diagonal[n]; result x with that diagonal.",
    results: (call) => {
      expectSignature(call, 2);
      const x = operandType(call, 0, "float32", 2);
      const diagonal = operandType(call, 1, "float32", 1);
      if (x.shape[0] !== x.shape[1] || diagonal.shape[0] !== x.shape[0]) {
        reject(`${printShape(diagonal.shape)} is not a diagonal of ${printShape(x.shape)}`);
      }
      return [x];
    },
    tensorflow: () => kernel("MatrixSetDiag", [operand(0), operand(1)], { T: type("float32") }),
  },
  {
    name: "matrix_diagonal",
    summary: "Operand x[n, n]; result its diagonal [n].",
    results: (call) => {
      expectSignature(call, 1);
      const { shape } = operandType(call, 0, "float32", 2);
      if (shape[0] !== shape[1]) reject(`operand 0: expected a square matrix, found ${printShape(shape)}`);
      return [{ dataType: "float32", shape: shape.slice(0, 1) }];
    },
    tensorflow: () => kernel("MatrixDiagPart", [operand(0)], { T: type("float32") }),
  },
];
