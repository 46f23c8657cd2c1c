import type { Place } from "../../grammar/span.ts";
import type { ModelDeclaration, ModelItem } from "../../grammar/syntax-tree.ts";
import type { Recipe } from "../../runtime/program/recipe.ts";
import type { ModelDefinition, ResolvedFile, ResolvedProject } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";
import { withoutEchoes } from "../diagnostics/without-echoes.ts";
import type { BackboneMemory, RememberedBackbone } from "./backbone-memory.ts";
import { elaborateContext } from "./context.ts";
import { createEvaluation } from "./create-evaluation.ts";
import type { BuiltBackbone, Evaluation } from "./evaluation.ts";
import { expectInteger, expectIntegers } from "./expect.ts";
import { givenBy } from "./given.ts";
import { elaborateHeads } from "./heads.ts";
import type { Model, SplitSpecification } from "./model.ts";
import { applyOverrides, type Overridden, type Overrides } from "./overrides.ts";
import { elaborateReadout } from "./readout.ts";
import { elaborateRecipe } from "./recipe.ts";
import { fileScope, placeIn, type Scope } from "./scope.ts";
import { elaborateSplit } from "./split.ts";

export interface ElaborateOptions {
  /** Which model, where the file holds several. */
  readonly model?: string;
  /** Values by path, `{ "train.batch": 128, "heads.local": "greedy()" }`; strings are llnet expressions. */
  readonly set?: Overrides;
  /** Backbones of the same project's models elaborated before, which are not built again. */
  readonly memory?: BackboneMemory;
}

/**
 * Evaluates one model of a file: every block, loop and number becomes a graph with a shape on every edge. The value is
 * absent where anything is wrong. Heads are evaluated later, once the modules are known (`HeadAssignment.instantiate`).
 */
export function elaborate(project: ResolvedProject, options: ElaborateOptions = {}): Result<Model | undefined> {
  const diagnostics: Diagnostic[] = [];
  const picked = pickModel(project, options.model, diagnostics);
  if (picked === undefined) return { value: undefined, diagnostics };
  const overridden = applyOverrides(picked.declaration, options.set ?? {}, project.main, picked.file);
  const value = elaborateModel(
    overridden,
    picked.file,
    project,
    diagnostics,
    options.memory?.of(picked, options.set ?? {}),
  );
  return withoutErrors(value, [...overridden.diagnostics, ...diagnostics]);
}

/** The recipe alone: for variants of a model that differ in nothing else. */
export function elaborateRecipeOnly(
  project: ResolvedProject,
  options: ElaborateOptions = {},
): Result<Recipe | undefined> {
  const diagnostics: Diagnostic[] = [];
  const picked = pickModel(project, options.model, diagnostics);
  if (picked === undefined) return { value: undefined, diagnostics };
  const { declaration, origins, ...overridden } = applyOverrides(
    picked.declaration,
    options.set ?? {},
    project.main,
    picked.file,
  );
  const evaluation = createEvaluation(project, { origins });
  const train = declaration.items.find((item) => item.kind === "Train");
  const { recipe } = elaborateRecipe(train, fileScope(picked.file), evaluation);
  return withoutErrors(recipe, [...overridden.diagnostics, ...evaluation.diagnostics]);
}

function withoutErrors<Value>(value: Value, found: readonly Diagnostic[]): Result<Value | undefined> {
  const diagnostics = withoutEchoes(found);
  return { value: diagnostics.some(({ severity }) => severity === "error") ? undefined : value, diagnostics };
}

