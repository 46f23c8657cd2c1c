/** The picture in words: names for screen readers, and the line that says what has the focus. */
import type { Item, Lane, Loss, Picture } from "./picture.ts";
import { readableBytes, readableCount } from "./readable-numbers.ts";

export function describeItem(item: Item, { losses }: Picture): string {
  const kinds = { unit: "unit", fold: "units", head: "head", context: "context" };
  const trainers = item.trainedBy.map((number) => losses[number - 1]?.name ?? "");
  const sides = item.sides.map(({ name, stops }) => `${name}${stops ? " (no gradient)" : ""}`);
  return [
    `${kinds[item.kind]} ${item.kind === "head" ? `${item.id} ${item.title}` : item.kind === "context" ? item.id : item.title}`,
    ...(item.folded === undefined ? [] : [`${item.folded.length} alike`]),
    ...(item.kind === "head" && item.subtitle !== "" ? [item.subtitle] : []),
    ...(item.isReadout ? ["the readout"] : []),
    [item.input, item.output].filter((shape) => shape !== "").join(" to "),
    `${readableCount(item.parameters)} parameters`,
    `${readableCount(item.macs)} multiply-adds`,
    ...(sides.length === 0 ? [] : [`also given ${sides.join(", ")}`]),
    ...item.marks,
    trainers.length === 0 ? "trained by no loss" : `trained by ${trainers.join(", ")}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}

export function describeLoss({ number, name, weight, reach, trains }: Loss): string {
  return [
    `loss ${number}, ${name}`,
    `weight ${weight}`,
    ...(reach === "" ? [] : [reach]),
    trains.length === 0 ? "trains nothing" : `trains ${trains.join(", ")}`,
  ].join(", ");
}

export function describeLane({ module, units, parameters, memory }: Lane): string {
  const { units: saved, head, peak } = memory;
  return `module ${module}: ${units} ${units === 1 ? "unit" : "units"}, ${readableCount(parameters)} parameters, ${readableBytes(saved + head)} saved for its backward pass, peak ${readableBytes(peak)}`;
}

/** The whole picture in a paragraph. */
export function describePicture({ name, backbone, lanes, losses, cuts }: Picture): string {
  const isolated = cuts.filter(({ passedBy }) => passedBy.length === 0).length;
  const stops = cuts.length === 0 ? "no cut" : `${cuts.length} cuts, of which ${isolated} let no gradient pass`;
  return [
    `${name}: ${backbone} in ${lanes.length} ${lanes.length === 1 ? "module" : "modules"}, ${stops}.`,
    ...lanes.map((lane) => `${describeLane(lane)}.`),
    ...losses.map((loss) => `${describeLoss(loss)}.`),
  ].join(" ");
}
