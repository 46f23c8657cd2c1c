/** Runs recorded instructions kernel by kernel on the native engine and checks the types they promised. */

import type { OperationAttribute, TensorData, TensorHandle } from "../../runtime/engine/binding.ts";
import { attributeTypes, dataTypes } from "../../runtime/engine/binding.ts";
import { loadEngine } from "../../runtime/engine/load-engine.ts";
import type { TensorFlowAttribute, TensorFlowCall, TensorFlowInput } from "../../runtime/primitives/primitive.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { DataType, TensorType } from "../../runtime/program/tensor-type.ts";
import { scalarAt, shapeAt } from "../../runtime/program/tensor-type.ts";
import type { Recorder } from "./recorder.ts";

export type Numbers = Float32Array | Int32Array;

/** A program as it was run, with what came out. */
export interface Execution {
  readonly recorder: Recorder;
  readonly batch: number;
  readonly inputs: ReadonlyMap<number, Numbers>;
  readonly wanted: readonly number[];
  readonly found: readonly Float32Array[];
}

let listener: ((execution: Execution) => void) | undefined;

/** Hears of every execution in this test file from now on. */
export function onExecution(heard: (execution: Execution) => void): void {
  listener = heard;
}

/** The wanted values at this batch size, given every input. */
export function execute(
  recorder: Recorder,
  batch: number,
  inputs: ReadonlyMap<number, Numbers>,
  wanted: readonly number[],
): Float32Array[] {
  const { binding } = loadEngine();
  const before = binding.getNumOfTensors();
  const ids = new Map<number, number>();
  const create = (shape: readonly number[], dataType: DataType, data: TensorData) =>
    binding.createTensor(shape, dataTypes[dataType], data);
  for (const [value, data] of inputs) {
    const type = recorder.typeOf(value);
    ids.set(value, create(shapeAt(type.shape, batch), type.dataType, data));
  }
  for (const { primitive, operands, results, attributes } of recorder.instructions) {
    const types = operands.map(recorder.typeOf);
    const call = findPrimitive(primitive)?.tensorflow({ operands: types, attributes, variables: [] });
    if (!call) throw new Error(`no primitive ${primitive}`);
    const launch = ({ operation, attributes, inputs, outputs }: TensorFlowCall): TensorHandle[] => {
      const made: number[] = [];
      const inputIds = inputs.map((input) => {
        if (input.kind === "operand") return ids.get(operands[input.index] as number) as number;
        const id = input.kind === "call" ? (launch(input.call)[0]?.id ?? -1) : createConstant(input, batch, create);
        made.push(id);
        return id;
      });
      const handles = binding.executeOp(operation, attributesOf(attributes), inputIds, outputs.length);
      for (const id of made) binding.deleteTensor(id);
      return handles;
    };
    const handles = launch(call);
    for (const [output, result] of call.outputs.entries()) {
      const handle = handles[output];
      if (!handle) throw new Error(`${primitive}: output ${output} is missing`);
      if (result === null) {
        binding.deleteTensor(handle.id);
        continue;
      }
      const value = results[result] as number;
      expectType(primitive, recorder.typeOf(value), handle, batch);
      ids.set(value, handle.id);
    }
  }
  const outputs = wanted.map((value) => Float32Array.from(binding.tensorDataSync(ids.get(value) as number) as Numbers));
  for (const id of ids.values()) binding.deleteTensor(id);
  if (binding.getNumOfTensors() !== before) throw new Error("tensors were lost");
  // The test may go on recording.
  const asRun = { ...recorder, values: [...recorder.values], instructions: [...recorder.instructions] };
  listener?.({ recorder: asRun, batch, inputs: new Map(inputs), wanted, found: outputs });
  return outputs;
}

function createConstant(
  input: TensorFlowInput,
  batch: number,
  create: (shape: readonly number[], dataType: DataType, data: TensorData) => number,
): number {
  if (input.kind === "shape")
    return create([input.shape.length], "int32", Int32Array.from(shapeAt(input.shape, batch)));
  if (input.kind === "integers")
    return create(input.dimensions ?? [input.values.length], "int32", Int32Array.from(input.values));
  if (input.kind === "floats")
    return create(input.dimensions ?? [input.values.length], "float32", Float32Array.from(input.values));
  if (input.kind !== "scalar") throw new Error(`no ${input.kind} here`);
  const value = [scalarAt(input.value, batch)];
  return create([], input.dataType, input.dataType === "int32" ? Int32Array.from(value) : Float32Array.from(value));
}

function attributesOf(attributes: Readonly<Record<string, TensorFlowAttribute>>): OperationAttribute[] {
  return Object.entries(attributes).map(([name, attribute]) => ({ name, ...encoded(attribute) }));
}

function encoded(attribute: TensorFlowAttribute): Omit<OperationAttribute, "name"> {
  switch (attribute.kind) {
    case "type":
      return { type: attributeTypes.type, value: dataTypes[attribute.value] };
    case "integer":
    case "integers":
      return { type: attributeTypes.int, value: attribute.value };
    case "float":
      return { type: attributeTypes.float, value: attribute.value };
    case "boolean":
      return { type: attributeTypes.bool, value: attribute.value };
    case "string":
      return { type: attributeTypes.string, value: attribute.value };
  }
}

function expectType(
  primitive: string,
  type: TensorType,
  handle: { shape: readonly number[]; dtype: number },
  batch: number,
) {
  const promised = `${dataTypes[type.dataType]} [${shapeAt(type.shape, batch).join(", ")}]`;
  const found = `${handle.dtype} [${handle.shape.join(", ")}]`;
  if (promised !== found) throw new Error(`${primitive} promises ${promised}, TensorFlow gives ${found}`);
}
