import type { Place } from "../../grammar/span.ts";
import type { ResolvedFile, ResolvedProject } from "../1-resolve/resolved-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { RememberedBackbone } from "./backbone-memory.ts";
import { elaborateContext } from "./context.ts";
import { createEvaluation } from "./create-evaluation.ts";
import type { BuiltBackbone, Evaluation } from "./evaluation.ts";
import { expectInteger, expectIntegers } from "./expect.ts";
import { givenBy } from "./given.ts";
import { elaborateHeads } from "./heads.ts";
import type { Model, SplitSpecification } from "./model.ts";
import { type ModelItems, onlyItems, placeOfItem } from "./model-items.ts";
import type { Overridden } from "./overrides.ts";
import { elaborateReadout } from "./readout.ts";
import { elaborateRecipe } from "./recipe.ts";
import { fileScope, placeIn, type Scope } from "./scope.ts";
import { elaborateSplit } from "./split.ts";

/** Evaluates a model with its overrides, item by item; undefined where it is too wrong to be one. */
export function elaborateModel(
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

function inputShapeOf(items: ModelItems, scope: Scope, evaluation: Evaluation): readonly number[] | undefined {
  if (items.Input === undefined) return undefined;
  const given = givenBy(items.Input.shape, scope, evaluation);
  const shape = expectIntegers(given, "a shape such as [32, 32, 3]", evaluation);
  if (shape === undefined) return undefined;
  if ((shape.length === 1 || shape.length === 3) && shape.every((length) => length >= 1)) return shape;
  const message = `\`input\` must be [height, width, channels] or [features] with lengths of at least 1, found [${shape.join(", ")}]`;
  evaluation.report("argument-out-of-range", { message }, { place: given.place });
  return undefined;
}

function classesOf(items: ModelItems, scope: Scope, evaluation: Evaluation): number | undefined {
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
  items: ModelItems,
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
  items: ModelItems,
  built: BuiltBackbone,
  scope: Scope,
  evaluation: Evaluation,
): SplitSpecification | undefined {
  return items.Split === undefined ? { kind: "none" } : elaborateSplit(items.Split, built, scope, evaluation);
}

/** Only whether there is any line for local modules; which modules lack one is known once they are cut. */
function checkLocalHeads(
  split: SplitSpecification,
  items: ModelItems,
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
