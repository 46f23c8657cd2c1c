import type { Placed } from "../layout/placed.ts";
import { describePicture } from "../words.ts";
import { renderCut, renderInput, renderRail, renderShared } from "./render-between.ts";
import { renderGround, renderLane } from "./render-lane.ts";
import { renderLegend } from "./render-legend.ts";
import { pictureStyle } from "./style.ts";
import { text } from "./symbols.ts";
import { escapeText, tag } from "./tag.ts";
import type { View } from "./view.ts";

/** The whole picture as one SVG element, in the order in which data flows. */
export function renderSvg(placed: Placed, view: View): string {
  const { width, height, documentation, facts, factsY, lanes, cuts, rails, shared, legendY } = placed;
  const { picture, isInteractive } = view;
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "graph",
      viewBox: `0 0 ${width} ${Math.ceil(height)}`,
      width,
      height: Math.ceil(height),
      role: isInteractive ? "group" : "img",
      "aria-label": `graph of ${picture.name}`,
    },
    ...(isInteractive
      ? []
      : [tag("title", {}, escapeText(picture.name)), tag("desc", {}, escapeText(describePicture(picture)))]),
    ...(isInteractive ? [] : [tag("style", {}, escapeText(pictureStyle).replaceAll("&gt;", ">"))]),
    tag("rect", { x: 0, y: 0, width, height: Math.ceil(height), class: "paper" }),
    text(16, 30, 20, picture.name, { class: "bold" }),
    ...documentation.map((words, index) => text(16, 52 + index * 18, 12.5, words)),
    ...facts.map((words, index) => text(16, factsY + 10 + index * 16, 11, words, { class: "quiet" })),
    ...lanes.map(renderGround),
    renderInput(placed, view),
    ...rails.map(renderRail),
    ...lanes.map((lane) => renderLane(lane, view)),
    ...cuts.map((cut) => renderCut(cut, view)),
    ...(shared === undefined ? [] : [renderShared(shared, view)]),
    renderLegend(picture, 16, legendY, width - 32),
  );
}
