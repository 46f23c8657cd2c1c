/** Collects the nodes of one unit or head while its body is evaluated. */
import type { Place } from "../../grammar/span.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { ArgumentValue, WeightSpecification } from "../operations/operation.ts";
import type { Edge, Fragment, FragmentInput, FragmentLoss, FragmentNode } from "./model.ts";
import type { TensorValue } from "./value.ts";

export interface FragmentBuilder {
  /** Appends a node and gives its tensor. */
  add(node: NewNode): TensorValue;
  tap(name: string, tensor: TensorValue): void;
  loss(loss: Omit<FragmentLoss, "value">, tensor: TensorValue): void;
  /** How many nodes there are: compare before and after to know what an expression added. */
  readonly count: number;
  /** Names the newest node after the `let` that holds it, where it has weights. */
  nameLast(name: string): void;
  finish(output: TensorValue | undefined): Fragment;
}

export interface NewNode {
  readonly operation: string;
  readonly inputs: readonly TensorValue[];
  readonly arguments: Readonly<Record<string, ArgumentValue | undefined>>;
  readonly type: TensorType;
  readonly weights: readonly WeightSpecification[];
  readonly place: Place;
}

interface DraftNode extends Omit<NewNode, "inputs"> {
  readonly inputs: readonly number[];
  label: string;
}

export function createFragmentBuilder(): FragmentBuilder {
  const inputs: FragmentInput[] = [];
  const inputBySource = new Map<string, number>();
  const nodes: DraftNode[] = [];
  const taps: Record<string, number> = {};
  const losses: (Omit<FragmentLoss, "value"> & { readonly value: number })[] = [];
  const numbers = new Map<string, number>();
  const labels = new Set<string>();

  /** While building, node n is n and input i is −1 − i, because inputs appear as they are used. */
  function draftEdge(tensor: TensorValue): number {
    if ("node" in tensor.origin) return tensor.origin.node;
    const { source } = tensor.origin;
    const key = JSON.stringify(source);
    let position = inputBySource.get(key);
    if (position === undefined) {
      position = inputs.length;
      inputs.push({ source, type: tensor.type, place: tensor.place });
      inputBySource.set(key, position);
    }
    return -1 - position;
  }

  function finalEdge(edge: number): Edge {
    return edge < 0 ? -1 - edge : edge + inputs.length;
  }

  /** `conv[1]`, `conv[2]`: numbered per operation in evaluation order. */
  function nextLabel(operation: string): string {
    for (;;) {
      const number = (numbers.get(operation) ?? 0) + 1;
      numbers.set(operation, number);
      const label = `${operation}[${number}]`;
      if (!labels.has(label)) return label;
    }
  }

  function freeName(name: string): string {
    if (!labels.has(name)) return name;
    for (let number = 2; ; number++) if (!labels.has(`${name}[${number}]`)) return `${name}[${number}]`;
  }

  const builder: FragmentBuilder = {
    add(node) {
      const label = nextLabel(node.operation);
      labels.add(label);
      nodes.push({ ...node, inputs: node.inputs.map(draftEdge), label });
      return {
        kind: "tensor",
        type: node.type,
        origin: { fragment: builder, node: nodes.length - 1 },
        place: node.place,
      };
    },
    tap(name, tensor) {
      const edge = draftEdge(tensor);
      let free = name;
      for (let number = 2; Object.hasOwn(taps, free); number++) free = `${name}[${number}]`;
      taps[free] = edge;
    },
    loss(loss, tensor) {
      losses.push({ ...loss, value: draftEdge(tensor) });
    },
    get count() {
      return nodes.length;
    },
    nameLast(name) {
      const node = nodes[nodes.length - 1];
      if (node === undefined || node.weights.length === 0) return;
      labels.delete(node.label);
      // The number goes back: `let gate = dense(x, 4)` before another `dense` leaves that one `dense[1]`.
      numbers.set(node.operation, (numbers.get(node.operation) ?? 1) - 1);
      node.label = freeName(name);
      labels.add(node.label);
    },
    finish(output) {
      const edge = output === undefined ? undefined : draftEdge(output);
      return {
        inputs,
        nodes: nodes.map((node) => finishNode(node, finalEdge)),
        ...(edge !== undefined && { output: finalEdge(edge) }),
        taps: Object.fromEntries(Object.entries(taps).map(([name, value]) => [name, finalEdge(value)])),
        losses: losses.map((loss) => ({ ...loss, value: finalEdge(loss.value) })),
      };
    },
  };
  return builder;
}

function finishNode(node: DraftNode, finalEdge: (edge: number) => Edge): FragmentNode {
  return {
    operation: node.operation,
    inputs: node.inputs.map(finalEdge),
    arguments: node.arguments,
    type: node.type,
    weights: node.weights.map((specification) => ({ address: `${node.label}.${specification.name}`, specification })),
    label: node.label,
    place: node.place,
  };
}
