import { placePicture } from "./layout/place-picture.ts";
import type { Picture } from "./picture.ts";
import { renderSvg } from "./svg/render-svg.ts";

/** A picture as an SVG file, everything folded; `width` in pixels. */
export function renderGraphSvg(picture: Picture, width = 1160): string {
  const placed = placePicture(picture, { width, unfolded: new Set() });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderSvg(placed, { picture, isInteractive: false })}\n`;
}
