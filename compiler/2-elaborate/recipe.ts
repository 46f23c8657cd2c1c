/** `train` and `recipe`: fields become the plain data the trainer reads. */
import type { Place } from "../../grammar/span.ts";
import type { Field, TrainItem } from "../../grammar/syntax-tree.ts";
import type { AugmentStep, Normalization, Recipe } from "../../runtime/program/recipe.ts";
import { wordFields } from "../1-resolve/built-in-names.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { givenBy } from "./given.ts";
import { createFieldReader, type FieldReader } from "./recipe-fields.ts";
import { optimizerOf, rateOf } from "./recipe-parts.ts";
import { fileScope, placeIn, type Scope } from "./scope.ts";
import { type Given, string, type Value } from "./value.ts";

export interface ElaboratedRecipe {
  readonly recipe: Recipe;
  /** Default smoothing of every `cross_entropy`. */
  readonly labelSmoothing: number;
}

/** What a model without `train`, or a field it leaves out, is trained with. */
export const defaultRecipe: Recipe = {
  optimizer: { kind: "sgd", momentum: 0.9, nesterov: false, weightDecay: 0, decayMode: "coupled", noDecay: [] },
  rate: { kind: "constant", value: 0.05 },
  batch: 128,
  epochs: 10,
  augment: [],
  seed: 1,
};

export const recipeFields = [
  "optimizer",
  "rate",
  "batch",
  "epochs",
  "augment",
  "normalize",
  "label_smoothing",
  "seed",
  "data",
  "order",
  "update",
  "memory",
] as const;

export function elaborateRecipe(item: TrainItem | undefined, scope: Scope, evaluation: Evaluation): ElaboratedRecipe {
  const given = new Map<string, Given>();
  for (const [name, { field, scope: own }] of fieldsOf(item, scope, evaluation))
    given.set(name, fieldValue(name, field, own, evaluation));
  const read = createFieldReader(evaluation);
  const wanted = <Result>(name: string, make: (field: Given) => Result | undefined, fallback: Result): Result => {
    const field = given.get(name);
    return field === undefined || field.value.kind === "unknown" ? fallback : (make(field) ?? fallback);
  };
  const normalize = wanted<Normalization | undefined>("normalize", (field) => normalizationOf(field, read), undefined);
  const data = wanted<string | undefined>("data", (field) => read.string("data", field), undefined);
  checkNotYet(given, read, evaluation);
  return {
    recipe: {
      optimizer: wanted("optimizer", (field) => optimizerOf(field, read), defaultRecipe.optimizer),
      rate: wanted("rate", (field) => rateOf(field, read), defaultRecipe.rate),
      batch: wanted("batch", (field) => read.integer("batch", field, 1), defaultRecipe.batch),
      epochs: wanted("epochs", (field) => read.integer("epochs", field, 1), defaultRecipe.epochs),
      augment: wanted("augment", (field) => augmentOf(field, read), defaultRecipe.augment),
      ...(normalize && { normalize }),
      seed: wanted("seed", (field) => read.integer("seed", field, 0), defaultRecipe.seed),
      ...(data !== undefined && { data }),
    },
    labelSmoothing: wanted(
      "label_smoothing",
      (field) => read.number("label_smoothing", field, { least: 0, below: 1 }),
      0,
    ),
  };
}

interface ScopedField {
  readonly field: Field;
  readonly scope: Scope;
}

/** The named recipe's fields, then those written in `train`, which win. */
export function fieldsOf(item: TrainItem | undefined, scope: Scope, evaluation?: Evaluation): Map<string, ScopedField> {
  const fields = new Map<string, ScopedField>();
  const recipe = item?.recipe === undefined ? undefined : scope.file.recipes.get(item.recipe.text);
  if (recipe !== undefined) collect(recipe.declaration.fields, fileScope(recipe.file), fields, evaluation);
  if (item !== undefined) collect(item.fields, scope, fields, evaluation);
  return fields;
}