function pickModel(
  project: ResolvedProject,
  wanted: string | undefined,
  diagnostics: Diagnostic[],
): ModelDefinition | undefined {
  const { main } = project;
  const { models, importedModels, path, tree } = main;
  const names = models.map(({ name }) => name.text);
  const whole = { file: path, start: 0, end: 0 };
  if (wanted !== undefined) {
    const own = models.find(({ name }) => name.text === wanted);
    const found = own === undefined ? importedModels.get(wanted) : { declaration: own, file: main };
    const help =
      didYouMean(wanted, [...names, ...importedModels.keys()]) ??
      (names.length > 0 ? `it has ${names.map((name) => `\`${name}\``).join(", ")}` : undefined);
    if (found === undefined) diagnostics.push(diagnose("unknown-model", { name: wanted }, { place: whole, help }));
    return found;
  }
  if (models[0] !== undefined && models.length === 1) return { declaration: models[0], file: main };
  // A library of blocks is a fine file; only compiling it needs a model.
  if (models.length === 0)
    diagnostics.push(
      diagnose(
        "no-model",
        {},
        {
          place: { ...whole, end: Math.min(1, tree.text.length) },
          help: "write `model NAME { … }`, or give another file",
        },
      ),
    );
  else {
    const related = models
      .slice(1)
      .map(({ name }) => ({ place: { file: path, start: name.span.start, end: name.span.end }, text: "" }));
    const first = models[0]?.name.span ?? { start: 0, end: 0 };
    diagnostics.push(
      diagnose(
        "several-models",
        { names },
        { place: { file: path, start: first.start, end: first.end }, related, help: "pick one with `--model NAME`" },
      ),
    );
  }
  return undefined;
}

function elaborateModel(
  { declaration, origins }: Overridden,
  home: ResolvedFile,
  project: ResolvedProject,
  diagnostics: Diagnostic[],
  remember: RememberedBackbone = (_evaluation, build) => build(),
): Model | undefined {
  const scope = fileScope(home);
  const evaluation = createEvaluation(project, { origins });
  const items = onlyItems(declaration, scope, evaluation);
  const { recipe, labelSmoothing, memoryPlace, perModule } = elaborateRecipe(items.Train, scope, evaluation);
  const inputShape = inputShapeOf(items, scope, evaluation);
  const classes = classesOf(items, scope, evaluation);
  const inputPlace = placeOfItem(items.Input, declaration, scope, evaluation);
  const built =
    inputShape && remember(evaluation, () => buildBackbone(items, inputShape, inputPlace, scope, evaluation));
  const split = built?.isComplete ? splitOf(items, built, scope, evaluation) : undefined;
  const surroundings =
    inputShape === undefined || classes === undefined
      ? undefined
      : { project, declaration, scope, origins, labelSmoothing, inputShape, classes, inputPlace, built };
  const heads = surroundings === undefined ? [] : elaborateHeads(declaration.items, surroundings, evaluation);
  const context = surroundings === undefined ? [] : elaborateContext(declaration.items, surroundings, evaluation);
  const readout = elaborateReadout(items.Readout, scope, evaluation);
  if (split !== undefined) checkLocalHeads(split, items, heads, scope, evaluation);
  diagnostics.push(...evaluation.diagnostics);
  if (inputShape === undefined || classes === undefined || built === undefined || split === undefined) return undefined;
  return {
    name: declaration.name.text,
    ...(declaration.documentation !== undefined && { documentation: declaration.documentation }),
    place: placeIn(scope, declaration.name.span),
    inputShape,
    classes,
    backbone: built.backbone,
    split,
    heads,
    context,
    readout,
    recipe,
    ...(memoryPlace && { memoryPlace }),
    ...(perModule && { perModule }),
  };
}

type ItemOf<Kind extends ModelItem["kind"]> = Extract<ModelItem, { readonly kind: Kind }>;
type Items = { readonly [Kind in ModelItem["kind"]]?: ItemOf<Kind> };

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
function onlyItems(declaration: ModelDeclaration, scope: Scope, evaluation: Evaluation): Items {
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
  return items as Items;
}

const examples = {
  Input: "write `input [32, 32, 3]`: one sample as [height, width, channels] or [features]",
  Classes: "write `classes 10`",
  UseBackbone: "write `backbone resnet_cifar(depth = 32)`",
} as const;

function placeOfItem(item: ModelItem | undefined, declaration: ModelDeclaration, scope: Scope, evaluation: Evaluation) {
  return placeIn((item && evaluation.origins.get(item)) ?? scope, item?.span ?? declaration.name.span);
}

function inputShapeOf(items: Items, scope: Scope, evaluation: Evaluation): readonly number[] | undefined {
  if (items.Input === undefined) return undefined;
  const given = givenBy(items.Input.shape, scope, evaluation);
  const shape = expectIntegers(given, "a shape such as [32, 32, 3]", evaluation);
  if (shape === undefined) return undefined;
  if ((shape.length === 1 || shape.length === 3) && shape.every((length) => length >= 1)) return shape;
  const message = `\`input\` must be [height, width, channels] or [features] with lengths of at least 1, found [${shape.join(", ")}]`;
  evaluation.report("argument-out-of-range", { message }, { place: given.place });
  return undefined;
}

function classesOf(items: Items, scope: Scope, evaluation: Evaluation): number | undefined {
  if (items.Classes === undefined) return undefined;
  const given = givenBy(items.Classes.count, scope, evaluation);
  const count = expectInteger(given, "an int: the number of classes", evaluation);
  if (count === undefined || count >= 1) return count;
  evaluation.report(
    "argument-out-of-range",
    { message: `\`classes\` must be at least 1, found ${count}` },
    { place: given.place },
  );
  return undefined;
}

function buildBackbone(
  items: Items,
  inputShape: readonly number[],
  place: Place,
  scope: Scope,
  evaluation: Evaluation,
): BuiltBackbone | undefined {
  const item = items.UseBackbone;
  if (item === undefined || item.value.kind === "Missing") return undefined;
  evaluation.chain = { type: { dataType: "float32", shape: [-1, ...inputShape] }, place };
  const before = evaluation.diagnostics.length;
  const given = givenBy(item.value, scope, evaluation);
  // `backbone resnet_cifar` has only defaults.
  if (given.value.kind === "function" && given.value.family === "backbone" && evaluation.backbone === undefined)
    evaluation.call(given.value, [], given.place);
  else if (
    evaluation.backbone === undefined &&
    given.value.kind !== "unknown" &&
    evaluation.diagnostics.length === before
  ) {
    const found = given.value.kind === "function" ? given.value.family : "value";
    const name = given.value.kind === "function" ? given.value.name : (given.text ?? "…");
    evaluation.report("wrong-declaration", { name, expected: "a backbone", found }, { place: given.place });
  }
  evaluation.chain = undefined;
  return evaluation.backbone;
}

function splitOf(
  items: Items,
  built: BuiltBackbone,
  scope: Scope,
  evaluation: Evaluation,
): SplitSpecification | undefined {
  return items.Split === undefined ? { kind: "none" } : elaborateSplit(items.Split, built, scope, evaluation);
}

/** Only whether there is any line for local modules; which modules lack one is known once they are cut. */
function checkLocalHeads(
  split: SplitSpecification,
  items: Items,
  heads: Model["heads"],
  scope: Scope,
  evaluation: Evaluation,
): void {
  const isCut = split.kind === "after" || (split.kind === "into" && split.count > 1);
  if (!isCut || items.Split === undefined || heads.some(({ selector }) => selector.kind !== "last")) return;
  // Lines that could not be read have been reported.
  if (items.Heads?.entries.some(({ selector }) => selector.kind !== "Reference" || selector.name !== "last")) return;
  const place = placeIn(evaluation.origins.get(items.Split) ?? scope, items.Split.span);
  evaluation.report(
    "missing-local-head",
    {},
    { place, help: 'add `heads { local: infopro() }`, with `import { infopro } from "std/heads"`' },
  );
}
