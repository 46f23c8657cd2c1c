/**
 * A graph of operations in layers, top to bottom (Sugiyama, Tagawa and Toda 1981): a node lies below all it reads; an edge
 * over several layers bends through an empty place in each; neighbours pull nodes over each other.
 */
import type { Inside, InsideNode } from "../picture.ts";
import { textWidth } from "./text-width.ts";

export interface PlacedInside {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly (Box & { readonly node: InsideNode })[];
  /** Points an edge passes, from the bottom of one node to the top of another. */
  readonly edges: readonly { readonly points: readonly Point[]; readonly stops: boolean }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

const layerGap = 20;
const siblingGap = 12;
const bendWidth = 10;

/** A node, or the place where a long edge passes a layer. */
interface Spot {
  readonly layer: number;
  readonly width: number;
  readonly node?: number;
  x: number;
  readonly above: Spot[];
  readonly below: Spot[];
}

export function placeInside({ nodes, edges }: Inside): PlacedInside {
  const layerOf = layerNodes(nodes, edges);
  const spots = nodes.map((node, index): Spot => newSpot(layerOf[index] as number, nodeWidth(node), index));
  const layers: Spot[][] = [];
  const put = (spot: Spot): Spot => {
    while (layers.length <= spot.layer) layers.push([]);
    layers[spot.layer]?.push(spot);
    return spot;
  };
  spots.forEach(put);
  const paths = edges.map(({ from, to }) => {
    const path = [spots[from] as Spot];
    for (let layer = (layerOf[from] as number) + 1; layer < (layerOf[to] as number); layer++) {
      path.push(put(newSpot(layer, bendWidth)));
    }
    path.push(spots[to] as Spot);
    for (const [index, spot] of path.slice(1).entries()) {
      spot.above.push(path[index] as Spot);
      path[index]?.below.push(spot);
    }
    return path;
  });
  orderLayers(layers);
  alignLayers(layers);
  return toBoxes(nodes, edges, spots, paths, layers);
}

function newSpot(layer: number, width: number, node?: number): Spot {
  return { layer, width, ...(node !== undefined && { node }), x: 0, above: [], below: [] };
}

/** The longest way from a source; sources lie right above their first reader. */
function layerNodes(nodes: Inside["nodes"], edges: Inside["edges"]): number[] {
  const layers = nodes.map(() => 0);
  for (let pass = 0, changed = true; changed && pass <= nodes.length; pass++) {
    changed = false;
    for (const { from, to } of edges) {
      const layer = (layers[from] as number) + 1;
      if (layer <= (layers[to] as number)) continue;
      layers[to] = layer;
      changed = true;
    }
  }
  for (const [index, { kind }] of nodes.entries()) {
    if (kind !== "constant") continue;
    const readers = edges.filter(({ from }) => from === index).map(({ to }) => layers[to] as number);
    layers[index] = Math.max(0, Math.min(...readers) - 1);
  }
  return layers;
}

function nodeWidth({ title, subtitle }: InsideNode): number {
  return Math.max(48, textWidth(title, 10.5) + 14, textWidth(subtitle, 9) + 14);
}

function orderLayers(layers: Spot[][]): void {
  for (let sweep = 0; sweep < 8; sweep++) {
    const isDown = sweep % 2 === 0;
    for (const layer of isDown ? layers : [...layers].reverse()) {
      layer.forEach((spot, position) => {
        spot.x = mean(isDown ? spot.above : spot.below) ?? position;
      });
      layer.sort((a, b) => a.x - b.x);
      layer.forEach((spot, position) => {
        spot.x = position;
      });
    }
  }
}

function alignLayers(layers: readonly Spot[][]): void {
  for (const layer of layers) spread(layer);
  for (let sweep = 0; sweep < 12; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse()) {
      for (const spot of layer) spot.x = mean(sweep % 2 === 0 ? spot.above : spot.below) ?? spot.x;
      spread(layer);
    }
  }
}

/** Moves spots apart where they overlap, in their order, and keeps their common middle. */
function spread(layer: readonly Spot[]): void {
  const before = mean(layer) ?? 0;
  for (let index = 1; index < layer.length; index++) {
    const left = layer[index - 1] as Spot;
    const spot = layer[index] as Spot;
    spot.x = Math.max(spot.x, left.x + (left.width + spot.width) / 2 + siblingGap);
  }
  const shift = before - (mean(layer) ?? 0);
  for (const spot of layer) spot.x += shift;
}

function mean(spots: readonly Spot[]): number | undefined {
  return spots.length === 0 ? undefined : spots.reduce((sum, { x }) => sum + x, 0) / spots.length;
}

function toBoxes(
  nodes: Inside["nodes"],
  edges: Inside["edges"],
  spots: readonly Spot[],
  paths: readonly (readonly Spot[])[],
  layers: readonly (readonly Spot[])[],
): PlacedInside {
  const heights = layers.map((layer) => Math.max(...layer.map(({ node }) => nodeHeight(nodes[node ?? -1]))));
  const tops: number[] = [];
  heights.reduce((top, height, index) => {
    tops[index] = top;
    return top + height + layerGap;
  }, 0);
  const left = Math.min(...layers.flat().map(({ x, width }) => x - width / 2));
  const right = Math.max(...layers.flat().map(({ x, width }) => x + width / 2));
  const boxes = spots.map(({ x, width, layer, node }) => ({
    x: round(x - width / 2 - left),
    y: tops[layer] as number,
    width: round(width),
    height: nodeHeight(nodes[node ?? -1]),
    node: nodes[node ?? -1] as InsideNode,
  }));
  return {
    width: round(right - left),
    height: (tops.at(-1) ?? 0) + (heights.at(-1) ?? 0),
    nodes: boxes,
    edges: paths.map((path, index) => ({
      stops: edges[index]?.stops === true,
      points: path.flatMap((spot, position): Point[] => {
        const x = round(spot.x - left);
        const top = tops[spot.layer] as number;
        const bottom = top + (spot.node === undefined ? (heights[spot.layer] as number) : nodeHeight(nodes[spot.node]));
        if (position === 0) return [{ x, y: bottom }];
        if (position === path.length - 1) return [{ x, y: top }];
        return [
          { x, y: top },
          { x, y: bottom },
        ];
      }),
    })),
  };
}

function nodeHeight(node: InsideNode | undefined): number {
  if (node === undefined) return 0;
  return node.subtitle === "" ? 20 : 32;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
