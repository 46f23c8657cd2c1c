import { comfortableWidth, placePicture } from "./layout/place-picture.ts";
import type { Picture } from "./picture.ts";
import { renderSvg } from "./svg/render-svg.ts";

/** A picture as an SVG file, everything folded. */
export function renderGraphSvg(picture: Picture): string {
  const unfolded = new Set<string>();
  const placed = placePicture(picture, { width: comfortableWidth(picture, unfolded, 1280), unfolded });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${renderSvg(placed, { picture, isInteractive: false })}\n`;
}
