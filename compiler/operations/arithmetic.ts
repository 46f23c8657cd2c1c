/** `+ - * /` on two tensors. A tensor with fewer axes is repeated: [batch, channels] over an image's height and width. */
import { broadcastShapes } from "../../runtime/primitives/broadcasting.ts";
import type { Shape } from "../../runtime/program/tensor-type.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import { one, reshaped } from "./emission.ts";
import type { Operation } from "./operation.ts";
import { floatProblem, inferred, problem, shapeOf } from "./problems.ts";

export const add = arithmetic("add", "The sum of two tensors, element by element");
export const subtract = arithmetic("subtract", "The difference of two tensors, element by element");
export const multiply = arithmetic("multiply", "The product of two tensors, element by element");
export const divide = arithmetic("divide", "The quotient of two tensors, element by element");

function arithmetic(name: string, summary: string): Operation {
  return {
    name,
    summary,
    tensors: ["a", "b"],
    parameters: [],
    infer: (call) => {
      const [a, b] = aligned(shapeOf(call, 0), shapeOf(call, 1));
      const shape = broadcastShapes(a, b);
      if (shape) return floatProblem(name, call) ?? inferred(shape);
      return problem(
        "shape-mismatch",
        `\`${name}\` needs two tensors of one shape, found ${printShape(shapeOf(call, 0))} and ${printShape(shapeOf(call, 1))}`,
        1,
        helpFor(shapeOf(call, 0), shapeOf(call, 1)),
      );
    },
    emit: (call, emitter) => {
      const shapes = aligned(shapeOf(call, 0), shapeOf(call, 1));
      const operands = emitter.tensors.map((value, index) => reshaped(emitter, value, shapes[index] as Shape));
      return one(emitter, name, operands);
    },
  };
}

/** Both shapes with as many axes: the shorter one keeps its batch axis in front and gets axes of length 1 behind it. */
function aligned(a: Shape, b: Shape): readonly [Shape, Shape] {
  const rank = Math.max(a.length, b.length);
  return [widened(a, rank), widened(b, rank)];
}

function widened(shape: Shape, rank: number): Shape {
  const [batch, ...rest] = shape;
  if (batch === undefined || batch >= 0) return shape;
  return [batch, ...Array<number>(rank - shape.length).fill(1), ...rest];
}

function helpFor(a: Shape, b: Shape): string | undefined {
  if (a.length !== 4 || b.length !== 4) return undefined;
  return "bring one to the other's shape, for example with `conv(channels, kernel = 1, stride = 2)`";
}
