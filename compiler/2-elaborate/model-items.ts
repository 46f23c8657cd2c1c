import type { Place } from "../../grammar/span.ts";
import type { ModelDeclaration, ModelItem } from "../../grammar/syntax-tree.ts";
import type { Evaluation } from "./evaluation.ts";
import { placeIn, type Scope } from "./scope.ts";

type ItemOf<Kind extends ModelItem["kind"]> = Extract<ModelItem, { readonly kind: Kind }>;
/** A model's items by kind. */
export type ModelItems = { readonly [Kind in ModelItem["kind"]]?: ItemOf<Kind> };

const words: Readonly<Record<ModelItem["kind"], string>> = {
  Input: "input",
  Classes: "classes",
  UseBackbone: "backbone",
  Split: "split",
  Heads: "heads",
  Context: "context",
  Train: "train",
  Readout: "readout",
};

/** Each item at most once; `input`, `classes` and `backbone` at least once. */
export function onlyItems(declaration: ModelDeclaration, scope: Scope, evaluation: Evaluation): ModelItems {
  const items: Partial<Record<ModelItem["kind"], ModelItem>> = {};
  const placeOf = (item: ModelItem) => placeIn(evaluation.origins.get(item) ?? scope, item.span);
  for (const item of declaration.items) {
    const first = items[item.kind];
    if (first === undefined) items[item.kind] = item;
    else if (item.kind !== "Heads" && item.kind !== "Context") {
      const related = [{ place: placeOf(first), text: "first given here" }];
      evaluation.report("repeated-item", { item: words[item.kind] }, { place: placeOf(item), related });
    }
  }
  for (const kind of ["Input", "Classes", "UseBackbone"] as const) {
    if (items[kind] !== undefined) continue;
    const facts = { name: declaration.name.text, item: words[kind] };
    evaluation.report("missing-item", facts, { place: placeIn(scope, declaration.name.span), help: examples[kind] });
  }
  return items as ModelItems;
}

const examples = {
  Input: "write `input [32, 32, 3]`: one sample as [height, width, channels] or [features]",
  Classes: "write `classes 10`",
  UseBackbone: "write `backbone resnet_cifar(depth = 32)`",
} as const;

/** Where an item is written, or the model's name where it is not. */
export function placeOfItem(
  item: ModelItem | undefined,
  declaration: ModelDeclaration,
  scope: Scope,
  evaluation: Evaluation,
): Place {
  return placeIn((item && evaluation.origins.get(item)) ?? scope, item?.span ?? declaration.name.span);
}
