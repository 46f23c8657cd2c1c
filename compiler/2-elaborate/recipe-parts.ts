/** Optimizers and learning-rate schedules as they are written, with the papers' defaults. */
import type { Optimizer, RateSchedule, WeightGroup } from "../../runtime/program/recipe.ts";
import { recipeChoices } from "../1-resolve/built-in-names.ts";
import type { FieldReader } from "./recipe-fields.ts";
import type { Given, PartValue } from "./value.ts";

export function optimizerOf(field: Given, read: FieldReader): Optimizer | undefined {
  const part = read.part("optimizer", field, recipeChoices.optimizer);
  if (part === undefined) return undefined;
  const number = numberIn(part, read);
  const isAdamw = part.name === "adamw";
  const weightDecay = number("weight_decay", isAdamw ? 0.01 : 0, { least: 0 });
  const decayMode = read.option(
    "decay_mode",
    part.fields["decay_mode"],
    ["coupled", "decoupled"],
    isAdamw ? "decoupled" : "coupled",
  );
  const noDecay = groupsIn(part, read);
  // One optimizer for the whole model and one per module are the same while weights belong to one module each; where they do
  // not, the parameter says which, or it is refused (`Model.perModule`).
  const per = read.option("per", part.fields["per"], ["model", "module"], "model");
  if (weightDecay === undefined || decayMode === undefined || noDecay === undefined || per === undefined)
    return undefined;
  if (part.name === "sgd") {
    const momentum = number("momentum", 0, { least: 0, below: 1 });
    const nesterov = part.fields["nesterov"] === undefined ? false : read.boolean("nesterov", part.fields["nesterov"]);
    if (momentum === undefined || nesterov === undefined) return undefined;
    return { kind: "sgd", momentum, nesterov, weightDecay, decayMode, noDecay };
  }
  const beta1 = number("beta1", 0.9, { least: 0, below: 1 });
  const beta2 = number("beta2", 0.999, { least: 0, below: 1 });
  const epsilon = number("epsilon", 1e-8, { above: 0 });
  if (beta1 === undefined || beta2 === undefined || epsilon === undefined) return undefined;
  return { kind: isAdamw ? "adamw" : "adam", beta1, beta2, epsilon, weightDecay, decayMode, noDecay };
}

export function rateOf(field: Given, read: FieldReader): RateSchedule | undefined {
  // `rate: 0.1` is a constant.
  if (field.value.kind === "number") {
    const value = read.number("rate", field, { least: 0 });
    return value === undefined ? undefined : { kind: "constant", value };
  }
  const part = read.part("rate", field, recipeChoices.rate);
  if (part === undefined) return undefined;
  const number = numberIn(part, read);
  if (part.name === "constant") {
    const value = number("value", 0, { least: 0 });
    return value === undefined ? undefined : { kind: "constant", value };
  }
  const warmup = part.fields["warmup"] === undefined ? 0 : read.integer("warmup", part.fields["warmup"], 0);
  const start = number("start", 0, { least: 0 });
  if (warmup === undefined || start === undefined) return undefined;
  if (part.name === "cosine") {
    const peak = number("peak", 0, { least: 0 });
    const per = read.option("per", part.fields["per"], ["epoch", "step"], "epoch");
    return peak === undefined || per === undefined ? undefined : { kind: "cosine", peak, warmup, start, per };
  }
  const initial = number("initial", 0, { least: 0 });
  const factor = number("factor", 0.1, { above: 0 });
  const at = read.numbers("at", part.fields["at"], { least: 1 });
  if (initial === undefined || factor === undefined || at === undefined) return undefined;
  return { kind: "steps", initial, factor, at, warmup, start };
}

type Range = Parameters<FieldReader["number"]>[2];

function numberIn(part: PartValue, read: FieldReader) {
  return (name: string, fallback: number, range: Range): number | undefined => {
    const given = part.fields[name];
    return given === undefined ? fallback : read.number(name, given, range);
  };
}

function groupsIn(part: PartValue, read: FieldReader): WeightGroup[] | undefined {
  const given = part.fields["no_decay"];
  if (given === undefined) return [];
  const items = given.value.kind === "list" ? given.value.items : [given.value];
  const groups: WeightGroup[] = [];
  for (const value of items) {
    const group = read.option<WeightGroup>("no_decay", { ...given, value }, ["bias", "norm"], "bias");
    if (group === undefined) return undefined;
    groups.push(group);
  }
  return groups;
}
