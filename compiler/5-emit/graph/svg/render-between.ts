/** What lies between lanes: cuts with their stops, rails of contexts, the input, shared weights. */

import type { Point } from "../layout/place-inside.ts";
import type { Placed, PlacedCut, PlacedRail, PlacedShared } from "../layout/placed.ts";
import type { Loss } from "../picture.ts";
import { readableCount } from "../readable-numbers.ts";
import { hueOf } from "./style.ts";
import { arrow, head, line, numbered, stopSign, text } from "./symbols.ts";
import { tag } from "./tag.ts";
import type { View } from "./view.ts";

export function renderInput({ input, inputEdge }: Placed, { picture }: View): string {
  const { x, y, width, height } = input;
  return tag(
    "g",
    { class: "input" },
    arrow(inputEdge, "flow"),
    tag("rect", { x, y, width, height, rx: 13, class: "box" }),
    text(x + width / 2, y + 17, 12, `input ${picture.input}`, { "text-anchor": "middle" }),
  );
}

/** Features go on; gradients end at the sign, but for those of losses that reach over the cut. */
export function renderCut({ cut, module, path, stop, textX, height }: PlacedCut, view: View): string {
  const { passedBy, shape, after } = cut;
  const words = passedBy.length === 0 ? "no gradient passes" : "no other gradient passes";
  return tag(
    "g",
    { class: "cut", "data-cut": module },
    arrow(path, "flow"),
    stopSign(stop, passedBy.length > 0),
    ...passedBy.map((number, index) => renderCrossing(number, { x: textX + 8 + index * 24, y: stop.y }, height, view)),
    text(textX + passedBy.length * 24, stop.y + 3.8, 10.5, `${shape} · cut after ${after}: ${words}`, {
      class: "quiet",
    }),
  );
}

/** A later loss's gradient on its way up. */
function renderCrossing(number: number, { x, y }: Point, height: number, view: View): string {
  const { module, pattern } = view.picture.losses[number - 1] as Loss;
  const [top, bottom] = [y - height / 2, y + height / 2];
  const isDim = view.selected !== undefined && view.selected !== number;
  return tag(
    "g",
    { class: isDim ? "dim" : undefined, "data-crossing": number },
    line(
      [
        { x, y: bottom },
        { x, y: top + 6 },
      ],
      `crossing line${hueOf(module)} pattern${pattern % 4}`,
    ),
    head({ x, y: top }, -Math.PI / 2, `fill${hueOf(module)}`, 8),
    numbered(x, y + 2, number, module),
  );
}

export function renderRail({ from, to, points }: PlacedRail): string {
  const end = points.at(-1) as Point;
  return tag(
    "g",
    { class: "context-edge", "data-from": from, "data-to": to },
    arrow(points, "rail"),
    line(
      [
        { x: end.x - 10, y: end.y - 5 },
        { x: end.x - 10, y: end.y + 5 },
      ],
      "stop",
    ),
  );
}

export function renderShared({ parts, x, y, width, height }: PlacedShared, view: View): string {
  return tag(
    "g",
    { class: "shared", role: "group", "aria-label": "shared weights" },
    tag("rect", { x, y, width, height, rx: 8, class: "chip" }),
    text(x + 28, y + 20, 13, "Shared weights", { class: "bold" }),
    ...parts.map(({ part, ...box }) => {
      const isReached = view.selected !== undefined && part.trainedBy.includes(view.selected);
      const state = view.selected === undefined ? "" : isReached ? " reached" : " dim";
      const facts = `${part.shape} · ${readableCount(part.parameters)}`;
      return tag(
        "g",
        { class: `item${state}`, "data-item": part.id, "data-owners": part.id },
        tag("rect", { ...box, rx: 5, class: "box" }),
        text(box.x + 10, box.y + 17, 12.5, part.name, { class: "bold" }),
        text(box.x + 10, box.y + 31, 10.5, facts, { class: "quiet" }),
        ...part.trainedBy.map((number, index) => {
          const { module } = view.picture.losses[number - 1] as Loss;
          return numbered(box.x + 17 + index * 20, box.y + 46, number, module);
        }),
      );
    }),
  );
}
