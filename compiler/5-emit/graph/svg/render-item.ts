import type { Box, PlacedInside } from "../layout/place-inside.ts";
import { flowAt } from "../layout/place-row.ts";
import type { PlacedItem } from "../layout/placed.ts";
import { fitText, textWidth } from "../layout/text-width.ts";
import type { InsideNode, Item } from "../picture.ts";
import { describeItem } from "../words.ts";
import { hueOf } from "./style.ts";
import { arrow, head, line, round, text } from "./symbols.ts";
import { tag } from "./tag.ts";
import type { View } from "./view.ts";

/** A unit, a folded run, a context or a head: its box, what it is given beside the chain, and its inside where unfolded. */
export function renderItem({ item, isHandle, inside, lines, ...box }: PlacedItem, module: number, view: View): string {
  const { x, y, width, height } = box;
  const isReached = view.selected !== undefined && item.trainedBy.includes(view.selected);
  const state = view.selected === undefined || isHandle ? "" : isReached ? " reached" : " dim";
  const canUnfold = item.inside !== undefined || item.folded !== undefined;
  const isOpen = isHandle || inside !== undefined;
  const name = isHandle ? `fold ${item.title} again` : describeItem(item, view.picture);
  const attributes = {
    class: `item ${item.kind}${state}${view.isInteractive ? " button" : ""}`,
    "data-item": item.id,
    ...(isHandle && { "data-handle": "yes" }),
    ...(!isHandle && { "data-owners": item.owners.join(" ") }),
    ...(view.isInteractive && {
      tabindex: 0,
      role: "button",
      "aria-label": name,
      ...(canUnfold && { "aria-expanded": `${isOpen}` }),
    }),
  };
  const rounded = item.kind === "head" ? 12 : item.kind === "context" ? 16 : 5;
  const outline = { x, y, width, height, rx: rounded };
  return tag(
    "g",
    attributes,
    ...(view.isInteractive ? [] : [tag("title", {}, escapeTitle(name))]),
    ...(item.kind === "fold" && !isHandle ? [sheets(outline, module)] : []),
    tag("rect", { ...outline, class: `box line${hueOf(module)}` }),
    ...(isHandle ? [handle(x, y, width, item)] : [labels(item, lines, box)]),
    ...(isHandle ? [] : [sides(item, x + (item.kind === "head" ? 12 : 4), y)]),
    ...(inside === undefined
      ? []
      : [renderInside(inside, x + (width - inside.width) / 2, y + height - inside.height - 10, module)]),
    ...(view.isInteractive
      ? [tag("rect", { x: x - 4, y: y - 4, width: width + 8, height: height + 8, rx: rounded + 3, class: "ring" })]
      : []),
  );
}

function escapeTitle(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The edges of two more sheets: several units behind one another. */
function sheets({ x, y, width, height }: Box, module: number): string {
  return [6, 3]
    .map((shift) =>
      tag("rect", { x: x + shift, y: y - shift, width, height, rx: 5, class: `box line${hueOf(module)}` }),
    )
    .join("");
}

function handle(x: number, y: number, width: number, { folded = [] }: Item): string {
  const middle = { "text-anchor": "middle" };
  return (
    text(x + width / 2, y + 19, 12, `×${folded.length}`, { ...middle, class: "bold" }) +
    text(x + width / 2, y + 34, 10, "fold", { ...middle, class: "quiet" })
  );
}

function labels(item: Item, lines: readonly string[], { x, y, width }: Box): string {
  const isHead = item.kind === "head";
  const left = isHead ? x + 12 : x + width / 2;
  const anchor = isHead ? {} : { "text-anchor": "middle" };
  const badge = item.isReadout ? textWidth("readout", 10) + 14 : 0;
  return [
    text(left, y + flowAt - 3, 12.5, fitText(item.title, 13.5, width - 12 - badge), { ...anchor, class: "bold" }),
    ...lines.map((words, index) =>
      text(left, y + flowAt + 12 + index * 13, 10.5, words, { ...anchor, class: "quiet" }),
    ),
    ...(item.isReadout
      ? [
          tag("rect", {
            x: round(x + width - badge - 8),
            y: y + 7,
            width: round(badge),
            height: 16,
            rx: 8,
            class: "chip",
          }),
          text(x + width - badge / 2 - 8, y + 18.5, 10, "readout", { "text-anchor": "middle" }),
        ]
      : []),
  ].join("");
}

/** Targets and far-away tensors, in a row above the box. A bar where no gradient passes. */
function sides({ sides: given }: Item, x: number, y: number): string {
  let next = x;
  return given
    .map(({ name, stops }) => {
      const width = textWidth(name, 10) + 12;
      const left = next;
      next += width + 8;
      const middle = left + Math.min(width / 2, 26);
      const down = [
        { x: middle, y: y - 10 },
        { x: middle, y },
      ];
      return tag(
        "g",
        { class: "side", "data-side": name },
        tag("rect", {
          x: left,
          y: y - 26,
          width,
          height: 16,
          rx: 8,
          class: "chip",
          "stroke-dasharray": stops ? "3 2" : undefined,
        }),
        text(left + width / 2, y - 14.5, 10, name, { "text-anchor": "middle" }),
        line(down, stops ? "edge stopped" : "edge"),
        stops
          ? line(
              [
                { x: middle - 5, y: y - 5 },
                { x: middle + 5, y: y - 5 },
              ],
              "stop",
            )
          : head(down[1] as never, Math.PI / 2, "solid", 5),
      );
    })
    .join("");
}

/** The operations of an unfolded part. */
function renderInside({ nodes, edges }: PlacedInside, left: number, top: number, module: number): string {
  const move = ({ x, y }: { x: number; y: number }) => ({ x: x + left, y: y + top });
  return tag(
    "g",
    { class: "inside" },
    ...edges.map(({ points, stops }) => arrow(points.map(move), "edge", stops ? "stopped" : "")),
    ...nodes.map(({ node, ...box }) => renderNode(node, { ...box, ...move(box) }, module)),
  );
}

function renderNode(node: InsideNode, box: Box, module: number): string {
  const { x, y, width, height } = box;
  const isEnd = node.kind === "source" || node.kind === "constant" || node.kind === "result";
  const dash = { average: "2 3", frozen: "6 3", copy: "1 0" }[node.kind as string];
  const middle = x + width / 2;
  const shape = node.shape === "" || node.shape === "scalar" || isEnd ? "" : `→ ${node.shape}`;
  return tag(
    "g",
    { class: `node ${node.kind}` },
    tag("title", {}, escapeTitle([node.title, node.subtitle, node.shape].filter((part) => part !== "").join(" · "))),
    tag("rect", {
      ...{ x, y, width, height, rx: isEnd ? 10 : 3, "stroke-dasharray": node.kind === "constant" ? "3 2" : dash },
      class:
        node.kind === "loss"
          ? `box tint${hueOf(module)}`
          : node.kind === "operation" || isEnd
            ? "box"
            : `box line${hueOf(module)}`,
    }),
    text(middle, y + 14, 10.5, node.title, {
      "text-anchor": "middle",
      class: node.kind === "loss" ? "bold" : undefined,
    }),
    ...(node.subtitle === ""
      ? []
      : [text(middle, y + 26, 9, node.subtitle, { "text-anchor": "middle", class: "quiet" })]),
    ...(shape === "" ? [] : [text(middle + 5, y + height + 11, 9, shape, { class: "quiet halo" })]),
  );
}
