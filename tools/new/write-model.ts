import type { BackboneChoice, MethodChoice, ModelChoices } from "./model-choices.ts";

/** One model in the words of the command line, all of them known to make sense. */
export interface ChosenModel {
  readonly name: string;
  readonly backbone: BackboneChoice;
  readonly method: MethodChoice;
  readonly modules: number;
  readonly data: {
    /** As `--data` has it: `cifar10:DIR`. */
    readonly specification: string;
    readonly name: string;
    readonly classes: number;
    /** [height, width, channels] */
    readonly shape: readonly number[];
  };
  readonly context?: { readonly name: string; readonly needsImage: boolean };
  readonly batch: number;
  readonly epochs: number;
}

/** The text of a model's file, with a line of comment on everything a newcomer would ask about. Not formatted yet. */
export function writeModel(chosen: ChosenModel, choices: ModelChoices, measure: string): string {
  const { name, backbone, method, modules, data, context } = chosen;
  const call = backbone.write(data.shape[0] ?? 0);
  const isLocal = modules > 1;
  const recipe = recipeFor(data.name, choices);
  const names = new Set([
    backbone.declaration,
    ...(call.includes("conv_norm_relu") ? ["conv_norm_relu"] : []),
    ...(isLocal ? method.imports : []),
    ...(context === undefined ? [] : [context.name]),
    ...(recipe === undefined ? [] : [recipe]),
  ]);
  return [
    ...imports(names, choices),
    "",
    `/// ${title(chosen)}`,
    `model ${name} {`,
    `input [${data.shape.join(", ")}] // height, width, channels of one sample`,
    `classes ${data.classes}`,
    `backbone ${call}`,
    ...(isLocal
      ? ["", `split into ${modules} by ${measure} // or: by memory, units, parameters, macs; or: after UNIT, UNIT`]
      : []),
    ...(isLocal && context !== undefined
      ? ["", `context { 2..last: ${context.name}(module${context.needsImage ? ", input" : ""}) }`]
      : []),
    ...(isLocal ? ["", "heads { // each trains its module and no other", ...method.entries(modules), "}"] : []),
    "",
    ...training(chosen, recipe),
    "}",
    "",
  ].join("\n");
}

function title({ backbone, method, modules }: ChosenModel): string {
  const network = `${backbone.name} (std/backbones)`;
  if (modules === 1) return `${network}, trained end to end.`;
  return `${network} in ${modules} gradient-isolated modules, the local ones trained by \`${method.name}\`.`;
}

function imports(names: ReadonlySet<string>, { fileOf }: ModelChoices): readonly string[] {
  const byFile = new Map<string, string[]>();
  for (const each of [...names].sort()) {
    const file = fileOf(each) ?? "std/heads";
    byFile.set(file, [...(byFile.get(file) ?? []), each]);
  }
  const files = [...byFile.keys()].sort();
  return files.map((file) => `import { ${(byFile.get(file) ?? []).join(", ")} } from "${file}"`);
}

/** The library's recipe for a dataset, which has its augmentation and the means of its pixels. */
function recipeFor(data: string, { fileOf }: ModelChoices): string | undefined {
  const wanted = `infopro_${data === "cifar100" ? "cifar" : data.replace(/10$/, data === "cifar10" ? "" : "10")}`;
  return fileOf(wanted) === "std/recipes" ? wanted : undefined;
}

function training({ data, batch, epochs, backbone }: ChosenModel, recipe: string | undefined): readonly string[] {
  const isTransformer = backbone.declaration === "vit" || backbone.declaration === "swin";
  const usesAdam = recipe === undefined || isTransformer;
  // Rates grow with the batch, from what is usual at 128 samples.
  const peak = Number(((usesAdam ? 0.001 : 0.1) * (batch / 128)).toPrecision(2));
  const warmup = Math.min(5, Math.floor(epochs / 10));
  const start = Number((peak / 10).toPrecision(2));
  return [
    `train ${recipe ?? ""} {`,
    ...(isTransformer ? ['optimizer: adamw(weight_decay = 0.05, no_decay = ["bias", "norm"])'] : []),
    ...(!isTransformer && usesAdam ? ["optimizer: adam"] : []),
    `rate: cosine(peak = ${peak}${warmup > 0 ? `, warmup = ${warmup}, start = ${start}` : ""})`,
    `batch: ${batch}`,
    `epochs: ${epochs}`,
    "seed: 1",
    `data: "${data.specification}"`,
    "}",
  ];
}
