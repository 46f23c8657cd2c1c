import type { Binding, OperationAttribute, TensorHandle } from "../../engine/binding.ts";
import { attributeTypes, dataTypes } from "../../engine/binding.ts";
import type { TensorFlowAttribute, TensorFlowCall, TensorFlowInput } from "../../primitives/primitive.ts";
import type { Instruction, Procedure } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import { scalarAt, shapeAt } from "../../program/tensor-type.ts";
import { callOfInstruction } from "../call-of-instruction.ts";
import type { TensorValues } from "../executor.ts";
import type { ByteTracker } from "./byte-tracker.ts";
import type { VariableStore } from "./variable-store.ts";

/** A procedure prepared for one batch size. */
export interface BoundProcedure {
  run(
    feeds: ReadonlyMap<string, TensorValues>,
    tracker: ByteTracker,
    onInstruction?: (instruction: Instruction, index: number, milliseconds: number) => void,
  ): ReadonlyMap<string, TensorValues>;
  /** Gives the constants back. */
  dispose(): void;
}

/** A kernel and where its inputs come from: values (≥ 0), fixed handles (as −1 − handle), or another kernel. */
interface BoundKernel {
  readonly operation: string;
  readonly attributes: readonly OperationAttribute[];
  readonly inputs: readonly (number | BoundKernel)[];
}

/** Everything about an instruction that does not change between runs. */
interface BoundCall extends BoundKernel {
  readonly instruction: Instruction;
  /** For each TensorFlow output the value it becomes, or −1. */
  readonly results: readonly number[];
  readonly alias: "operand" | "variable" | undefined;
}

export function bindProcedure(
  procedure: Procedure,
  batch: number,
  store: VariableStore,
  binding: Binding,
): BoundProcedure {
  const constants = createConstants(batch, binding);
  const calls = procedure.instructions.map<BoundCall>((instruction) => {
    const { primitive, call } = callOfInstruction(procedure, instruction, store.types);
    return {
      instruction,
      ...bindKernel(call, instruction),
      results: call.outputs.map((result) => (result === null ? -1 : (instruction.results[result] as number))),
      alias: primitive.alias,
    };
  });

  function bindKernel({ operation, attributes, inputs }: TensorFlowCall, instruction: Instruction): BoundKernel {
    return {
      operation,
      attributes: Object.entries(attributes).map(([name, attribute]) => bindAttribute(name, attribute)),
      inputs: inputs.map((input) => bindInput(input, instruction)),
    };
  }

  function bindInput(input: TensorFlowInput, instruction: Instruction): number | BoundKernel {
    if (input.kind === "call") return bindKernel(input.call, instruction);
    if (input.kind === "operand") return instruction.operands[input.index] as number;
    if (input.kind === "variable") return -1 - store.handle(instruction.variables[input.index] as string);
    return -1 - constants.handle(input);
  }

  function run(
    feeds: ReadonlyMap<string, TensorValues>,
    tracker: ByteTracker,
    onInstruction?: (instruction: Instruction, index: number, milliseconds: number) => void,
  ): ReadonlyMap<string, TensorValues> {
    const handles = new Map<number, number>(); // the engine's handle of every live value
    tracker.reset();

    /** Runs a kernel; what was prepared for it is given back at once. */
    function launch({ operation, attributes, inputs }: BoundKernel, outputs: number): readonly TensorHandle[] {
      const prepared: number[] = [];
      const given = inputs.map((input) => {
        if (typeof input === "number") return input >= 0 ? (handles.get(input) as number) : -1 - input;
        const [tensor] = launch(input, 1) as readonly [TensorHandle];
        prepared.push(tensor.id);
        return tensor.id;
      });
      try {
        return binding.executeOp(operation, attributes, given, outputs);
      } finally {
        for (const handle of prepared) binding.deleteTensor(handle);
      }
    }

    function release(value: number): void {
      const handle = handles.get(value) as number;
      handles.delete(value);
      tracker.release(handle);
      binding.deleteTensor(handle);
    }

    try {
      for (const { name, value } of procedure.inputs) {
        const { dataType, shape } = procedure.values[value] as TensorType;
        const fed = feeds.get(name);
        if (fed === undefined) throw new Error(`nothing is fed to ${name}`);
        const handle = binding.createTensor(shapeAt(shape, batch), dataTypes[dataType], fed);
        handles.set(value, handle);
        tracker.own(handle, fed.byteLength);
      }
      calls.forEach((call, index) => {
        const start = onInstruction === undefined ? 0 : performance.now();
        const outputs = launch(call, call.results.length);
        for (const [position, output] of outputs.entries()) {
          const value = call.results[position] as number;
          if (value < 0) {
            // What the program does not know of (a reserved space of a fused kernel) is given back at once.
            binding.deleteTensor(output.id);
            continue;
          }
          handles.set(value, output.id);
          if (call.alias === "operand") tracker.share(output.id, handles.get(call.inputs[0] as number) as number);
          else if (call.alias === undefined) tracker.own(output.id, bytesOf(output));
        }
        call.instruction.free.forEach(release);
        onInstruction?.(call.instruction, index, performance.now() - start);
      });
      return new Map(
        procedure.outputs.map(({ name, value }) => [
          name,
          binding.tensorDataSync(handles.get(value) as number) as TensorValues,
        ]),
      );
    } finally {
      for (const value of [...handles.keys()]) release(value);
    }
  }

  return { run, dispose: constants.dispose };
}

function bytesOf({ shape, dtype }: TensorHandle): number {
  const elements = shape.reduce((product, length) => product * length, 1);
  return dtype === dataTypes.bool ? elements : 4 * elements;
}

type ConstantInput = Exclude<TensorFlowInput, { kind: "operand" | "variable" | "call" }>;

/** Small constant tensors, each made once per batch size. */
function createConstants(batch: number, binding: Binding): { handle(input: ConstantInput): number; dispose(): void } {
  const handles = new Map<string, number>();

  function create(input: ConstantInput): number {
    if (input.kind === "shape") {
      return binding.createTensor([input.shape.length], dataTypes.int32, Int32Array.from(shapeAt(input.shape, batch)));
    }
    if (input.kind === "integers") {
      const shape = input.dimensions ?? [input.values.length];
      return binding.createTensor(shape, dataTypes.int32, Int32Array.from(input.values));
    }
    if (input.kind === "floats") {
      const shape = input.dimensions ?? [input.values.length];
      return binding.createTensor(shape, dataTypes.float32, Float32Array.from(input.values));
    }
    const value = scalarAt(input.value, batch);
    const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
    return binding.createTensor([], dataTypes[input.dataType], arrays[input.dataType].of(value));
  }

  return {
    handle(input) {
      const key = JSON.stringify(input);
      const handle = handles.get(key) ?? create(input);
      handles.set(key, handle);
      return handle;
    },
    dispose() {
      for (const handle of handles.values()) binding.deleteTensor(handle);
      handles.clear();
    },
  };
}

function bindAttribute(name: string, attribute: TensorFlowAttribute): OperationAttribute {
  switch (attribute.kind) {
    case "type":
      return { name, type: attributeTypes.type, value: dataTypes[attribute.value] };
    case "integer":
    case "integers":
      return { name, type: attributeTypes.int, value: attribute.value };
    case "float":
      return { name, type: attributeTypes.float, value: attribute.value };
    case "boolean":
      return { name, type: attributeTypes.bool, value: attribute.value };
    case "string":
      return { name, type: attributeTypes.string, value: attribute.value };
  }
}
