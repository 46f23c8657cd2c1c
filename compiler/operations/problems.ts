/** The ways an operation refuses its tensors or arguments, worded alike: expected before found, shapes whole. */
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { printShape } from "../../runtime/program/tensor-type.ts";
import type {
  Inferred,
  OperationCall,
  OperationProblem,
  OperationProblemName,
  WeightSpecification,
} from "./operation.ts";

export function problem(
  name: OperationProblemName,
  message: string,
  at?: number | string,
  help?: string,
): OperationProblem {
  return { problem: { name, message, ...(at !== undefined && { at }), ...(help && { help }) } };
}

export function outOfRange(parameter: string, message: string, help?: string): OperationProblem {
  return problem("argument-out-of-range", message, parameter, help);
}

/** A problem unless the tensor is float32 with one of the numbers of axes, the batch axis included. */
export function rankProblem(
  operation: string,
  call: OperationCall,
  index: number,
  ranks: readonly number[],
  help?: string,
): OperationProblem | undefined {
  const type = call.tensors[index] as TensorType;
  if (type.dataType !== "float32") {
    return problem("data-type-mismatch", `\`${operation}\` needs float32 numbers, found ${type.dataType}`, index);
  }
  if (ranks.includes(type.shape.length)) return undefined;
  const expected = ranks.map((rank) => axisNames[rank] ?? `${rank} axes`).join(" or ");
  const message = `\`${operation}\` needs ${expected}, found ${printShape(type.shape)}`;
  return problem("rank-mismatch", message, index, help ?? conversion(type.shape.length, ranks));
}

/** How a tensor of one number of axes becomes one of the number that is needed. */
function conversion(from: number, [to, ...others]: readonly number[]): string | undefined {
  if (others.length > 0) return undefined;
  if (to === 4 && from === 3) return "`reshape([height, width, channels])` makes an image of tokens";
  if (to === 4 && from === 2)
    return "`reshape([height, width, channels])` makes an image of features; `dense` is their layer";
  if (to === 3 && from === 4) return "`reshape([x.height * x.width, x.channels])` makes tokens of an image";
  if (to === 2 && from > 2) return "`pool_all` makes features of it, a mean per channel; `flatten` keeps every number";
  return undefined;
}

/** A problem unless the tensor holds float32 numbers, whatever its shape. */
export function floatProblem(operation: string, call: OperationCall): OperationProblem | undefined {
  const index = call.tensors.findIndex((type) => type.dataType !== "float32");
  if (index < 0) return undefined;
  const found = call.tensors[index] as TensorType;
  return problem("data-type-mismatch", `\`${operation}\` needs float32 numbers, found ${found.dataType}`, index);
}

/** A problem unless the tensor holds one int32 label per sample, of as many samples as given. */
export function labelProblem(operation: string, call: OperationCall, index: number, batch?: number) {
  const label = call.tensors[index];
  if (label?.dataType === "int32" && label.shape.length === 1 && (batch ?? label.shape[0]) === label.shape[0]) {
    return undefined;
  }
  const place = ["first", "second", "third"][index] ?? "next";
  const found = label ? `${label.dataType} ${printShape(label.shape)}` : "nothing";
  return problem("label-expected", `\`${operation}\` needs the labels as its ${place} tensor, found ${found}`, index);
}

export function inferred(shape: readonly number[], weights: readonly WeightSpecification[] = []): Inferred {
  return { type: { dataType: "float32", shape }, weights };
}

/** The shape of a tensor argument. */
export function shapeOf(call: OperationCall, index = 0): readonly number[] {
  return (call.tensors[index] as TensorType).shape;
}

const axisNames: Readonly<Record<number, string>> = {
  0: "a scalar",
  1: "one number per sample [batch]",
  2: "features [batch, features]",
  3: "tokens [batch, tokens, channels]",
  4: "an image [batch, height, width, channels]",
};
