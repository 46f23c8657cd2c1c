/** Moving elements around without computing with them. */
import type { EngineTensor } from "../../../engine/portable-engine.ts";
import { shapeAt } from "../../../program/tensor-type.ts";
import type { Kit } from "../kit.ts";
import type { PortableKernels } from "../portable-kernel.ts";
import { numberOf, numbersOf, operandOf, resultShape } from "../portable-kernel.ts";
import { scalarOf } from "./elementwise.ts";

export const shapeKernels: PortableKernels = {
  reshape: { uses: [], run: (kit, call) => [kit.reshape(operandOf(call, 0), resultShape(call))] },
  broadcast: {
    uses: ["Tile"],
    run: (kit, call) => {
      const shape = resultShape(call);
      const x = operandOf(call, 0);
      const aligned = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
      const reps = shape.map((length, axis) => length / (aligned[axis] as number));
      return [kit.run("Tile", { x: kit.reshape(x, aligned) }, { reps })];
    },
  },
  transpose: {
    uses: ["Transpose"],
    run: (kit, call) => [kit.transpose(operandOf(call, 0), numbersOf(call, "permutation"))],
  },
  concat: { uses: ["Concat"], run: (kit, call) => [kit.concat(call.operands, numberOf(call, "axis"))] },
  split_in_three: {
    uses: ["Slice"],
    run: (kit, call) => {
      const axis = numberOf(call, "axis");
      const size = resultShape(call);
      const length = size[axis] as number;
      const from = (part: number) => size.map((_, index) => (index === axis ? part * length : 0));
      return [0, 1, 2].map((part) => kit.slice(operandOf(call, 0), from(part), size));
    },
  },
  roll: {
    uses: ["Slice", "Concat"],
    run: (kit, call) => {
      const amounts = numbersOf(call, "amounts");
      const axes = numbersOf(call, "axes");
      const rolled = axes.reduce(
        (x, axis, index) => rollAxis(kit, x, axis, amounts[index] as number),
        operandOf(call, 0),
      );
      return [rolled === call.operands[0] ? kit.reshape(rolled, rolled.shape) : rolled];
    },
  },
  slice: {
    uses: ["Slice"],
    run: (kit, call) => [
      kit.slice(operandOf(call, 0), numbersOf(call, "begin"), shapeAt(numbersOf(call, "size"), call.batch)),
    ],
  },
  pad: {
    uses: ["PadV2"],
    run: (kit, call) => {
      const flat = numbersOf(call, "paddings");
      const x = operandOf(call, 0);
      const paddings = x.shape.map((_, axis) => [flat[2 * axis], flat[2 * axis + 1]]);
      return [kit.run("PadV2", { x }, { paddings, constantValue: numberOf(call, "value") })];
    },
  },
  fill: {
    uses: ["Fill"],
    run: (kit, call) => {
      const attributes = { shape: resultShape(call), value: scalarOf(call, "value"), dtype: "float32" };
      return [kit.run("Fill", {}, attributes)];
    },
  },
};

function rollAxis(kit: Kit, x: EngineTensor, axis: number, amount: number): EngineTensor {
  const length = x.shape[axis] as number;
  const shift = ((amount % length) + length) % length;
  if (shift === 0) return x;
  const part = (begin: number, count: number) =>
    kit.slice(
      x,
      x.shape.map((_, index) => (index === axis ? begin : 0)),
      x.shape.map((old, index) => (index === axis ? count : old)),
    );
  return kit.concat([part(length - shift, shift), part(0, length - shift)], axis);
}
