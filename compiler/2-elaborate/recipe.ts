/** `train` and `recipe`: fields become the plain data the trainer reads. */
import type { Place } from "../../grammar/span.ts";
import type { Field, TrainItem } from "../../grammar/syntax-tree.ts";
import type { AugmentStep, MemoryGoal, Normalization, Recipe } from "../../runtime/program/recipe.ts";
import { recipeChoices, wordFields } from "../1-resolve/built-in-names.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { givenBy } from "./given.ts";
import { createFieldReader, type FieldReader } from "./recipe-fields.ts";
import { optimizerOf, rateOf } from "./recipe-parts.ts";
import { resizedCropOf } from "./resized-crop.ts";
import { fileScope, placeIn, type Scope } from "./scope.ts";
import { describe, type Given, string, type Value } from "./value.ts";

export interface ElaboratedRecipe {
  readonly recipe: Recipe;
  /** Default smoothing of every `cross_entropy`. */
  readonly labelSmoothing: number;
  /** Where `memory` is written. */
  readonly memoryPlace?: Place;
  /** Where the optimizer is told to be one per module. */
  readonly perModule: Place | undefined;
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

export const recipeFields = Object.keys(recipeChoices) as (keyof typeof recipeChoices)[];

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
  const memory = wanted<MemoryGoal | undefined>("memory", (field) => memoryOf(field, read), undefined);
  const memoryPlace = given.get("memory")?.place;
  const word = <Word extends string>(name: string, words: readonly Word[]): Word | undefined =>
    wanted<Word | undefined>(name, (field) => wordOf(name, field, words, read, evaluation), undefined);
  const order = word("order", recipeChoices.order);
  const update = word("update", recipeChoices.update);
  const statistics = word("statistics", recipeChoices.statistics);
  // A share of 0 is none, so that an ablation can vary it.
  const validation = wanted("validation", (field) => read.number("validation", field, { least: 0, most: 0.5 }), 0);
  const cacheBytes = wanted<number | undefined>("cache", (field) => cacheOf(field, read), undefined);
  const cachePlace = given.get("cache")?.place;
  if (cacheBytes !== undefined && cachePlace !== undefined && order !== "sequential")
    evaluation.report("idle-cache", { order: order ?? "simultaneous" }, { place: cachePlace, help: idleCacheHelp });
  return {
    recipe: {
      optimizer: wanted("optimizer", (field) => optimizerOf(field, read), defaultRecipe.optimizer),
      rate: wanted("rate", (field) => rateOf(field, read), defaultRecipe.rate),
      batch: wanted("batch", (field) => read.integer("batch", field, 1), defaultRecipe.batch),
      epochs: wanted("epochs", (field) => read.integer("epochs", field, 1), defaultRecipe.epochs),
      augment: wanted("augment", (field) => augmentOf(field, read), defaultRecipe.augment),
      ...(normalize && { normalize }),
      ...(validation > 0 && { validation }),
      seed: wanted("seed", (field) => read.integer("seed", field, 0), defaultRecipe.seed),
      ...(data !== undefined && { data }),
      ...(order !== undefined && order !== "simultaneous" && { order }),
      ...(update === "immediate" && { update }),
      ...(statistics === "per_execution" && { statistics }),
      ...(cacheBytes !== undefined && { cacheBytes }),
      ...(memory && { memory }),
    },
    ...(memoryPlace && { memoryPlace }),
    labelSmoothing: wanted(
      "label_smoothing",
      (field) => read.number("label_smoothing", field, { least: 0, below: 1 }),
      0,
    ),
    perModule: perModuleOf(given.get("optimizer")),
  };
}

const idleCacheHelp = "write `order: sequential` to train one module after the other, or remove `cache`";

