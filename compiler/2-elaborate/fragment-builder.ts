/** Collects the nodes of one unit, head or context while its body is evaluated. */
import type { Place } from "../../grammar/span.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { ArgumentValue, WeightSpecification } from "../operations/operation.ts";
import type { Edge, Fragment, FragmentInput, FragmentLoss, FragmentNode, WeightBinding } from "./model.ts";
import type { TensorValue } from "./value.ts";

export interface FragmentBuilder {
  /** Appends a node and gives its tensor. */
  add(node: NewNode): TensorValue;
  tap(name: string, tensor: TensorValue): void;
  loss(loss: Omit<FragmentLoss, "value">, tensor: TensorValue): void;
  /** How many nodes there are: compare before and after to know what an expression added. */
  readonly count: number;
  /** `clone[2]`: the next free name for what is put in as a whole. */
  nextPrefix(name: string): string;
  /** Binds the trained weights of all nodes from number `from` on that are not bound yet; tells how many there are. */
  bindWeights(from: number, binding: WeightBinding): number;
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
  /** One per weight, where some are not simply the node's own. */
  readonly bindings?: readonly (WeightBinding | undefined)[];
  /** A whole label, `clone[1].conv[2]`; absent: the next number of the operation. */
  readonly label?: string;
  readonly place: Place;
}

interface DraftNode extends Omit<NewNode, "inputs" | "bindings" | "label"> {
  readonly inputs: readonly number[];
  bindings: readonly (WeightBinding | undefined)[];
  label: string;
  /** Whether a `let` may rename it. */
  readonly isNumbered: boolean;
}

export interface FragmentBuilderOptions {
  /** Whether no gradient passes into any source, as in a context. */
  readonly sourcesAreConstant?: boolean;
}

export function createFragmentBuilder({ sourcesAreConstant = false }: FragmentBuilderOptions = {}): FragmentBuilder {
  const inputs: FragmentInput[] = [];
  const inputBySource = new Map<string, number>();
  const nodes: DraftNode[] = [];
  const taps: Record<string, number> = {};
  const losses: (Omit<FragmentLoss, "value"> & { readonly value: number })[] = [];
  const numbers = new Map<string, number>();
  const labels = new Set<string>();
  const detached = new Map<number, number>();

  /** While building, node n is n and input i is −1 − i, because inputs appear as they are used. */
  function draftEdge(tensor: TensorValue): number {
    if ("node" in tensor.origin) return tensor.origin.node;
    const { source, isConstant = sourcesAreConstant } = tensor.origin;
    const key = JSON.stringify(source);
    let position = inputBySource.get(key);
    if (position === undefined) {
      position = inputs.length;
      inputs.push({ source, type: tensor.type, place: tensor.place });
      inputBySource.set(key, position);
    }
    // All other sources are constants by themselves.
    const carriesGradient = source.kind === "unit" || source.kind === "tap";
    return isConstant && carriesGradient ? detach(-1 - position, tensor) : -1 - position;
  }

  function detach(edge: number, { type, place }: TensorValue): number {
    const known = detached.get(edge);
    if (known !== undefined) return known;
    const label = nextLabel("detach");
    labels.add(label);
    nodes.push({
      operation: "detach",
      inputs: [edge],
      arguments: {},
      type,
      weights: [],
      bindings: [],
      label,
      place,
      isNumbered: true,
    });
    detached.set(edge, nodes.length - 1);
    return nodes.length - 1;
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

  const builder: FragmentBuilder = {
    add(node) {
      const label = node.label ?? nextLabel(node.operation);
      labels.add(label);
      const inputs = node.inputs.map(draftEdge);
      nodes.push({ ...node, inputs, bindings: node.bindings ?? [], label, isNumbered: node.label === undefined });
      return {
        kind: "tensor",
        type: node.type,
        origin: { fragment: builder, node: nodes.length - 1 },
        place: node.place,
      };
    },
    tap(name, tensor) {
      const edge = draftEdge(tensor);
      taps[unused(name, (taken) => Object.hasOwn(taps, taken))] = edge;
    },
    loss(loss, tensor) {
      // Two heads of the library in one, or a loop: each loss is trained and shown under a name of its own.
      const name = unused(loss.name, (taken) => losses.some((other) => other.name === taken));
      losses.push({ ...loss, name, value: draftEdge(tensor) });
    },
    get count() {
      return nodes.length;
    },
    nextPrefix(name) {
      const prefix = nextLabel(name);
      labels.add(prefix);
      return prefix;
    },
    bindWeights(from, binding) {
      let bound = 0;
      for (const node of nodes.slice(from)) {
        node.bindings = node.weights.map(({ group }, position) => {
          const own = node.bindings[position];
          if (own !== undefined || group === "statistic") return own;
          bound++;
          return binding;
        });
      }
      return bound;
    },
    nameLast(name) {
      const node = nodes[nodes.length - 1];
      if (node === undefined || node.weights.length === 0 || !node.isNumbered) return;
      labels.delete(node.label);
      // The number goes back: `let gate = dense(x, 4)` before another `dense` leaves that one `dense[1]`.
      numbers.set(node.operation, (numbers.get(node.operation) ?? 1) - 1);
      node.label = unused(name, (taken) => labels.has(taken));
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

/** The name, or the first of `name[2]`, `name[3]`, … that is not taken. */
function unused(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name}[${number}]`;
  return free;
}

function finishNode(node: DraftNode, finalEdge: (edge: number) => Edge): FragmentNode {
  return {
    operation: node.operation,
    inputs: node.inputs.map(finalEdge),
    arguments: node.arguments,
    type: node.type,
    weights: node.weights.map((specification, position) => {
      const binding = node.bindings[position];
      return { address: `${node.label}.${specification.name}`, specification, ...(binding && { binding }) };
    }),
    label: node.label,
    place: node.place,
  };
}
