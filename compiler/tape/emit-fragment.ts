/** Writing a fragment's forward computation onto a tape. */

import { hashPath } from "../../runtime/random/path-hash.ts";
import type { Edge, Fragment, FragmentNode, FragmentWeight, Source } from "../2-elaborate/model.ts";
import { isTrained, wholeAddress } from "../2-elaborate/weight-address.ts";
import type { Emitter, Value } from "../operations/operation.ts";
import { findOperation } from "../operations/registry.ts";
import type { Tape } from "./tape.ts";

export interface FragmentEmission {
  readonly tape: Tape;
  readonly mode: Emitter["mode"];
  /** How often statistics move in this step; once unless given. */
  readonly executions?: number;
  /** Put before every local weight address: `stage[1].block[2]`. */
  readonly owner: string;
  /** The edges wanted; nodes none of them needs are not written. */
  readonly wanted: readonly Edge[];
  readonly source: (source: Source) => Value;
  /** The step's seed, int32[2]. */
  readonly seed: () => Value;
  /** Assigns a statistic; absent where statistics must not move. */
  readonly assign?: (address: string, value: Value) => void;
}

/** Writes what the wanted edges need and returns the value of every edge written. */
export function emitFragment(fragment: Fragment, emission: FragmentEmission): ReadonlyMap<Edge, Value> {
  const needed = findNeeded(fragment, emission.wanted);
  const values = new Map<Edge, Value>();
  const valueAt = (edge: Edge): Value => {
    const known = values.get(edge);
    if (known !== undefined) return known;
    const input = fragment.inputs[edge];
    if (input === undefined) throw new Error(`edge ${edge} is used before it is written`);
    const value = emission.source(input.source);
    values.set(edge, value);
    return value;
  };
  fragment.nodes.forEach((node, index) => {
    const edge = fragment.inputs.length + index;
    if (needed.has(edge)) values.set(edge, emitNode(node, node.inputs.map(valueAt), emission));
  });
  for (const edge of emission.wanted) valueAt(edge);
  return values;
}

function findNeeded(fragment: Fragment, wanted: readonly Edge[]): ReadonlySet<Edge> {
  const needed = new Set(wanted);
  for (let index = fragment.nodes.length - 1; index >= 0; index--) {
    const node = fragment.nodes[index] as FragmentNode;
    if (needed.has(fragment.inputs.length + index)) for (const edge of node.inputs) needed.add(edge);
  }
  return needed;
}

function emitNode(node: FragmentNode, tensors: readonly Value[], emission: FragmentEmission): Value {
  const { tape } = emission;
  if (node.operation === "detach") return tape.detach(tensors[0] as Value);
  const operation = findOperation(node.operation);
  if (operation === undefined) throw new Error(`there is no operation ${node.operation}`);

  const weight = (name: string): FragmentWeight => {
    for (const own of node.weights) if (own.specification.name === name) return own;
    throw new Error(`${node.operation} has no weight ${name}`);
  };
  const addressOf = (name: string): string => wholeAddress(emission.owner, weight(name));
  const emitter: Emitter = {
    mode: emission.mode,
    executions: emission.executions ?? 1,
    tensors,
    emit: (primitive, operands, attributes, variables) =>
      tape.emit(primitive, operands, attributes, variables, node.label),
    typeOf: tape.typeOf,
    weight: (name) => tape.read(addressOf(name), isTrained(weight(name))),
    address: addressOf,
    // Statistics of a unit that is used once more move with the unit itself, once per step.
    assign: (name, value) => {
      if (weight(name).binding?.kind !== "tied") emission.assign?.(addressOf(name), value);
    },
    seed: () => deriveSeed(`${emission.owner}.${node.label}`, node.label, emission),
  };
  return operation.emit({ tensors: tensors.map(tape.typeOf), arguments: node.arguments }, emitter);
}

/** A place in the network has the same stream of random numbers whatever else the program holds. */
function deriveSeed(place: string, label: string, { tape, seed }: FragmentEmission): Value {
  const stream = (hashPath([place])[0] as number) | 0;
  return tape.emit("derive_seed", [seed()], { stream }, [], label)[0] as Value;
}
