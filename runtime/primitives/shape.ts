/** Moving elements around without computing with them. */
import { printShape, sameShape } from "../program/tensor-type.ts";
import { broadcastShapes, elementCount } from "./broadcasting.ts";
import {
  axesAttribute,
  expectAttributes,
  expectSignature,
  integersAttribute,
  numberAttribute,
  operandType,
  reject,
  scalarAttribute,
} from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { integer, integersInput, kernel, operand, scalarInput, shapeInput, type } from "./tensorflow-call.ts";

export const shapePrimitives: readonly Primitive[] = [
  {
    name: "reshape",
    summary: "Operand x; result its elements in the same order as `shape`.",
    alias: "operand",
    results: (call) => {
      expectSignature(call, 1, ["shape"]);
      const x = operandType(call, 0);
      const shape = integersAttribute(call, "shape");
      const [from, to] = [elementCount(x.shape), elementCount(shape)];
      if (from.value !== to.value || from.batchPower !== to.batchPower) {
        reject(`${printShape(x.shape)} does not fit ${printShape(shape)}`);
      }
      return [{ dataType: x.dataType, shape }];
    },
    tensorflow: (call) =>
      kernel("Reshape", [operand(0), shapeInput(integersAttribute(call, "shape"))], {
        T: elementType(call),
        Tshape: type("int32"),
      }),
  },
  {
    name: "broadcast",
    summary: "Operand x; result x repeated along new axes and axes of length 1 up to `shape`.",
    results: (call) => {
      expectSignature(call, 1, ["shape"]);
      const x = operandType(call, 0);
      const shape = integersAttribute(call, "shape");
      const common = broadcastShapes(x.shape, shape);
      if (!common || !sameShape(common, shape))
        reject(`${printShape(x.shape)} does not repeat to ${printShape(shape)}`);
      return [{ dataType: x.dataType, shape }];
    },
    tensorflow: (call) =>
      kernel("BroadcastTo", [operand(0), shapeInput(integersAttribute(call, "shape"))], {
        T: elementType(call),
        Tidx: type("int32"),
      }),
  },
  {
    name: "transpose",
    summary: "Operand x; axis i of the result is axis `permutation[i]` of x.",
    results: (call) => {
      expectSignature(call, 1, ["permutation"]);
      const x = operandType(call, 0);
      const permutation = integersAttribute(call, "permutation", x.shape.length);
      if ([...permutation].sort((a, b) => a - b).some((axis, index) => axis !== index)) {
        reject(`attribute permutation: [${permutation.join(", ")}] does not name every axis once`);
      }
      return [{ dataType: x.dataType, shape: permutation.map((axis) => x.shape[axis] as number) }];
    },
    tensorflow: (call) =>
      kernel("Transpose", [operand(0), integersInput(integersAttribute(call, "permutation"))], {
        T: elementType(call),
        Tperm: type("int32"),
      }),
  },
  {
    name: "concat",
    summary: "Two or more operands that differ along `axis` only; result them one after the other.",
    results: concatenated,
    tensorflow: (call) =>
      kernel(
        "ConcatV2",
        [...call.operands.map((_, index) => operand(index)), scalarInput(numberAttribute(call, "axis"), "int32")],
        { N: integer(call.operands.length), T: elementType(call), Tidx: type("int32") },
      ),
  },
  {
    name: "split_in_three",
    summary: "Operand x; results its three equal parts along `axis`, one after the other.",
    results: (call) => {
      expectSignature(call, 1, ["axis"]);
      const x = operandType(call, 0);
      const axis = numberAttribute(call, "axis");
      const length = x.shape[axis] ?? reject(`attribute axis: ${axis} is not an axis`);
      if (length < 3 || length % 3 !== 0) reject(`axis ${axis} of ${printShape(x.shape)} does not come in three parts`);
      const part = { ...x, shape: x.shape.map((old, index) => (index === axis ? length / 3 : old)) };
      return [part, part, part];
    },
    tensorflow: (call) =>
      kernel(
        "Split",
        [scalarInput(numberAttribute(call, "axis"), "int32"), operand(0)],
        { T: elementType(call), num_split: integer(3) },
        [0, 1, 2],
      ),
  },
  {
    name: "roll",
    summary:
      "Operand x; result x with element i of each of `axes` moved to i + its amount of `amounts`, around the end.",
    results: (call) => {
      expectSignature(call, 1, ["axes", "amounts"]);
      const x = operandType(call, 0);
      const axes = axesAttribute(call, "axes", x.shape.length);
      integersAttribute(call, "amounts", axes.length);
      if (axes.some((axis) => (x.shape[axis] as number) < 0)) reject("a batch axis cannot be rolled");
      return [x];
    },
    tensorflow: (call) =>
      kernel(
        "Roll",
        [
          operand(0),
          integersInput(integersAttribute(call, "amounts")),
          integersInput(axesAttribute(call, "axes", operandType(call, 0).shape.length)),
        ],
        { T: elementType(call), Tshift: type("int32"), Taxis: type("int32") },
      ),
  },
  {
    name: "slice",
    summary: "Operand x; result `size` elements per axis from `begin` on; a batch axis is taken whole.",
    results: (call) => {
      expectSignature(call, 1, ["begin", "size"]);
      const x = operandType(call, 0);
      const begin = integersAttribute(call, "begin", x.shape.length);
      const size = integersAttribute(call, "size", x.shape.length);
      x.shape.forEach((length, axis) => {
        const [from, count] = [begin[axis] as number, size[axis] as number];
        const fits = length < 0 ? from === 0 && count === length : from >= 0 && count >= 1 && from + count <= length;
        if (!fits) reject(`${count} elements from ${from} on do not lie in axis ${axis} of ${printShape(x.shape)}`);
      });
      return [{ dataType: x.dataType, shape: size }];
    },
    tensorflow: (call) =>
      kernel(
        "Slice",
        [operand(0), integersInput(integersAttribute(call, "begin")), shapeInput(integersAttribute(call, "size"))],
        { T: elementType(call), Index: type("int32") },
      ),
  },
  {
    name: "pad",
    summary: "Operand x; result x with `value` around it, `paddings` = before and after for every axis in turn.",
    results: (call) => {
      expectSignature(call, 1, ["paddings", "value"]);
      numberAttribute(call, "value");
      const x = operandType(call, 0, "float32");
      const paddings = integersAttribute(call, "paddings", 2 * x.shape.length);
      const shape = x.shape.map((length, axis) => {
        const [before, after] = [paddings[2 * axis] as number, paddings[2 * axis + 1] as number];
        if (before < 0 || after < 0) reject("attribute paddings: expected no negative numbers");
        if (length < 0 && before + after > 0) reject("a batch axis cannot be padded");
        return length < 0 ? length : length + before + after;
      });
      return [{ dataType: x.dataType, shape }];
    },
    tensorflow: (call) => {
      const paddings = integersAttribute(call, "paddings");
      return kernel(
        "PadV2",
        [operand(0), integersInput(paddings, [paddings.length / 2, 2]), scalarInput(numberAttribute(call, "value"))],
        { T: elementType(call), Tpaddings: type("int32") },
      );
    },
  },
  {
    name: "fill",
    summary: "No operand; result a float32 tensor of `shape` full of `value`.",
    results: (call) => {
      expectSignature(call, 0, ["shape", "value"]);
      scalarAttribute(call, "value");
      return [{ dataType: "float32", shape: integersAttribute(call, "shape") }];
    },
    tensorflow: (call) =>
      kernel("Fill", [shapeInput(integersAttribute(call, "shape")), scalarInput(scalarAttribute(call, "value"))], {
        T: type("float32"),
        index_type: type("int32"),
      }),
  },
];

function concatenated(call: PrimitiveCall) {
  expectAttributes(call, ["axis"]);
  if (call.operands.length < 2) reject("expected at least 2 operands");
  const first = operandType(call, 0);
  const axis = numberAttribute(call, "axis");
  const others = (shape: readonly number[]) => shape.filter((_, index) => index !== axis);
  if (!Number.isInteger(axis) || axis < 0 || axis >= first.shape.length)
    reject(`attribute axis: ${axis} is not an axis`);
  let length = 0;
  call.operands.forEach((type, index) => {
    operandType(call, index, first.dataType, first.shape.length);
    if (!sameShape(others(type.shape), others(first.shape))) {
      reject(`${printShape(first.shape)} and ${printShape(type.shape)} differ beside axis ${axis}`);
    }
    if ((type.shape[axis] as number) < 0) reject("a batch axis cannot be concatenated");
    length += type.shape[axis] as number;
  });
  return [{ dataType: first.dataType, shape: first.shape.map((old, index) => (index === axis ? length : old)) }];
}

function elementType(call: PrimitiveCall) {
  return type(operandType(call, 0).dataType);
}
