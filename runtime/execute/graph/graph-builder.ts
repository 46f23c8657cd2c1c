import { dataTypes } from "../../engine/binding.ts";
import type { DataType } from "../../program/tensor-type.ts";
import type { GraphAttribute, GraphNode } from "./graph-definition.ts";

/** TensorFlow's number for 64-bit floats, used for batch-dependent scalars only. */
export const FLOAT64 = 2;

/** Collects the nodes of one graph; names are unique and legal. */
export interface GraphBuilder {
  readonly nodes: readonly GraphNode[];
  /** Adds a node and returns its name, which is `name` with illegal characters replaced and made unique. */
  add(
    name: string,
    operation: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, GraphAttribute>>,
  ): string;
  /** A constant vector, or a scalar where `shape` is empty; equal ones are one node. */
  integers(values: readonly number[], shape?: readonly number[]): string;
  /** A constant float32 tensor, a vector unless it is given a shape. */
  floats(values: readonly number[], shape?: readonly number[]): string;
  scalar(value: number, dataType: DataType | "float64"): string;
}

export function createGraphBuilder(): GraphBuilder {
  const nodes: GraphNode[] = [];
  const names = new Map<string, number>(); // how often each was asked for
  const constants = new Map<string, string>();

  function add(
    name: string,
    operation: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, GraphAttribute>> = {},
  ): string {
    const base = legalName(name);
    let unique = base;
    while (names.has(unique)) {
      const count = (names.get(base) ?? 1) + 1;
      names.set(base, count);
      unique = `${base}_${count}`;
    }
    names.set(unique, 1);
    nodes.push({ name: unique, operation, inputs, attributes });
    return unique;
  }

  function constant(type: number, shape: readonly number[], content: Uint8Array): string {
    const key = `${type} ${shape} ${content}`;
    const found = constants.get(key);
    if (found !== undefined) return found;
    const name = add(`constant/${constants.size}`, "Const", [], {
      dtype: typeAttribute(type),
      value: { kind: "tensor", type, shape, content },
    });
    constants.set(key, name);
    return name;
  }

  return {
    nodes,
    add,
    integers(values, shape = [values.length]) {
      return constant(dataTypes.int32, shape, new Uint8Array(Int32Array.from(values).buffer));
    },
    floats(values, shape = [values.length]) {
      return constant(dataTypes.float32, shape, new Uint8Array(Float32Array.from(values).buffer));
    },
    scalar(value, dataType) {
      if (dataType === "float64") return constant(FLOAT64, [], new Uint8Array(Float64Array.of(value).buffer));
      const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array };
      return constant(dataTypes[dataType], [], new Uint8Array(arrays[dataType].of(value).buffer));
    },
  };
}

export function typeAttribute(type: number): GraphAttribute {
  return { kind: "type", value: type };
}

/** `stage[1].conv[2].kernel/momentum` → `stage.1.conv.2.kernel/momentum` */
function legalName(name: string): string {
  return name.replace(/\[(\w+)\]/g, ".$1").replace(/[^A-Za-z0-9._/-]/g, "_");
}
