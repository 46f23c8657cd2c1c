import { expect, test } from "vitest";
import type { OperationAttribute } from "../../runtime/engine/binding.ts";
import { attributeTypes, dataTypes } from "../../runtime/engine/binding.ts";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Attributes } from "../../runtime/program/step-program.ts";

const gradients = [0.5, -0.25, 1];

test.each([false, true])("apply_momentum with nesterov %s follows its formula for three steps", (nesterov) => {
  const [rate, momentum] = [0.1, 0.9];
  let [weight, slot] = [2, 0];
  for (const gradient of gradients) {
    slot = momentum * slot + gradient;
    weight -= rate * (nesterov ? gradient + momentum * slot : slot);
  }
  const found = update("apply_momentum", [2, 0], () => [rate], { momentum, nesterov });
  expect(found[0]).toBeCloseTo(weight, 6);
  expect(found[1]).toBeCloseTo(slot, 6);
});

test("apply_sgd subtracts rate times gradient", () => {
  expect(update("apply_sgd", [2], () => [0.1], {})[0]).toBeCloseTo(2 - 0.1 * 1.25, 6);
});

test("apply_adam with epsilon scaled by √(1 − beta2^t) is the paper's algorithm", () => {
  const [rate, beta1, beta2, epsilon] = [0.01, 0.9, 0.999, 1e-3];
  let [weight, m, v] = [2, 0, 0];
  gradients.forEach((gradient, index) => {
    const t = index + 1;
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient ** 2;
    weight -= (rate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
  });
  const scalars = (t: number) => [rate, beta1 ** t, beta2 ** t, epsilon * Math.sqrt(1 - beta2 ** t)];
  const found = update("apply_adam", [2, 0, 0], scalars, { beta1, beta2 });
  expect(found[0]).toBeCloseTo(weight, 5);
  expect(found[1]).toBeCloseTo(m, 6);
  expect(found[2]).toBeCloseTo(v, 6);
});

test("assign_add and assign_subtract change the variable in place", () => {
  expect(update("assign_add", [1], () => [], {})[0]).toBeCloseTo(2.25, 6);
  expect(update("assign_subtract", [1], () => [], {})[0]).toBeCloseTo(-0.25, 6);
});

/** Applies a primitive once per gradient to one-element variables and reads them back. */
function update(
  name: string,
  initial: readonly number[],
  scalars: (step: number) => number[],
  attributes: Attributes,
): number[] {
  const { binding } = loadEngine();
  const primitive = findPrimitive(name);
  if (!primitive) throw new Error(`no primitive ${name}`);
  const tensor = (value: number, shape: number[]) =>
    binding.createTensor(shape, dataTypes.float32, Float32Array.of(value));
  const dtype: OperationAttribute = { name: "dtype", type: attributeTypes.type, value: dataTypes.float32 };
  const handles = initial.map((value, index) => {
    const shape: OperationAttribute = { name: "shape", type: attributeTypes.shape, value: [1] };
    const own: OperationAttribute = {
      name: "shared_name",
      type: attributeTypes.string,
      value: `${name}-${index}-${Math.random()}`,
    };
    const handle = binding.executeOp("VarHandleOp", [dtype, shape, own], [], 1)[0]?.id as number;
    binding.executeOp("AssignVariableOp", [dtype], [handle, tensor(value, [1])], 0);
    return handle;
  });
  gradients.forEach((gradient, index) => {
    const operands = [tensor(gradient, [1]), ...scalars(index + 1).map((value) => tensor(value, []))];
    const vector = { dataType: "float32", shape: [1] } as const;
    const scalar = { dataType: "float32", shape: [] } as const;
    const types = {
      operands: [vector, ...operands.slice(1).map(() => scalar)],
      attributes,
      variables: initial.map(() => vector),
    };
    expect(primitive.results(types)).toEqual([]);
    const call = primitive.tensorflow(types);
    const inputs = call.inputs.map((input) => {
      if (input.kind === "operand") return operands[input.index] as number;
      if (input.kind === "variable") return handles[input.index] as number;
      if (input.kind === "scalar") return tensor(input.value.value, []);
      throw new Error(`no ${input.kind} in an update`);
    });
    const given = Object.entries(call.attributes).map(([attribute, { kind, value }]): OperationAttribute => {
      if (kind === "type") return { name: attribute, type: attributeTypes.type, value: dataTypes[value] };
      if (kind === "boolean") return { name: attribute, type: attributeTypes.bool, value };
      throw new Error(`no ${kind} in an update`);
    });
    binding.executeOp(call.operation, given, inputs, 0);
  });
  return handles.map((handle) => {
    const value = binding.executeOp("ReadVariableOp", [dtype], [handle], 1)[0]?.id as number;
    return binding.tensorDataSync(value)[0] as number;
  });
}
