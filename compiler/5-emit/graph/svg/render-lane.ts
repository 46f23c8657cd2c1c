import type { PlacedArrow, PlacedLane, PlacedLoss, PlacedSegment } from "../layout/placed.ts";
import { fitText } from "../layout/text-width.ts";
import { readableBytes, readableCount } from "../readable-numbers.ts";
import { describeLane, describeLoss } from "../words.ts";
import { renderItem } from "./render-item.ts";
import { hueOf } from "./style.ts";
import { arrow, head, line, numbered, round, text } from "./symbols.ts";
import { tag } from "./tag.ts";
import type { View } from "./view.ts";

/** A module: its ground, units, head, the tracks of gradients below them, and its numbers to the right. */
export function renderLane(placed: PlacedLane, view: View): string {
  const { lane, y, nameX, items, arrows, sum, segments, losses } = placed;
  const { module } = lane;
  return tag(
    "g",
    { class: "lane", role: "group", "aria-label": describeLane(lane), "data-module": module },
    text(nameX, y + 20, 13, `Module ${module}`, { class: "bold" }),
    ...arrows.map(renderArrow),
    ...(sum === undefined
      ? []
      : [
          tag("circle", { cx: sum.x, cy: sum.y, r: 7, class: "chip" }),
          line(
            [
              { x: sum.x - 4, y: sum.y },
              { x: sum.x + 4, y: sum.y },
            ],
            "edge",
          ),
          line(
            [
              { x: sum.x, y: sum.y - 4 },
              { x: sum.x, y: sum.y + 4 },
            ],
            "edge",
          ),
        ]),
    ...segments.map((segment) => renderSegment(segment, view)),
    ...items.map((item) => renderItem(item, module, view)),
    ...(placed.head === undefined ? [noHead(placed)] : [renderItem(placed.head, module, view)]),
    ...losses.map((loss) => renderLoss(loss, view)),
    renderNumbers(placed, view),
  );
}

/** Lies under everything else. */
export function renderGround({ lane, x, y, width, height }: PlacedLane): string {
  return tag("rect", { x, y, width, height, rx: 8, class: `ground tint${hueOf(lane.module)}` });
}

function noHead({ numbers, y }: PlacedLane): string {
  return text(numbers.x - 16, y + 60, 11, "no head", { "text-anchor": "end", class: "quiet" });
}

function renderArrow({ points, label, labelAt }: PlacedArrow): string {
  const words = label && labelAt && text(labelAt.x, labelAt.y, 10, label, { "text-anchor": "middle", class: "quiet" });
  return arrow(points, "flow") + (words || "");
}

/** Right to left, as gradients go: a dot at every part that is trained, a bar where it ends. */
function renderSegment({ loss: number, y, from, to, end, dots }: PlacedSegment, view: View): string {
  const { module, pattern } = view.picture.losses[number - 1] as View["picture"]["losses"][number];
  const hue = hueOf(module);
  const isDim = view.selected !== undefined && view.selected !== number;
  return tag(
    "g",
    { class: isDim ? "dim" : undefined, "data-track": number },
    line(
      [
        { x: from, y },
        { x: to, y },
      ],
      `track line${hue} pattern${pattern % 4}`,
    ),
    ...(end === "stop"
      ? [
          line(
            [
              { x: to, y: y - 6.5 },
              { x: to, y: y + 6.5 },
            ],
            `stop line${hue}`,
          ),
        ]
      : []),
    ...(end === "module" ? [head({ x: to - 3, y }, Math.PI, `fill${hue}`, 9)] : []),
    ...(end === "row"
      ? [4, 9, 14].map((left) => tag("circle", { cx: to - left, cy: y, r: 1.4, class: `fill${hue}` }))
      : []),
    ...dots.map((x) => tag("circle", { cx: round(x), cy: y, r: 4.4, class: `fill${hue}` })),
  );
}

function renderLoss({ loss, isOwn, x, y, width, height }: PlacedLoss, view: View): string {
  const middle = y + height / 2;
  if (!isOwn) {
    const isDim = view.selected !== undefined && view.selected !== loss.number;
    const words = `from module ${loss.module}: ${loss.shortName}`;
    const content = fitText(words, 10.5, width - 28);
    return tag(
      "g",
      { class: isDim ? "dim" : undefined },
      numbered(x + 12, middle, loss.number, loss.module),
      text(x + 25, middle + 3.7, 10.5, content, { class: "quiet" }),
    );
  }
  const isSelected = view.selected === loss.number;
  const state = view.selected === undefined ? "" : isSelected ? " reached" : " dim";
  const interactive = view.isInteractive && {
    tabindex: 0,
    role: "button",
    "aria-pressed": `${isSelected}`,
    "aria-label": describeLoss(loss),
  };
  const weight = `× ${loss.weight}`;
  return tag(
    "g",
    { class: `loss${state}${view.isInteractive ? " button" : ""}`, "data-loss": loss.number, ...interactive },
    tag("rect", { x, y, width, height, rx: height / 2, class: `box line${hueOf(loss.module)}` }),
    numbered(x + 8, middle, loss.number, loss.module),
    text(x + 21, middle + 3.8, 11, fitText(loss.shortName, 11, width - 96), { class: "bold" }),
    text(x + width - 9, middle + 3.7, 10.5, fitText(weight, 10.5, 96), { "text-anchor": "end", class: "quiet" }),
    ...(view.isInteractive
      ? [tag("rect", { x: x - 3, y: y - 2, width: width + 6, height: height + 4, rx: 9, class: "ring" })]
      : []),
  );
}

/** Parameters, multiply-adds, and two bars: what the backward pass keeps, and the peak while the module runs. */
function renderNumbers({ lane, numbers }: PlacedLane, { picture }: View): string {
  const { x, y, width } = numbers;
  const { units, head: inHead, peak } = lane.memory;
  const all = picture.lanes.map(({ memory }) => Math.max(memory.peak, memory.units + memory.head));
  const scale = width / Math.max(1, ...all);
  const hue = hueOf(lane.module);
  const isPeak = peak === picture.peakBytes;
  const headParameters = lane.headParameters > 0 ? ` + ${readableCount(lane.headParameters)}` : "";
  return tag(
    "g",
    { class: "numbers" },
    text(x, y + 9, 10.5, `${readableCount(lane.parameters)}${headParameters} parameters`),
    text(x, y + 23, 10.5, `${readableCount(lane.macs)} multiply-adds`, { class: "quiet" }),
    tag("rect", { x, y: y + 34, width: round(units * scale), height: 9, class: `fill${hue}` }),
    tag("rect", {
      x: round(x + units * scale),
      y: y + 34,
      width: round(inHead * scale),
      height: 9,
      class: `chip line${hue}`,
      "stroke-width": 1.4,
    }),
    text(x, y + 54, 10.5, `saves ${readableBytes(units)}${inHead > 0 ? ` + ${readableBytes(inHead)}` : ""}`),
    tag("rect", { x, y: y + 64, width: round(peak * scale), height: 4, class: "solid" }),
    text(x, y + 80, 10.5, `peak ${readableBytes(peak)}`, { class: isPeak ? "bold" : undefined }),
    ...(isPeak ? [text(x + width, y + 80, 10.5, "largest", { "text-anchor": "end", class: "quiet" })] : []),
  );
}
