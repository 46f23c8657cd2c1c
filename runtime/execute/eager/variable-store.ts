import { randomUUID } from "node:crypto";
import type { Binding, OperationAttribute } from "../../engine/binding.ts";
import { attributeTypes, dataTypes } from "../../engine/binding.ts";
import type { Variable } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import type { TensorValues } from "../executor.ts";

/** The variables of one program as TensorFlow resources. */
export interface VariableStore {
  readonly types: ReadonlyMap<string, TensorType>;
  /** The resource handle of a variable. */
  handle(address: string): number;
  read(): ReadonlyMap<string, TensorValues>;
  write(values: ReadonlyMap<string, TensorValues>): void;
  dispose(): void;
}

export function createVariableStore(variables: readonly Variable[], binding: Binding): VariableStore {
  const prefix = `${randomUUID()}/`; // resources are global to the process: two executors must not share theirs
  const types = new Map(variables.map(({ address, type }) => [address, type]));
  const handles = new Map(variables.map(({ address, type }) => [address, createResource(prefix + address, type)]));

  function createResource(name: string, type: TensorType): number {
    const attributes: OperationAttribute[] = [
      { name: "container", type: attributeTypes.string, value: "" },
      { name: "shared_name", type: attributeTypes.string, value: name },
      dataTypeAttribute("dtype", type),
      { name: "shape", type: attributeTypes.shape, value: type.shape },
    ];
    return (binding.executeOp("VarHandleOp", attributes, [], 1)[0] as { id: number }).id;
  }

  function handle(address: string): number {
    const found = handles.get(address);
    if (found === undefined) throw new Error(`there is no variable ${address}`);
    return found;
  }

  return {
    types,
    handle,
    read() {
      const values = new Map<string, TensorValues>();
      for (const [address, type] of types) {
        const [read] = binding.executeOp("ReadVariableOp", [dataTypeAttribute("dtype", type)], [handle(address)], 1);
        values.set(address, binding.tensorDataSync((read as { id: number }).id) as TensorValues);
        binding.deleteTensor((read as { id: number }).id);
      }
      return values;
    },
    write(values) {
      for (const [address, array] of values) {
        const type = types.get(address);
        if (type === undefined) continue;
        const fed = binding.createTensor(type.shape, dataTypes[type.dataType], array);
        // A fed tensor may share the memory of the JavaScript array; updates in place must not reach it.
        const [copy] = binding.executeOp("DeepCopy", [dataTypeAttribute("T", type)], [fed], 1);
        const owned = (copy as { id: number }).id;
        binding.executeOp("AssignVariableOp", [dataTypeAttribute("dtype", type)], [handle(address), owned], 0);
        binding.deleteTensor(owned);
        binding.deleteTensor(fed);
      }
    },
    dispose() {
      const ignoreMissing = { name: "ignore_lookup_error", type: attributeTypes.bool, value: true };
      for (const resource of handles.values()) {
        binding.executeOp("DestroyResourceOp", [ignoreMissing], [resource], 0);
        binding.deleteTensor(resource);
      }
      handles.clear();
    },
  };
}

function dataTypeAttribute(name: string, type: TensorType): OperationAttribute {
  return { name, type: attributeTypes.type, value: dataTypes[type.dataType] };
}
