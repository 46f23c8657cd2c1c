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

/** Marks in a few words: `4 copies, 1 average`. */
export function summarizeMarks(marks: readonly string[]): string {
  if (marks.length === 1) return marks[0] as string;
  const kinds = [
    ["copy of", "copy", "copies"],
    ["average of", "moving average", "moving averages"],
    ["weights of", "tied unit", "tied units"],
    ["shared ", "shared weight", "shared weights"],
  ] as const;
  const counted = kinds.flatMap(([start, one, many]) => {
    const found = marks.filter((mark) => mark.startsWith(start)).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  });
  return [...counted, ...(marks.includes("frozen") ? ["frozen"] : [])].join(", ");
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

/** The line below the title. */
export function factsOf(picture: Picture): string[] {
  const { backbone, inferenceParameters, trainingParameters, macs, batch, peakBytes, readout } = picture;
  return [
    backbone,
    `${readableCount(inferenceParameters)} parameters in inference, ${readableCount(trainingParameters)} in training`,
    `${readableCount(macs)} multiply-adds`,
    `batch ${batch}, planned peak ${readableBytes(peakBytes)}`,
    `read by ${readout}`,
  ];
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
