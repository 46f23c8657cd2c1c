import type { StepProgram } from "../../../runtime/program/step-program.ts";
import type { ScopedModel } from "../../3-scope/scoped-model.ts";
import { drawPicture } from "./draw-picture.ts";
import { renderGraphPage } from "./page/render-page.ts";
import { renderGraphSvg } from "./render-graph-svg.ts";

/** A model as a picture for people: an SVG file for papers, or a page on which it can be explored. */
export function emitGraph(scoped: ScopedModel, program: StepProgram, format: "svg" | "html"): string {
  const picture = drawPicture(scoped, program);
  return format === "svg" ? renderGraphSvg(picture) : renderGraphPage(picture);
}
