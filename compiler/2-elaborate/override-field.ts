/** `--set train.epochs=…`: the fields of a recipe. */
import type { Expression, Field, TrainItem } from "../../grammar/syntax-tree.ts";
import type { Override } from "./override.ts";
import { withArgument } from "./override-argument.ts";
import { type Items, replaceItem } from "./override-items.ts";
import { markOrigins } from "./override-text.ts";
import { fieldsOf, recipeFields } from "./recipe.ts";
import { fileScope } from "./scope.ts";

/** Words that are values of recipe fields. */
const recipeWords = [
  ...["simultaneous", "sequential", "parallel", "at_end", "immediate"],
  ...["per_step", "per_execution", "recompute", "none"],
];

export function setField(
  items: Items,
  [name, parameter, ...rest]: readonly string[],
  override: Override,
): Items | undefined {
  const known = recipeFields.map((field) => `train.${field}`);
  if (name === undefined || !(recipeFields as readonly string[]).includes(name) || rest.length > 0)
    return override.unknown(known);
  const train = items.find((item) => item.kind === "Train");
  const old = fieldsOf(train, fileScope(override.home)).get(name);
  let value: Expression | undefined;
  if (parameter === undefined) value = override.expression(recipeWords);
  else if (old === undefined)
    return override.unknown([...known.filter((each) => each !== `train.${name}`), `train.${name}`]);
  else {
    // A field of an imported recipe keeps its own file's names.
    if (old.scope.file !== override.home) markOrigins(old.field.value, old.scope, override.origins);
    value = withArgument(old.field.value, parameter, 0, ["train", name], override);
  }
  if (value === undefined) return undefined;
  const field: Field = { kind: "Field", span: value.span, name: { kind: "Name", span: value.span, text: name }, value };
  const item: TrainItem = train ?? { kind: "Train", span: value.span, fields: [] };
  return replaceItem(items, { ...item, fields: [...item.fields.filter((each) => each.name.text !== name), field] });
}
