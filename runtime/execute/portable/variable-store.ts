import type { EngineTensor, EngineValues, PortableEngine } from "../../engine/portable-engine.ts";
import type { Variable } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import type { TensorValues } from "../executor.ts";
import type { PortableVariable } from "./portable-kernel.ts";

/** The variables of one program as tensors of an engine. */
export interface PortableVariableStore {
  readonly types: ReadonlyMap<string, TensorType>;
  variable(address: string): PortableVariable;
  read(): Promise<ReadonlyMap<string, TensorValues>>;
  write(values: ReadonlyMap<string, TensorValues>): void;
  /** Gives another store the same buffers; whoever changes one then copies it first. */
  handOver(other: PortableVariableStore): void;
  dispose(): void;
}

export function createPortableVariables(variables: readonly Variable[], engine: PortableEngine): PortableVariableStore {
  const types = new Map(variables.map(({ address, type }) => [address, type]));
  const tensors = new Map<string, EngineTensor>();

  function replace(address: string, tensor: EngineTensor): void {
    const old = tensors.get(address);
    tensors.set(address, tensor);
    if (old !== undefined) engine.release(old);
  }

  return {
    types,
    variable: (address) => ({
      tensor() {
        const tensor = tensors.get(address);
        if (tensor === undefined) throw new Error(`the variable ${address} has no value`);
        return tensor;
      },
      replace: (tensor) => replace(address, tensor),
    }),
    async read() {
      const entries = [...tensors].map(
        async ([address, tensor]): Promise<[string, EngineValues]> => [address, await engine.read(tensor)],
      );
      return new Map(await Promise.all(entries));
    },
    write(values) {
      for (const [address, array] of values) {
        const type = types.get(address);
        if (type !== undefined) replace(address, engine.create(array, type.shape, type.dataType));
      }
    },
    handOver(other) {
      for (const [address, tensor] of tensors) {
        if (other.types.has(address)) other.variable(address).replace(engine.share(tensor, tensor.shape));
      }
    },
    dispose() {
      for (const tensor of tensors.values()) engine.release(tensor);
      tensors.clear();
    },
  };
}
