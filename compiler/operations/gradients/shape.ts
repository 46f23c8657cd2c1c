/** Gradients of moving elements around: the same movement backwards. */
import { one, reshaped } from "../emission.ts";
import type { GradientRule } from "../gradient.ts";
import { shapeOf, tensor, unbroadcastCotangent } from "./cotangents.ts";

export const shapeRules: readonly GradientRule[] = [
  {
    primitive: "reshape",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      const shape = shapeOf(step, step.operands[0]);
      step.contribute(0, cotangent.kind === "uniform" ? cotangent : tensor(reshaped(step, cotangent.value, shape)));
    },
  },
  {
    primitive: "broadcast",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      const [x, result] = [shapeOf(step, step.operands[0]), shapeOf(step, step.results[0])];
      step.contribute(0, unbroadcastCotangent(step, cotangent, result, x));
    },
  },
  {
    primitive: "transpose",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      if (cotangent.kind === "uniform") return step.contribute(0, cotangent);
      const permutation = step.attributes.permutation as readonly number[];
      const back = permutation.map((_, axis) => permutation.indexOf(axis));
      step.contribute(0, tensor(one(step, "transpose", [cotangent.value], { permutation: back })));
    },
  },
  {
    primitive: "concat",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent) return;
      const axis = step.attributes.axis as number;
      let from = 0;
      step.operands.forEach((operand, index) => {
        const size = shapeOf(step, operand);
        const begin = size.map((_, other) => (other === axis ? from : 0));
        from += size[axis] as number;
        if (!step.needs(index)) return;
        const part =
          cotangent.kind === "uniform" ? cotangent : tensor(one(step, "slice", [cotangent.value], { begin, size }));
        step.contribute(index, part);
      });
    },
  },
  {
    primitive: "split_in_three",
    backward: (step) => {
      if (!step.needs(0)) return;
      const { axis } = step.attributes;
      const [part] = step.results as [number];
      const parts = step.results.map((_, index) =>
        step.cotangent(index) === undefined
          ? one(step, "fill", [], { shape: shapeOf(step, part), value: 0 })
          : (step.tensorCotangent(index) as number),
      );
      step.contribute(0, tensor(one(step, "concat", parts, { axis: axis as number })));
    },
  },
  {
    primitive: "roll",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      if (cotangent.kind === "uniform") return step.contribute(0, cotangent);
      const axes = step.attributes.axes as readonly number[];
      const amounts = (step.attributes.amounts as readonly number[]).map((amount) => -amount);
      step.contribute(0, tensor(one(step, "roll", [cotangent.value], { axes, amounts })));
    },
  },
  {
    primitive: "slice",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      if (gradient === undefined || !step.needs(0)) return;
      const begin = step.attributes.begin as readonly number[];
      const size = step.attributes.size as readonly number[];
      const paddings = shapeOf(step, step.operands[0]).flatMap((length, axis) => {
        const [before, count] = [begin[axis] as number, size[axis] as number];
        return [before, length < 0 ? 0 : length - before - count];
      });
      step.contribute(0, tensor(one(step, "pad", [gradient], { paddings, value: 0 })));
    },
  },
  {
    primitive: "pad",
    backward: (step) => {
      const cotangent = step.cotangent(0);
      if (!cotangent || !step.needs(0)) return;
      if (cotangent.kind === "uniform") return step.contribute(0, cotangent);
      const size = shapeOf(step, step.operands[0]);
      const paddings = step.attributes.paddings as readonly number[];
      const begin = size.map((_, axis) => paddings[2 * axis] as number);
      step.contribute(0, tensor(one(step, "slice", [cotangent.value], { begin, size })));
    },
  },
  {
    primitive: "matrix_set_diagonal",
    backward: (step) => {
      const gradient = step.tensorCotangent(0);
      const x = step.operands[0] as number;
      if (gradient === undefined) return;
      if (step.needs(1)) step.contribute(1, tensor(one(step, "matrix_diagonal", [gradient])));
      if (!step.needs(0)) return;
      const zero = one(step, "fill", [], { shape: shapeOf(step, x).slice(0, 1), value: 0 });
      step.contribute(0, tensor(one(step, "matrix_set_diagonal", [gradient, zero])));
    },
  },
];
