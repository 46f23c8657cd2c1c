/** Reading and changing variables, the optimizers' fused updates included. */
import { printShape, sameShape } from "../program/tensor-type.ts";
import {
  booleanAttribute,
  expectShape,
  expectSignature,
  numberAttribute,
  operandType,
  reject,
  variableType,
} from "./call-checks.ts";
import type { Primitive, PrimitiveCall } from "./primitive.ts";
import { boolean, kernel, operand, scalarInput, type, variable } from "./tensorflow-call.ts";

export const variablePrimitives: readonly Primitive[] = [
  {
    name: "read",
    summary: "The current value of the variable.",
    alias: "variable",
    results: (call) => {
      expectSignature(call, 0, [], 1);
      return [variableType(call, 0)];
    },
    tensorflow: (call) => kernel("ReadVariableOp", [variable(0)], { dtype: type(variableType(call, 0).dataType) }),
  },
  {
    name: "assign",
    summary: "Gives the variable the value of the operand.",
    hasEffect: true,
    results: assignment,
    tensorflow: (call) =>
      kernel(
        "AssignVariableOp",
        [variable(0), operand(0)],
        { dtype: type(variableType(call, 0).dataType), validate_shape: boolean(false) },
        [],
      ),
  },
  inPlace("assign_add", "Adds the operand to the variable.", "AssignAddVariableOp"),
  inPlace("assign_subtract", "Subtracts the operand from the variable.", "AssignSubVariableOp"),
  {
    name: "apply_sgd",
    summary: "Operands gradient and rate[]; variable weight: `weight −= rate · gradient`.",
    hasEffect: true,
    results: (call) => update(call, 2, [], 1),
    tensorflow: () =>
      kernel("ResourceApplyGradientDescent", [variable(0), operand(1), operand(0)], optimizerAttributes, []),
  },
  {
    name: "apply_momentum",
    summary:
      "Operands gradient and rate[]; variables weight and slot: `slot = momentum · slot + gradient`, `weight −= rate · slot`, " +
      "or with nesterov `weight −= rate · (gradient + momentum · slot)`.",
    hasEffect: true,
    results: (call) => {
      numberAttribute(call, "momentum");
      booleanAttribute(call, "nesterov");
      return update(call, 2, ["momentum", "nesterov"], 2);
    },
    tensorflow: (call) =>
      kernel(
        "ResourceApplyMomentum",
        [variable(0), variable(1), operand(1), operand(0), scalarInput(numberAttribute(call, "momentum"))],
        { ...optimizerAttributes, use_nesterov: boolean(booleanAttribute(call, "nesterov")) },
        [],
      ),
  },
  {
    name: "apply_adam",
    summary:
      "Operands gradient, rate[], beta1_power[], beta2_power[], epsilon[]; variables weight, first moment m, second moment v " +
      "(Kingma and Ba, arXiv 1412.6980): `weight −= rate · √(1 − beta2_power) / (1 − beta1_power) · m / (√v + epsilon)`.",
    hasEffect: true,
    results: (call) => {
      numberAttribute(call, "beta1");
      numberAttribute(call, "beta2");
      return update(call, 5, ["beta1", "beta2"], 3);
    },
    tensorflow: (call) =>
      kernel(
        "ResourceApplyAdam",
        [
          variable(0),
          variable(1),
          variable(2),
          operand(2),
          operand(3),
          operand(1),
          scalarInput(numberAttribute(call, "beta1")),
          scalarInput(numberAttribute(call, "beta2")),
          operand(4),
          operand(0),
        ],
        { ...optimizerAttributes, use_nesterov: boolean(false) },
        [],
      ),
  },
];

const optimizerAttributes = { T: type("float32"), use_locking: boolean(false) };

function inPlace(name: string, summary: string, operation: string): Primitive {
  return {
    name,
    summary,
    hasEffect: true,
    results: assignment,
    tensorflow: (call) =>
      kernel(operation, [variable(0), operand(0)], { dtype: type(variableType(call, 0).dataType) }, []),
  };
}

function assignment(call: PrimitiveCall): readonly [] {
  expectSignature(call, 1, [], 1);
  const target = variableType(call, 0);
  const value = operandType(call, 0, target.dataType);
  if (!sameShape(value.shape, target.shape)) {
    reject(`operand 0: expected ${printShape(target.shape)}, found ${printShape(value.shape)}`);
  }
  return [];
}

/** Operand 0 is the gradient, shaped like every variable; the other operands are scalars. */
function update(call: PrimitiveCall, operands: number, attributes: readonly string[], variables: number): readonly [] {
  expectSignature(call, operands, attributes, variables);
  for (let index = 0; index < variables; index++) expectShape(call, 0, variableType(call, index).shape);
  for (let index = 1; index < operands; index++) expectShape(call, index, []);
  return [];
}
