/** The units of a backbone by address: `stage[2].block[1]` is a path in a tree of names and numbers. */
import type { Place } from "../../grammar/span.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

export interface AddressNode {
  /** `stage[2]`; empty for the root. */
  readonly path: string;
  readonly members: Map<string, AddressNode>;
  readonly indexed: Map<number, AddressNode>;
  /** The unit with exactly this address. */
  unit?: AddressedUnit;
  /** The last unit at or below this address so far: what `stage[1]` gives as a tensor. */
  last?: AddressedUnit;
}

export interface AddressedUnit {
  /** 1-based position in the chain. */
  readonly index: number;
  readonly type: TensorType | undefined;
  readonly place: Place;
}

/** One part of an evaluated address. */
export interface AddressStep {
  readonly name: string;
  readonly index?: number;
}

export function createAddressNode(path = ""): AddressNode {
  return { path, members: new Map(), indexed: new Map() };
}

/** Enters a unit; false where its address is taken. */
export function addUnit(root: AddressNode, steps: readonly AddressStep[], unit: AddressedUnit): boolean {
  const way = [root];
  for (const step of steps) {
    way.push(memberOf(way[way.length - 1] ?? root, step.name));
    if (step.index !== undefined) way.push(indexOf(way[way.length - 1] ?? root, step.index));
  }
  const node = way[way.length - 1] ?? root;
  if (node.unit !== undefined) return false;
  node.unit = unit;
  for (const passed of way) passed.last = unit;
  return true;
}

export function findAddress(root: AddressNode, steps: readonly AddressStep[]): AddressNode | undefined {
  let node: AddressNode | undefined = root;
  for (const { name, index } of steps) {
    node = node.members.get(name);
    if (index !== undefined) node = node?.indexed.get(index);
    if (node === undefined) return undefined;
  }
  return node;
}

/** Positions of the units at or below an address, in order. */
export function unitsBelow(node: AddressNode): number[] {
  const own = node.unit === undefined ? [] : [node.unit.index];
  const below = [...node.members.values(), ...node.indexed.values()].flatMap(unitsBelow);
  return [...own, ...below].sort((a, b) => a - b);
}

export function printAddress(steps: readonly AddressStep[]): string {
  return steps.map(({ name, index }) => (index === undefined ? name : `${name}[${index}]`)).join(".");
}

function memberOf(node: AddressNode, name: string): AddressNode {
  let member = node.members.get(name);
  if (member === undefined) {
    member = createAddressNode(node.path === "" ? name : `${node.path}.${name}`);
    node.members.set(name, member);
  }
  return member;
}

function indexOf(node: AddressNode, index: number): AddressNode {
  let member = node.indexed.get(index);
  if (member === undefined) {
    member = createAddressNode(`${node.path}[${index}]`);
    node.indexed.set(index, member);
  }
  return member;
}
