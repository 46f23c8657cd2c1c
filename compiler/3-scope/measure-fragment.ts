/** What a unit or head costs: weights, multiply-adds, and the bytes its backward pass keeps. */

import { findPrimitive } from "../../runtime/primitives/registry.ts";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import { type BufferOwner, bufferOwners } from "../../runtime/program/liveness.ts";
import type { Procedure, ValueNumber } from "../../runtime/program/step-program.ts";
import { bytesAt, type TensorType } from "../../runtime/program/tensor-type.ts";
import type { Edge, Fragment, Source } from "../2-elaborate/model.ts";
import { isTrained, wholeAddress } from "../2-elaborate/weight-address.ts";
import type { Value } from "../operations/operation.ts";
import { everyChain } from "../recompute/every-chain.ts";
import { recompute } from "../recompute/recompute.ts";
import { differentiate } from "../tape/differentiate.ts";
import { emitFragment } from "../tape/emit-fragment.ts";
import { createTape } from "../tape/tape.ts";

/** Number of trained scalars of its own; running statistics, averages, frozen and shared weights are not counted. */
export function countParameters(fragment: Fragment): number {
  return sum(
    fragment.nodes.flatMap(({ weights }) =>
      weights
        .filter((weight) => isTrained(weight) && weight.binding === undefined)
        .map(({ specification }) => specification.shape.reduce((product, length) => product * length, 1)),
    ),
  );
}

/** Multiply-adds of convolutions and matrix products for one sample, of whatever the wanted edges need. */
export function countMacs(fragment: Fragment, wanted: readonly Edge[]): number {
  const { procedure, types } = draw(fragment, wanted, "evaluate");
  return sum(
    procedure.instructions.map(({ primitive, operands, attributes, variables }) => {
      const call = {
        operands: operands.map((value) => procedure.values[value] as TensorType),
        attributes,
        variables: variables.map((address) => types.get(address) as TensorType),
      };
      return findPrimitive(primitive)?.macs?.(call) ?? 0;
    }),
  );
}

/** What a fragment's backward pass keeps from its forward pass, at one batch size. */
export interface Saved {
  /** Bytes of tensors inside the fragment. */
  readonly inside: number;
  /** Whether the chain's tensor it is given (a head: its module's output) is among what it keeps. */
  readonly keepsInput: boolean;
  /** Whether a unit's own result is among what it keeps. */
  readonly keepsOutput: boolean;
}

/** `recomputes`: without what can be made again from one kept tensor, such as normalisations and activations. */
export function measureSaved(fragment: Fragment, wanted: readonly Edge[], batch: number, recomputes: boolean): Saved {
  const drawing = draw(fragment, wanted, "train");
  const kept = recomputes ? recompute(drawing.procedure, everyChain(drawing.procedure, batch)) : drawing.procedure;
  return savedBy(kept, drawing.chain, batch);
}

function savedBy(procedure: Procedure, chain: string | undefined, batch: number): Saved {
  const input = procedure.inputs.find(({ name }) => name === chain)?.value;
  const output = procedure.outputs.find(({ name }) => name === firstResult)?.value;
  const owners = bufferOwners(procedure);
  const forward = new Set(
    procedure.sections
      .filter(({ part }) => part === "forward")
      .flatMap(({ start, end }) => procedure.instructions.slice(start, end))
      .flatMap(({ results }) => results),
  );
  const kept = new Set<ValueNumber>();
  let keepsInput = false;
  for (const { start, end } of procedure.sections.filter(({ part }) => part === "backward")) {
    for (const operand of procedure.instructions.slice(start, end).flatMap(({ operands }) => operands)) {
      const owner = owners[operand] as BufferOwner;
      if (owner.kind !== "value") continue;
      if (owner.value === input) keepsInput = true;
      else if (forward.has(owner.value)) kept.add(owner.value);
    }
  }
  const outputOwner = output === undefined ? undefined : owners[output];
  const keepsOutput = outputOwner?.kind === "value" && kept.delete(outputOwner.value);
  const inside = sum([...kept].map((value) => bytesAt(procedure.values[value] as TensorType, batch)));
  return { inside, keepsInput, keepsOutput };
}

interface Drawing {
  readonly procedure: Procedure;
  readonly types: ReadonlyMap<string, TensorType>;
  /** Name of the input that is the chain's tensor, if any. */
  readonly chain: string | undefined;
}

/** The output that is a unit's own result. */
const firstResult = "result 0";

/** The fragment alone as a procedure: forward, and in train mode backward from cotangents of ones to its input. */
function draw(fragment: Fragment, wanted: readonly Edge[], mode: "train" | "evaluate"): Drawing {
  const types = new Map(
    fragment.nodes.flatMap(({ weights }) =>
      weights.map(
        (weight) =>
          [
            wholeAddress("fragment", weight),
            { dataType: "float32", shape: weight.specification.shape } as TensorType,
          ] as const,
      ),
    ),
  );
  const builder = createProcedureBuilder("gradients", types);
  const tape = createTape(builder);
  const sources = new Map<string, Value>();
  const through: Value[] = [];
  const source = (from: Source): Value => {
    const name = JSON.stringify(from);
    const known = sources.get(name);
    if (known !== undefined) return known;
    const type = fragment.inputs.find((input) => JSON.stringify(input.source) === name)?.type as TensorType;
    const value = tape.constant(builder.input(name, type, { kind: "input" }));
    sources.set(name, value);
    if (isDifferentiable(from)) through.push(value);
    return value;
  };

  const seed = (): Value => tape.constant(builder.input("seed", { dataType: "int32", shape: [2] }, { kind: "seed" }));
  builder.beginSection({ module: 1, part: "forward", owner: "fragment" });
  const values = emitFragment(fragment, { tape, mode, owner: "fragment", wanted, source, seed });
  const results = wanted.map((edge) => values.get(edge) as Value);
  if (mode === "train") {
    builder.beginSection({ module: 1, part: "backward", owner: "fragment" });
    const seeds = results.map((value) => {
      const type = tape.typeOf(value);
      if (type.shape.length === 0)
        return { value, cotangent: { kind: "uniform", scalar: { value: 1, batchPower: 0 } } as const };
      const cotangent = tape.constant(builder.input(`cotangent ${value}`, type, { kind: "input" }));
      return { value, cotangent: { kind: "tensor", value: cotangent } as const };
    });
    const reached = differentiate({
      tape,
      builder,
      seeds,
      firstUnit: 1,
      alsoFor: through,
      onGradient: (address, gradient) => {
        if (gradient.kind === "tensor") builder.output(address, tape.number(gradient.value));
      },
    });
    for (const [value, cotangent] of reached) {
      if (cotangent.kind === "tensor") builder.output(`input ${value}`, tape.number(cotangent.value));
    }
  }
  for (const [index, value] of results.entries()) builder.output(`result ${index}`, tape.number(value));
  const procedure = builder.finish();
  const chain = [...sources.keys()].find((name) => isChain(JSON.parse(name) as Source));
  return { procedure, types, chain };
}

/** Whether a gradient may be wanted for what comes from there. */
function isDifferentiable({ kind }: Source): boolean {
  return kind === "chain" || kind === "unit" || kind === "tap" || kind === "module_output";
}

function isChain({ kind }: Source): boolean {
  return kind === "chain" || kind === "module_output";
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