function collect(
  items: readonly Field[],
  scope: Scope,
  fields: Map<string, ScopedField>,
  evaluation: Evaluation | undefined,
): void {
  const seen = new Map<string, Place>();
  for (const field of items) {
    const name = field.name.text;
    if (name === "") continue;
    const place = placeIn(evaluation?.origins.get(field) ?? scope, field.name.span);
    const first = seen.get(name);
    if (first !== undefined) {
      evaluation?.report("repeated-field", { name }, { place, related: [{ place: first, text: "first given here" }] });
      continue;
    }
    seen.set(name, place);
    if ((recipeFields as readonly string[]).includes(name)) fields.set(name, { field, scope });
    else {
      const help =
        didYouMean(name, recipeFields) ?? `fields are ${recipeFields.map((each) => `\`${each}\``).join(", ")}`;
      evaluation?.report("unknown-field", { name }, { place, help });
    }
  }
}

function fieldValue(name: string, field: Field, scope: Scope, evaluation: Evaluation): Given {
  // The values of these fields are words of the language: `order: simultaneous`.
  if (wordFields.includes(name) && field.value.kind === "Reference") {
    return {
      value: string(field.value.name),
      place: placeIn(evaluation.origins.get(field.value) ?? scope, field.value.span),
    };
  }
  return applied(givenBy(field.value, scope, evaluation), evaluation);
}

/** `optimizer: sgd` means `sgd()`. */
function applied(given: Given, evaluation: Evaluation): Given {
  const call = (value: Value): Value =>
    value.kind === "function" && value.family === "built-in" ? evaluation.call(value, [], given.place) : value;
  const value =
    given.value.kind === "list" ? { ...given.value, items: given.value.items.map(call) } : call(given.value);
  return { ...given, value };
}

function normalizationOf(field: Given, read: FieldReader): Normalization | undefined {
  const part = read.part("normalize", field, ["mean_std"]);
  if (part === undefined) return undefined;
  const mean = read.numbers("mean", part.fields["mean"]);
  const standardDeviation = read.numbers("std", part.fields["std"], { above: 0 });
  if (mean === undefined || standardDeviation === undefined) return undefined;
  if (mean.length === standardDeviation.length && mean.length > 0) return { mean, standardDeviation };
  read.wrong("normalize", "as many means as deviations", `${mean.length} and ${standardDeviation.length}`, field.place);
  return undefined;
}

function augmentOf(field: Given, read: FieldReader): AugmentStep[] | undefined {
  const items = field.value.kind === "list" ? field.value.items : [field.value];
  const steps: AugmentStep[] = [];
  for (const value of items) {
    const part = read.part("augment", { ...field, value }, ["pad_crop", "flip"]);
    if (part === undefined) return undefined;
    if (part.name === "flip") {
      steps.push({ kind: "flip" });
      continue;
    }
    const padding = read.integer("padding", part.fields["padding"], 0);
    const mode = read.option("mode", part.fields["mode"], ["reflect", "zero"], "zero");
    if (padding === undefined || mode === undefined) return undefined;
    steps.push({ kind: "pad_crop", padding, mode });
  }
  return steps;
}

/** Settings whose other values belong to later versions. */
function checkNotYet(given: ReadonlyMap<string, Given>, read: FieldReader, evaluation: Evaluation): void {
  const only = (name: string, allowed: string): void => {
    const field = given.get(name);
    const value = field && read.string(name, field);
    if (field === undefined || value === undefined || value === allowed) return;
    evaluation.report(
      "not-yet",
      { message: `\`${name}: ${value}\` is not supported yet` },
      { place: field.place, help: `leave it out, or write \`${name}: ${allowed}\`` },
    );
  };
  only("order", "simultaneous");
  only("update", "at_end");
  const memory = given.get("memory");
  if (memory !== undefined)
    evaluation.report("not-yet", { message: "`memory` is not supported yet" }, { place: memory.place });
}
