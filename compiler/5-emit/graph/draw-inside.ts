/** The operations of a fragment as a small graph: light operations join what they follow, copied units are one node. */

import type { Edge, Fragment, FragmentNode, Model } from "../../2-elaborate/model.ts";
import { isTrained } from "../../2-elaborate/weight-address.ts";
import { edgeType } from "../../3-scope/view-module.ts";
import { describeOperation } from "./describe-operation.ts";
import { groupOf, markOf } from "./marks.ts";
import type { Inside, InsideNode } from "./picture.ts";
import { readableShape } from "./readable-numbers.ts";
import { isConstant, nameSource } from "./side-inputs.ts";

export function drawInside(fragment: Fragment, model: Model, lossNumbers: readonly number[]): Inside {
  const groups = joinNodes(fragment);
  const sources = fragment.inputs.map((_, edge) => edge).filter((edge) => isRead(fragment, edge));
  const nodes: InsideNode[] = [
    ...sources.map((edge) => sourceNode(fragment, edge, model)),
    ...groups.map((group) => groupNode(fragment, group)),
  ];
  const nodeOf = new Map<Edge, number>(sources.map((edge, position) => [edge, position]));
  for (const [position, group] of groups.entries()) {
    for (const index of group) nodeOf.set(fragment.inputs.length + index, sources.length + position);
  }
  const edges = new Map<string, Inside["edges"][number]>();
  const connect = (from: number | undefined, to: number, stops: boolean): void => {
    if (from !== undefined && from !== to) edges.set(`${from} ${to}`, { from, to, stops });
  };
  for (const [position, group] of groups.entries()) {
    for (const node of group.map((index) => fragment.nodes[index] as FragmentNode)) {
      for (const input of node.inputs) {
        const from = nodeOf.get(input);
        const stops = node.operation === "detach" || (from !== undefined && nodes[from]?.kind === "constant");
        connect(from, sources.length + position, stops);
      }
    }
  }
  for (const [position, loss] of fragment.losses.entries()) {
    nodes.push({ kind: "loss", title: `${lossNumbers[position]} ${loss.name}`, subtitle: "", shape: "" });
    connect(nodeOf.get(loss.value), nodes.length - 1, false);
  }
  if (fragment.output !== undefined) {
    const shape = readableShape(edgeType(fragment, fragment.output).shape);
    nodes.push({ kind: "result", title: fragment.losses.length > 0 ? "prediction" : "result", subtitle: "", shape });
    connect(nodeOf.get(fragment.output), nodes.length - 1, false);
  }
  return { nodes, edges: [...edges.values()] };
}

function isRead({ nodes, output, losses }: Fragment, edge: Edge): boolean {
  return (
    nodes.some(({ inputs }) => inputs.includes(edge)) || output === edge || losses.some(({ value }) => value === edge)
  );
}

function sourceNode(fragment: Fragment, edge: Edge, model: Model): InsideNode {
  const { source, type } = fragment.inputs[edge] as Fragment["inputs"][number];
  return {
    kind: isConstant(source) ? "constant" : "source",
    title: nameSource(source, model),
    subtitle: "",
    shape: readableShape(type.shape),
  };
}

/** Positions of nodes drawn as one. */
type Group = readonly number[];

function joinNodes(fragment: Fragment): Group[] {
  const groups: number[][] = [];
  const groupAt = new Map<number, number[]>();
  for (const index of fragment.nodes.keys()) {
    const group = groupToJoin(fragment, index, groupAt) ?? [];
    if (group.length === 0) groups.push(group);
    group.push(index);
    groupAt.set(index, group);
  }
  return groups;
}

function groupToJoin(fragment: Fragment, index: number, groupAt: ReadonlyMap<number, number[]>): number[] | undefined {
  const { nodes, inputs } = fragment;
  const node = nodes[index] as FragmentNode;
  const call = copiedCall(node);
  if (call !== "") {
    const sibling = nodes.findIndex((other) => copiedCall(other) === call);
    return groupAt.get(sibling);
  }
  const [only] = node.inputs;
  if (node.inputs.length !== 1 || only === undefined || only < inputs.length) return undefined;
  const before = nodes[only - inputs.length] as FragmentNode;
  const readers = nodes.filter((other) => other.inputs.includes(only)).length;
  const isShown = fragment.output === only || fragment.losses.some(({ value }) => value === only);
  const isLight =
    node.operation !== "detach" && !node.weights.some(({ specification }) => specification.group === "weight");
  if (readers > 1 || isShown || !isLight || copiedCall(before) !== "" || before.operation === "detach")
    return undefined;
  return groupAt.get(only - inputs.length);
}

/** `clone[1]` for the nodes of a unit used again; empty otherwise. */
function copiedCall({ label }: FragmentNode): string {
  const group = groupOf(label);
  return /^(clone|ema|tied)\[/.test(group) ? group : "";
}

function groupNode(fragment: Fragment, group: Group): InsideNode {
  const nodes = group.map((index) => fragment.nodes[index] as FragmentNode);
  const first = nodes[0] as FragmentNode;
  const last = nodes.at(-1) as FragmentNode;
  const given = first.inputs[0] === undefined ? "" : readableShape(edgeType(fragment, first.inputs[0]).shape);
  const result = readableShape(last.type.shape);
  const shape = given === result ? "" : result;
  const weights = nodes.flatMap((node) => node.weights.map((weight) => ({ weight, mark: markOf(weight, node.label) })));
  const marks = [...new Set(weights.flatMap(({ mark }) => mark))];
  if (copiedCall(first) !== "") {
    const kind = weights.some(({ weight }) => weight.binding?.kind === "average")
      ? "average"
      : weights.length > 0 && weights.every(({ weight }) => !isTrained(weight))
        ? "frozen"
        : "copy";
    return { kind, title: marks[0] ?? copiedCall(first), subtitle: marks.slice(1).join(", "), shape };
  }
  const words = nodes.slice(1).map(describeOperation);
  return { kind: "operation", title: describeOperation(first), subtitle: [...words, ...marks].join(", "), shape };
}
