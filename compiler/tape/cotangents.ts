/** Cotangents under accumulation: the derivative of the weighted losses with respect to each value met so far. */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { Cotangent } from "../operations/gradient.ts";
import type { Value } from "../operations/operation.ts";
import type { Tape } from "./tape.ts";

export interface Cotangents {
  add(value: Value, cotangent: Cotangent): void;
  of(value: Value): Cotangent | undefined;
  /** The cotangent as a tensor of the value's shape; a uniform one is filled. */
  tensorOf(value: Value): Value | undefined;
  forget(value: Value): void;
  /** The sum over every reading of a weight, which is thereby forgotten. */
  takeWeight(address: string): Cotangent | undefined;
}

export function createCotangents(tape: Tape, builder: ProcedureBuilder, label: () => string): Cotangents {
  const cotangents = new Map<Value, Cotangent>();
  const readings = new Map<string, Set<Value>>();

  const emit = (primitive: string, operands: readonly Value[], attributes = {}): Value => {
    const [result] = builder.emit(primitive, operands.map(tape.number), attributes, [], label());
    return tape.constant(result as number);
  };

  function asTensor(cotangent: Cotangent, like: Value): Value {
    if (cotangent.kind === "tensor") return cotangent.value;
    return emit("fill", [], { shape: tape.typeOf(like).shape, value: cotangent.scalar });
  }

  function sum(a: Cotangent, b: Cotangent, like: Value): Cotangent {
    if (a.kind === "uniform" && b.kind === "uniform" && a.scalar.batchPower === b.scalar.batchPower) {
      const { batchPower } = a.scalar;
      return { kind: "uniform", scalar: { value: a.scalar.value + b.scalar.value, batchPower } };
    }
    return { kind: "tensor", value: emit("add", [asTensor(a, like), asTensor(b, like)]) };
  }

  return {
    of: (value) => cotangents.get(value),
    forget: (value) => cotangents.delete(value),
    tensorOf(value) {
      const cotangent = cotangents.get(value);
      return cotangent && asTensor(cotangent, value);
    },
    add(value, cotangent) {
      const present = cotangents.get(value);
      cotangents.set(value, present === undefined ? cotangent : sum(present, cotangent, value));
      const address = tape.addressOf(value);
      if (address !== undefined) readings.set(address, (readings.get(address) ?? new Set()).add(value));
    },
    takeWeight(address) {
      let total: Cotangent | undefined;
      for (const value of readings.get(address) ?? []) {
        const next = cotangents.get(value);
        if (next !== undefined) total = total === undefined ? next : sum(total, next, value);
        cotangents.delete(value);
      }
      readings.delete(address);
      return total;
    },
  };
}
