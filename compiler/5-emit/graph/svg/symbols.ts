/** The picture's signs: arrows, stops, numbered losses. */
import type { Point } from "../layout/place-inside.ts";
import { hueOf } from "./style.ts";
import { type Attributes, escapeText, tag } from "./tag.ts";

export function text(x: number, y: number, size: number, content: string, attributes: Attributes = {}): string {
  return tag("text", { x: round(x), y: round(y), "font-size": size, ...attributes }, escapeText(content));
}

/** A line through points with an arrowhead at its end. */
export function arrow(points: readonly Point[], kind: "flow" | "rail" | "edge", extra = ""): string {
  const end = points.at(-1) as Point;
  const before = points.at(-2) as Point;
  const angle = Math.atan2(end.y - before.y, end.x - before.x);
  return line(points, `${kind} ${extra}`.trim()) + head(end, angle, "solid", kind === "edge" ? 5 : 6.5);
}

export function line(points: readonly Point[], className: string): string {
  const path = points.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join(" ");
  return tag("path", { d: path, class: className });
}

export function head({ x, y }: Point, angle: number, className: string, size: number): string {
  const corner = (turn: number) =>
    `${round(x - size * Math.cos(angle + turn))} ${round(y - size * Math.sin(angle + turn))}`;
  return tag("path", { d: `M${round(x)} ${round(y)} L${corner(0.42)} L${corner(-0.42)} Z`, class: className });
}

/** Where gradients end: a stop's octagon with a bar; hollow where some losses' gradients pass. */
export function stopSign({ x, y }: Point, isOpen = false): string {
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => {
    const angle = Math.PI / 8 + (index * Math.PI) / 4;
    return `${round(x + 9 * Math.cos(angle))},${round(y + 9 * Math.sin(angle))}`;
  });
  return (
    tag("polygon", { points: corners.join(" "), class: isOpen ? "stop-open" : "stop-fill" }) +
    tag("rect", { x: round(x - 5.5), y: round(y - 1.7), width: 11, height: 3.4, class: isOpen ? "stop-fill" : "paper" })
  );
}

/** A loss's number in a ring of its module's colour and pattern. */
export function numbered(x: number, y: number, number: number, module: number): string {
  const size = number > 99 ? 7.5 : 9.5;
  return (
    tag("circle", { cx: round(x), cy: round(y), r: 7.4, class: `chip line${hueOf(module)}`, "stroke-width": 1.8 }) +
    text(x, y + size * 0.36, size, `${number}`, { "text-anchor": "middle", class: "bold" })
  );
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
