/** The words of heads and contexts, and an evaluation for one module that knows them. */
import type { Place } from "../../grammar/span.ts";
import type { ModelDeclaration } from "../../grammar/syntax-tree.ts";
import type { ResolvedProject } from "../1-resolve/resolved-project.ts";
import { unitWords } from "../1-resolve/unit-words.ts";
import { createAddressNode } from "./address-tree.ts";
import { createEvaluation } from "./create-evaluation.ts";
import type { BuiltBackbone, Evaluation } from "./evaluation.ts";
import type { FragmentBuilder } from "./fragment-builder.ts";
import type { ModuleView } from "./model.ts";
import { innerScope, type Scope } from "./scope.ts";
import { integer, sourceTensor, type TensorValue } from "./value.ts";

/** What heads and contexts are evaluated in: the model's words and settings. */
export interface Surroundings {
  readonly project: ResolvedProject;
  readonly declaration: ModelDeclaration;
  readonly scope: Scope;
  readonly origins: ReadonlyMap<object, Scope>;
  readonly labelSmoothing: number;
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** The model's `input` line. */
  readonly inputPlace: Place;
  /** Undefined where it failed; then no head is ever evaluated. */
  readonly built: BuiltBackbone | undefined;
}

/** A fresh evaluation each time: the same module gives the same head. */
export function createModuleEvaluation(
  room: "head" | "context",
  module: ModuleView,
  fragment: FragmentBuilder,
  surroundings: Surroundings,
): Evaluation {
  const { origins, labelSmoothing, built, project } = surroundings;
  const evaluation = createEvaluation(project, {
    room,
    origins,
    labelSmoothing,
    ...(built && { backbone: built }),
    headWords: (scope) => bindWords(scope, surroundings),
  });
  evaluation.fragment = fragment;
  evaluation.module = module;
  return evaluation;
}

/** The scope of a line of `heads` or `context`: besides the words, `module` and the backbone's units by name. */
export function entryScope(outer: Scope, module: ModuleView, surroundings: Surroundings): Scope {
  const { declaration, scope, built } = surroundings;
  const inner = innerScope(outer);
  // What the file calls by this name keeps it; `backbone.NAME` always means the unit.
  for (const name of unitWords(declaration, scope.file)) {
    const node = built?.addresses.members.get(name) ?? createAddressNode(name);
    inner.names.set(name, { value: { kind: "address", node } });
  }
  bindWords(inner, surroundings);
  inner.names.set("module", { value: { kind: "module", view: module } });
  return inner;
}

function bindWords(scope: Scope, { inputShape, classes, inputPlace, built }: Surroundings): void {
  const image = { dataType: "float32" as const, shape: [-1, ...inputShape] };
  const words: Record<string, TensorValue> = {
    input: sourceTensor({ kind: "input" }, image, inputPlace),
    pixels: sourceTensor({ kind: "pixels" }, image, inputPlace),
    label: sourceTensor({ kind: "label" }, { dataType: "int32", shape: [-1] }, inputPlace),
  };
  for (const [name, value] of Object.entries(words)) scope.names.set(name, { value });
  scope.names.set("classes", { value: integer(classes) });
  scope.names.set("backbone", { value: { kind: "address", node: built?.addresses ?? createAddressNode() } });
}
