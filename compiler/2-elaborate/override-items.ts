import type { ModelItem } from "../../grammar/syntax-tree.ts";

/** What stands in a model. */
export type Items = readonly ModelItem[];

/** The items with one more, or with one in place of the first of its kind. */
export function replaceItem(items: Items, item: ModelItem): Items {
  const position = items.findIndex(({ kind }) => kind === item.kind);
  return position < 0 ? [...items, item] : items.map((each, index) => (index === position ? item : each));
}
