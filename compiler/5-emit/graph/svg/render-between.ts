/** What lies between lanes: cuts with their stops, rails of contexts, the input, shared weights. */
import type { Placed, PlacedCut, PlacedRail, PlacedShared } from "../layout/placed.ts";
import { readableCount } from "../readable-numbers.ts";
import { hueOf } from "./style.ts";
import { arrow, line, numbered, stopSign, text } from "./symbols.ts";
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
export function renderCut({ cut, module, path, stop }: PlacedCut, view: View): string {
  const { passedBy, shape, after } = cut;
  const words = passedBy.length === 0 ? "no gradient passes" : "passed only by the gradient of";
  const start = stop.x + 18;
  const sentence = `${shape} · cut after ${after}: ${words}`;
  const numbersX = start + measured(sentence) + 12;
  return tag(
    "g",
    { class: "cut", "data-cut": module },
    arrow(path, "flow"),
    stopSign(stop),
    ...(passedBy.length === 0 ? [] : [line([{ x: stop.x - 12, y: stop.y + 12 }, { x: stop.x + 12, y: stop.y - 12 }], "edge")]),
    text(start, stop.y + 3.8, 10.5, sentence, { class: "quiet" }),
    ...passedBy.map((number, index) => {
      const { module: from } = view.picture.losses[number - 1] as View["picture"]["losses"][number];
      return numbered(numbersX + index * 19, stop.y, number, from);
    }),
  );
}

function measured(sentence: string): number {
  return sentence.length * 5.55;
}

export function renderRail({ from, to, points }: PlacedRail): string {
  return tag("g", { class: "context-edge", "data-from": from, "data-to": to }, arrow(points, "rail"));
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
          const { module } = view.picture.losses[number - 1] as View["picture"]["losses"][number];
          return tag("g", { class: `trainer line${hueOf(module)}` }, numbered(box.x + 17 + index * 20, box.y + 46, number, module));
        }),
      );
    }),
  );
}
