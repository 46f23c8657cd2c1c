/** The picture as tables: the same facts for those who do not see it. */
import type { Item, Lane, Loss, Picture } from "../picture.ts";
import { readableBytes, readableCount } from "../readable-numbers.ts";
import { escapeText, tag } from "../svg/tag.ts";

export function moduleTable({ lanes, cuts }: Picture): string {
  const titles = [
    "Module",
    "Units",
    "Head",
    "Given",
    "Returns",
    "Parameters",
    "Head's",
    "Multiply-adds",
    "Saved",
    "Head's",
    "Peak",
    "Cut before it",
  ];
  const rows = lanes.map((lane, index) => moduleRow(lane, cuts[index - 1]?.passedBy));
  return table("Modules", titles, rows);
}

function moduleRow(lane: Lane, passedBy: readonly number[] | undefined): string[] {
  const { module, items, head, input, output, parameters, headParameters, macs, memory } = lane;
  const stops = passedBy?.length === 0 ? "no gradient passes" : `passed by loss ${passedBy?.join(", ")}`;
  return [
    `${module}`,
    [...(lane.context === undefined ? [] : ["context"]), ...items.map(({ title }) => title)].join(", "),
    head === undefined ? "off" : headWords(head),
    input,
    output,
    readableCount(parameters),
    readableCount(headParameters),
    readableCount(macs),
    readableBytes(memory.units),
    readableBytes(memory.head),
    readableBytes(memory.peak),
    passedBy === undefined ? "none" : stops,
  ];
}

function headWords({ title, subtitle, isReadout, marks }: Item): string {
  const call = subtitle === "" ? title : `${title}(${subtitle})`;
  return [call, ...(isReadout ? ["readout"] : []), ...marks].join(", ");
}

export function lossTable({ losses }: Picture): string {
  const rows = losses.map(({ number, name, weight, reach, trains }: Loss) => [
    `${number}`,
    name,
    weight,
    reach === "" ? "its own module" : reach,
    trains.join(", ") || "nothing",
  ]);
  return table("Losses and what they train", ["Loss", "Name", "Weight", "Reach", "Trains"], rows);
}

function table(caption: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const heading = titles.map((title) => tag("th", { scope: "col" }, escapeText(title)));
  const body = rows.map((cells) =>
    tag(
      "tr",
      {},
      ...cells.map((cell, index) =>
        index === 0 ? tag("th", { scope: "row" }, escapeText(cell)) : tag("td", {}, escapeText(cell)),
      ),
    ),
  );
  return tag(
    "table",
    {},
    tag("caption", {}, escapeText(caption)),
    tag("thead", {}, tag("tr", {}, ...heading)),
    tag("tbody", {}, ...body),
  );
}
