/** Reordering, joining, cutting and enlarging samples. Axes count from 1, the first axis after the batch. */
import { printShape } from "../../runtime/program/tensor-type.ts";
import { listArgument, numberArgument } from "./arguments.ts";
import { one } from "./emission.ts";
import type { Operation, OperationCall, OperationParameter } from "./operation.ts";
import { floatParameter, intParameter } from "./parameters.ts";
import { floatProblem, inferred, outOfRange, problem, shapeOf } from "./problems.ts";

export const transpose: Operation = {
  name: "transpose",
  summary: "The axes of every sample in another order",
  tensors: ["x"],
  parameters: [listParameter("axes", "For every axis of the result, which axis of x it is: `[2, 1]` swaps two")],
  infer: (call) => {
    const shape = shapeOf(call);
    const axes = listArgument(call, "axes");
    const wanted = shape.slice(1).map((_, index) => index + 1);
    if ([...axes].sort((a, b) => a - b).join() !== wanted.join()) {
      return outOfRange("axes", `\`axes\` must name each of ${wanted.join(", ")} once, found [${axes.join(", ")}]`);
    }
    return (
      floatProblem("transpose", call) ?? inferred([shape[0] as number, ...axes.map((axis) => shape[axis] as number)])
    );
  },
  emit: (call, emitter) =>
    one(emitter, "transpose", emitter.tensors, { permutation: [0, ...listArgument(call, "axes")] }),
};

/** Any number of tensors; the registry names two. */
export const concat: Operation = {
  name: "concat",
  summary: "Tensors one after the other along an axis",
  tensors: ["a", "b"],
  parameters: [intParameter("axis", "Axis to join along, from 1; −1 is the last one", -1, -1)],
  infer: (call) => {
    const first = shapeOf(call);
    const axis = axisOf(call, first);
    if (axis < 1 || axis >= first.length) {
      return outOfRange("axis", `\`axis\` must lie in 1 … ${first.length - 1}, found ${numberArgument(call, "axis")}`);
    }
    const beside = (shape: readonly number[]) => shape.map((length, index) => (index === axis ? "*" : length)).join();
    const odd = call.tensors.findIndex((type) => beside(type.shape) !== beside(first));
    if (odd > 0) {
      const message = `\`concat\` needs shapes that differ along axis ${axis} only: ${printShape(first)} and ${printShape(shapeOf(call, odd))}`;
      return problem("shape-mismatch", message, odd);
    }
    const length = call.tensors.reduce((sum, type) => sum + (type.shape[axis] as number), 0);
    return floatProblem("concat", call) ?? inferred(first.map((old, index) => (index === axis ? length : old)));
  },
  emit: (call, emitter) =>
    emitter.tensors.length === 1
      ? (emitter.tensors[0] as number)
      : one(emitter, "concat", emitter.tensors, { axis: axisOf(call, shapeOf(call)) }),
};

export const slice: Operation = {
  name: "slice",
  summary: "A box of every sample",
  tensors: ["x"],
  parameters: [
    listParameter("begin", "How many elements to skip along every axis"),
    listParameter("size", "How many elements to take along every axis"),
  ],
  infer: (call) => {
    const shape = shapeOf(call);
    const [begin, size] = [listArgument(call, "begin"), listArgument(call, "size")];
    const lengths = lengthProblem(call, ["begin", "size"]) ?? floatProblem("slice", call);
    if (lengths) return lengths;
    const outside = shape.slice(1).some((length, axis) => {
      const [from, count] = [begin[axis] as number, size[axis] as number];
      return from < 0 || count < 1 || from + count > length;
    });
    if (outside) {
      const message = `[${size.join(", ")}] elements from [${begin.join(", ")}] on do not lie inside ${printShape(shape)}`;
      return problem("shape-mismatch", message, "size");
    }
    return inferred([shape[0] as number, ...size]);
  },
  emit: (call, emitter) =>
    one(emitter, "slice", emitter.tensors, {
      begin: [0, ...listArgument(call, "begin")],
      size: [shapeOf(call)[0] as number, ...listArgument(call, "size")],
    }),
};

export const pad: Operation = {
  name: "pad",
  summary: "Every sample with a constant around it",
  tensors: ["x"],
  parameters: [
    listParameter("before", "How many elements to add in front, for every axis"),
    listParameter("after", "How many elements to add behind, for every axis"),
    floatParameter("value", "The constant", 0),
  ],
  infer: (call) => {
    const refused = lengthProblem(call, ["before", "after"]) ?? floatProblem("pad", call);
    if (refused) return refused;
    const [before, after] = [listArgument(call, "before"), listArgument(call, "after")];
    if (before.some((length) => length < 0)) return outOfRange("before", "paddings must not be negative");
    if (after.some((length) => length < 0)) return outOfRange("after", "paddings must not be negative");
    const [batch, ...sample] = shapeOf(call) as [number, ...number[]];
    return inferred([
      batch,
      ...sample.map((length, axis) => length + (before[axis] as number) + (after[axis] as number)),
    ]);
  },
  emit: (call, emitter) => {
    const after = listArgument(call, "after");
    const paddings = [0, 0, ...listArgument(call, "before").flatMap((length, axis) => [length, after[axis] as number])];
    return one(emitter, "pad", emitter.tensors, { paddings, value: numberArgument(call, "value") });
  },
};

function axisOf(call: OperationCall, shape: readonly number[]): number {
  const axis = numberArgument(call, "axis");
  return axis === -1 ? shape.length - 1 : axis;
}

function lengthProblem(call: OperationCall, names: readonly string[]) {
  const axes = shapeOf(call).length - 1;
  const wrong = names.find((name) => listArgument(call, name).length !== axes);
  if (wrong === undefined) return undefined;
  return outOfRange(
    wrong,
    `\`${wrong}\` must have ${axes} numbers for ${printShape(shapeOf(call))}, found ${listArgument(call, wrong).length}`,
  );
}

function listParameter(name: string, summary: string): OperationParameter {
  return { name, type: "ints", summary };
}
