/** A program of one operation: an `Emitter` that keeps what it is told, with types checked by the primitives themselves. */
import type { Emitter, Value } from "../../compiler/operations/operation.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { Instruction } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

export interface Recorder extends Emitter {
  readonly values: TensorType[];
  readonly instructions: Instruction[];
  readonly weights: ReadonlyMap<string, Value>;
  readonly assigned: Map<string, Value>;
  /** Seeds that the operation asked for, to be given like inputs. */
  readonly seeds: Value[];
  input(type: TensorType): Value;
}

export function createRecorder(mode: "train" | "evaluate", tensors: readonly TensorType[]): Recorder {
  const values: TensorType[] = [];
  const weights = new Map<string, Value>();
  const define = (type: TensorType): Value => values.push(type) - 1;
  const recorder: Recorder = {
    mode,
    values,
    instructions: [],
    weights,
    assigned: new Map(),
    seeds: [],
    tensors: tensors.map(define),
    input: define,
    emit(primitive, operands, attributes = {}, variables = []) {
      const found = findPrimitive(primitive);
      if (!found) throw new Error(`no primitive ${primitive}`);
      const types = operands.map((value) => values[value] as TensorType);
      const results = found.results({ operands: types, attributes, variables: [] }).map(define);
      recorder.instructions.push({ primitive, operands, results, attributes, variables, free: [], label: "" });
      return results;
    },
    typeOf: (value) => values[value] as TensorType,
    weight: (name) => weights.get(name) ?? fail(name),
    address: (name) => name,
    assign: (name, value) => void recorder.assigned.set(name, value),
    seed() {
      const seed = define({ dataType: "int32", shape: [2] });
      recorder.seeds.push(seed);
      return seed;
    },
  };
  return recorder;
}

/** Declares a weight as an input of the program. */
export function addWeight(recorder: Recorder, name: string, shape: readonly number[]): Value {
  const value = recorder.input({ dataType: "float32", shape });
  (recorder.weights as Map<string, Value>).set(name, value);
  return value;
}

function fail(name: string): never {
  throw new Error(`no weight ${name}`);
}
