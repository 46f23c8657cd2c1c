import { comfortableWidth, placePicture } from "../layout/place-picture.ts";
import { pageScript } from "../page-script.generated.ts";
import type { Picture } from "../picture.ts";
import { renderSvg } from "../svg/render-svg.ts";
import { pageColors, pictureStyle } from "../svg/style.ts";
import { escapeText, tag } from "../svg/tag.ts";
import { lossTable, moduleTable } from "./tables.ts";

/** One HTML file that needs nothing else: the picture, its data, the script that unfolds it, and tables of the same. */
export function renderGraphPage(picture: Picture): string {
  const unfolded = new Set<string>();
  const placed = placePicture(picture, { width: comfortableWidth(picture, unfolded, 1280), unfolded });
  const hint = "Tab and arrow keys move, Enter unfolds a part or selects a loss, Escape clears.";
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    // Nothing is fetched, whatever a name or a comment of the model holds.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    tag("title", {}, escapeText(`${picture.name}: graph`)),
    `<style>\n${pictureStyle}\n${pageStyle}\n</style>`,
    "</head>",
    "<body>",
    "<main>",
    tag("h1", { class: "unseen" }, escapeText(picture.name)),
    tag("div", { id: "graph" }, renderSvg(placed, { picture, isInteractive: true })),
    tag(
      "section",
      { "aria-label": "the graph as tables" },
      `<div class="wide">${moduleTable(picture)}</div>`,
      `<div class="wide">${lossTable(picture)}</div>`,
    ),
    "</main>",
    tag("p", { id: "status", role: "status" }, escapeText(hint)),
    `<script type="application/json" id="picture">${JSON.stringify(picture).replaceAll("<", "\\u003c")}</script>`,
    `<script>${pageScript}</script>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const { light, dark } = pageColors;

const pageStyle = [
  ":root { color-scheme: light dark; }",
  `body { margin: 0; background: ${light.paper}; color: ${light.ink}; font: 14px/1.5 system-ui, sans-serif; }`,
  "main { padding: 8px 8px 56px; }",
  "#graph { max-width: 1600px; }",
  "#graph svg { display: block; max-width: 100%; height: auto; }",
  ".unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }",
  ".wide { overflow-x: auto; }",
  "table { border-collapse: collapse; margin: 24px 16px; font-size: 13px; font-variant-numeric: tabular-nums; }",
  ".wide:first-child td:nth-child(n + 4) { white-space: nowrap; }",
  "caption { text-align: left; font-weight: 600; padding-bottom: 6px; }",
  "th, td { text-align: left; vertical-align: top; padding: 3px 12px 3px 0; border-bottom: 1px solid #8886; }",
  `#status { position: fixed; inset: auto 0 0; margin: 0; padding: 8px 24px; background: ${light.paper}; border-top: 1px solid #8886; }`,
  `@media (prefers-color-scheme: dark) { body, #status { background: ${dark.paper}; } body { color: ${dark.ink}; } }`,
  `@media print { #status { display: none; } body { background: ${light.paper}; color: ${light.ink}; } .wide { overflow: visible; } }`,
].join("\n");