/** While every weight belongs to one module, one optimizer per module moves it as one for all does. */
function perModuleOf(optimizer: Given | undefined): Place | undefined {
  const per = optimizer?.value.kind === "part" ? optimizer.value.fields["per"] : undefined;
  return per?.value.kind === "string" && per.value.value === "module" ? per.place : undefined;
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
        usualNames.get(name) ??
        didYouMean(name, recipeFields) ??
        `fields are ${recipeFields.map((each) => `\`${each}\``).join(", ")}`;
      evaluation?.report("unknown-field", { name }, { place, help });
    }
  }
}

/** What other libraries call a field. */
const usualNames: ReadonlyMap<string, string> = new Map([
  ["lr", "the learning rate is `rate: constant(0.1)`"],
  ["learning_rate", "the learning rate is `rate: constant(0.1)`"],
  ["scheduler", "the learning rate and its schedule are `rate: cosine(peak = 0.1)`"],
  ["batch_size", "did you mean `batch`?"],
  ["momentum", "momentum belongs to the optimizer: `optimizer: sgd(momentum = 0.9)`"],
  ["weight_decay", "weight decay belongs to the optimizer: `optimizer: sgd(weight_decay = 1e-4)`"],
  ["warmup", "a warm-up belongs to the rate: `rate: cosine(peak = 0.1, warmup = 5)`"],
  ["dataset", "did you mean `data`?"],
  ["augmentation", "did you mean `augment`?"],
  ["validation_split", "did you mean `validation: 0.1`?"],
]);

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
  const part = read.part("normalize", field, recipeChoices.normalize);
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
    const part = read.part("augment", { ...field, value }, recipeChoices.augment);
    if (part === undefined) return undefined;
    if (part.name === "flip") {
      steps.push({ kind: "flip" });
      continue;
    }
    if (part.name === "resized_crop") {
      const crop = resizedCropOf(part, read);
      if (crop === undefined) return undefined;
      if (steps.some(({ kind }) => kind === "resized_crop")) {
        read.wrong("augment", "at most one `resized_crop`", "two", field.place);
        return undefined;
      }
      steps.push(crop);
      continue;
    }
    const padding = read.integer("padding", part.fields["padding"], 0);
    const mode = read.option("mode", part.fields["mode"], ["reflect", "zero"], "zero");
    if (padding === undefined || mode === undefined) return undefined;
    steps.push({ kind: "pad_crop", padding, mode });
  }
  return steps;
}

/** `recompute`, or `at most 64 MB`, which is read as `at_most(64, "MB")`. */
function memoryOf(field: Given, read: FieldReader): MemoryGoal | undefined {
  const { value } = field;
  if (value.kind === "string" && value.value === "recompute") return { kind: "recompute" };
  const bytes = limitOf("memory", "`recompute` or a limit such as `at most 64 MB`", field, read);
  return bytes === undefined ? undefined : { kind: "at_most", bytes };
}

/** `cache: at most 512 MB`, or `none`. */
function cacheOf(field: Given, read: FieldReader): number | undefined {
  const { value } = field;
  if (value.kind === "string" && value.value === "none") return undefined;
  return limitOf("cache", "`none` or a limit such as `at most 512 MB`", field, read);
}

/** Bytes of a limit; units are decimal, as memory is advertised. */
function limitOf(name: string, expected: string, { value, place }: Given, read: FieldReader): number | undefined {
  if (value.kind !== "part" || value.name !== "at_most") {
    read.wrong(name, expected, value.kind === "string" ? `\`${value.value}\`` : describe(value), place);
    return undefined;
  }
  const amount = read.number(name, value.fields["amount"], { above: 0 });
  const unit = read.option(`unit of ${name}`, value.fields["unit"], ["KB", "MB", "GB"], "MB");
  if (amount === undefined || unit === undefined) return undefined;
  return amount * { KB: 1e3, MB: 1e6, GB: 1e9 }[unit];
}

/** One of the words a field may have: `order: sequential`. */
function wordOf<Word extends string>(
  name: string,
  field: Given,
  words: readonly Word[],
  read: FieldReader,
  evaluation: Evaluation,
): Word | undefined {
  const value = read.string(name, field);
  const found = words.find((each) => each === value);
  if (value === undefined || found !== undefined) return found;
  const help = didYouMean(value, words) ?? `it can be ${words.map((each) => `\`${each}\``).join(", ")}`;
  evaluation.report("unknown-option", { parameter: name, value }, { place: field.place, help });
  return undefined;
}
