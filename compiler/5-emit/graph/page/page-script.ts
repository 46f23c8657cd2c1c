/**
 * What runs in the page: the picture is laid out and drawn by the same code as in the SVG file, again whenever something is
 * unfolded, selected or resized. `scripts/generate-graph-page.mjs` bundles it into `page-script.generated.ts`.
 */
import { comfortableWidth, placePicture } from "../layout/place-picture.ts";
import type { Picture } from "../picture.ts";
import { renderSvg } from "../svg/render-svg.ts";
import { describeLoss } from "../words.ts";
import type { Browser, PageElement, PageEvent } from "./browser.ts";
import { type Direction, nearest } from "./nearest.ts";

const browser = globalThis as unknown as Browser;
const figure = browser.document.getElementById("graph");
const status = browser.document.getElementById("status");
const data = browser.document.getElementById("picture");

if (figure !== null && status !== null && data !== null) start(figure, status, JSON.parse(data.textContent ?? ""));

function start(graph: PageElement, line: PageElement, picture: Picture): void {
  const unfolded = new Set<string>();
  let selected: number | undefined;
  const hint = line.textContent;

  function draw(): void {
    const key = keyOf(browser.document.activeElement);
    const width = comfortableWidth(picture, unfolded, Math.min(graph.clientWidth, 1600));
    const placed = placePicture(picture, { width, unfolded });
    graph.innerHTML = renderSvg(placed, { picture, isInteractive: true, ...(selected !== undefined && { selected }) });
    if (key !== undefined)
      buttons()
        .find((button) => keyOf(button) === key)
        ?.focus({ preventScroll: true });
  }

  function buttons(): PageElement[] {
    return [...graph.querySelectorAll(".button")];
  }

  function act(button: PageElement): void {
    const { item, loss } = button.dataset;
    if (loss !== undefined) {
      selected = selected === Number(loss) ? undefined : Number(loss);
      const words =
        selected === undefined ? hint : describeLoss(picture.losses[selected - 1] as Picture["losses"][number]);
      draw();
      line.textContent = words;
    } else if (item !== undefined && button.getAttribute("aria-expanded") !== null) {
      if (!unfolded.delete(item)) unfolded.add(item);
      draw();
    }
  }

  function clear(): void {
    if (selected === undefined) unfolded.clear();
    selected = undefined;
    draw();
    line.textContent = hint;
  }

  graph.addEventListener("click", ({ target }) => {
    const button = target?.closest(".button");
    if (button) act(button);
  });
  graph.addEventListener("focusin", ({ target }) => {
    const name = target?.getAttribute("aria-label");
    if (name && selected === undefined) line.textContent = name;
  });
  graph.addEventListener("keydown", (event: PageEvent) => {
    const button = event.target?.closest(".button");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") clear();
    else if (button && (event.key === "Enter" || event.key === " ")) act(button);
    else if (button && event.key in directions) {
      const next = nearest(button.getBoundingClientRect(), directions[event.key] as Direction, boxesOf(buttons()));
      next?.button.focus();
    } else return;
    event.preventDefault();
  });
  browser.addEventListener("resize", draw);
  draw();
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** The same before and after the picture is drawn again. */
function keyOf(element: PageElement | null): string | undefined {
  const { item, loss } = element?.dataset ?? {};
  return item ?? (loss === undefined ? undefined : `loss ${loss}`);
}

function boxesOf(buttons: readonly PageElement[]) {
  return buttons.map((button) => {
    const { x, y, width, height } = button.getBoundingClientRect();
    return { button, x, y, width, height };
  });
}
