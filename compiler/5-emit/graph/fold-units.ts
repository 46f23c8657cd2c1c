import type { Unit } from "../../2-elaborate/model.ts";
import type { Item } from "./picture.ts";

/** How many alike units in a row are drawn as one. */
const fewest = 3;

/** Runs of units that do the same, in one lane and trained by the same losses, become one item that can be unfolded. */
export function foldUnits(units: readonly Unit[], items: readonly Item[]): Item[] {
  const keys = units.map((unit, position) => keyOf(unit, items[position] as Item));
  const folded: Item[] = [];
  for (let start = 0; start < items.length; ) {
    let end = start + 1;
    while (end < items.length && keys[end] === keys[start]) end += 1;
    const run = items.slice(start, end);
    folded.push(...(run.length >= fewest ? [foldRun(run)] : run));
    start = end;
  }
  return folded;
}

/** Equal for units of the same operations at the same resolution, however many channels they have. */
function keyOf({ address, fragment }: Unit, { trainedBy, sides, marks }: Item): string {
  const resolution = (shape: readonly number[]) => (shape.length > 2 ? shape.slice(0, -1) : []);
  return JSON.stringify([
    address.replace(/\[\d+\]$/, ""),
    fragment.inputs.map(({ source, type }) => [source.kind, resolution(type.shape)]),
    fragment.nodes.map(({ operation, inputs, type, arguments: given }) => [
      operation,
      inputs,
      resolution(type.shape),
      given["kernel"],
    ]),
    trainedBy,
    sides,
    marks,
  ]);
}

function foldRun(run: readonly Item[]): Item {
  const first = run[0] as Item;
  const last = run.at(-1) as Item;
  return {
    ...first,
    id: `${first.id}…${last.id}`,
    kind: "fold",
    title: titleOf(first.title, last.title),
    subtitle: `×${run.length}`,
    owners: run.flatMap(({ owners }) => owners),
    parameters: sum(run.map(({ parameters }) => parameters)),
    macs: sum(run.map(({ macs }) => macs)),
    output: last.output,
    folded: run,
  };
}

/** `stage[1].block[2–5]` */
function titleOf(first: string, last: string): string {
  const from = /^(.*\[)(\d+)\]$/.exec(first);
  const to = /^(.*\[)(\d+)\]$/.exec(last);
  return from === null || to === null || from[1] !== to[1] ? `${first} … ${last}` : `${from[1]}${from[2]}–${to[2]}]`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, next) => total + next, 0);
}
