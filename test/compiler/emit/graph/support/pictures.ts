import { drawPicture } from "../../../../../compiler/5-emit/graph/draw-picture.ts";
import type { Item, Picture } from "../../../../../compiler/5-emit/graph/picture.ts";
import { type Compilation, compile } from "../../../../../compiler/index.ts";

export type Compiled = Required<Pick<Compilation, "program" | "scoped">>;

/** What the pictures are tested with: every sign there is occurs in one of them. */
export const examples = [
  ["digits", "digits"],
  ["resnet32-infopro", "resnet32_infopro"],
  ["resnet32-mlaan", "resnet32_mlaan"],
  ["resnet32-contsup", "resnet32_contsup"],
  ["resnet20-windows", "back_links"],
  ["swin-small", "features"],
  ["simple-dcl", "adaptive"],
] as const;

const known = new Map<string, Compiled>();

/** Compiled once for all tests of a file. */
export function compiledExample(file: string, model: string): Compiled {
  const found = known.get(file) ?? compiledAnew(file, model);
  known.set(file, found);
  return found;
}

export function compiledAnew(file: string, model: string): Compiled {
  return required(compile({ file: `examples/${file}.llnet`, model }), file);
}

export function compiledText(text: string): Compiled {
  return required(compile({ file: "net.llnet", text }), "net.llnet");
}

export function pictureOf({ scoped, program }: Compiled): Picture {
  return drawPicture(scoped, program);
}

/** Every item, units of folded runs instead of the run. */
export function itemsOf({ lanes }: Picture): Item[] {
  return lanes.flatMap(({ context, items, head }) => [
    ...(context ? [context] : []),
    ...items.flatMap((item) => item.folded ?? [item]),
    ...(head ? [head] : []),
  ]);
}

/** Ids of everything that can be unfolded. */
export function everythingUnfolded(picture: Picture): Set<string> {
  return new Set([...picture.lanes.flatMap(({ items }) => items), ...itemsOf(picture)].map(({ id }) => id));
}

function required({ program, scoped, diagnostics }: Compilation, file: string): Compiled {
  if (program === undefined || scoped === undefined)
    throw new Error(`${file} does not compile: ${diagnostics[0]?.message}`);
  return { program, scoped };
}
