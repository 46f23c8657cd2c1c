/** Source text in, model and diagnostics out: the plumbing of the elaboration tests. */
import { resolve as absolute } from "node:path";
import { resolve } from "../../../compiler/1-resolve/resolve.ts";
import { type ElaborateOptions, elaborate } from "../../../compiler/2-elaborate/elaborate.ts";
import type { InstantiatedHead, Model, ModuleView, Unit } from "../../../compiler/2-elaborate/model.ts";
import { overrideSources } from "../../../compiler/2-elaborate/overrides.ts";
import { selectHead } from "../../../compiler/3-scope/select-head.ts";
import type { Diagnostic } from "../../../compiler/diagnostics/diagnostic.ts";
import { fromSyntaxProblem } from "../../../compiler/diagnostics/from-syntax-problem.ts";
import { renderDiagnostic } from "../../../compiler/diagnostics/render.ts";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { parse } from "../../../grammar/index.ts";

export interface Elaborated {
  readonly model: Model | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Every diagnostic as a user sees it; those of the first module's head included, where there is a split. */
  readonly rendered: string;
}

export function elaborateText(
  text: string,
  options: ElaborateOptions & { readonly files?: Record<string, string> } = {},
): Elaborated {
  const { tree, errors } = parse(text, "net.llnet");
  const host = createMemoryHost(options.files ?? {}, createFileHost({ packageRoot: absolute(".") }));
  const resolved = resolve(tree, host);
  const { value, diagnostics } = elaborate(resolved.value, options);
  const heads =
    value === undefined || value.split.kind === "none"
      ? []
      : headFor(value, moduleView(value, 1, modulesOf(value), value.backbone.units.slice(0, 1))).diagnostics;
  const all = [
    ...errors.map((problem) => fromSyntaxProblem(problem, "net.llnet")),
    ...resolved.diagnostics,
    ...diagnostics,
    ...heads,
  ];
  const sources = new Map([...resolved.value.sources, ...overrideSources(options.set ?? {})]);
  return { model: value, diagnostics: all, rendered: all.map((each) => renderDiagnostic(each, sources)).join("\n\n") };
}

function modulesOf({ split }: Model): number {
  return split.kind === "into" ? split.count : 2;
}

/** The model, or a failure that shows what was wrong. */
export function expectModel(text: string, options: Parameters<typeof elaborateText>[1] = {}): Model {
  const { model, rendered } = elaborateText(text, options);
  if (model === undefined || rendered !== "") throw new Error(rendered);
  return model;
}

/** Module `index` of `count`, made of the given units. */
export function moduleView(model: Model, index: number, count: number, units: readonly Unit[]): ModuleView {
  const before = model.backbone.units[(units[0]?.index ?? 1) - 2];
  const input =
    before === undefined ? { dataType: "float32" as const, shape: [-1, ...model.inputShape] } : outputOf(before);
  return {
    index,
    count,
    units,
    input,
    output: outputOf(units[units.length - 1] as Unit),
    previous: undefined,
    next: undefined,
  };
}

export function headFor(model: Model, module: ModuleView): InstantiatedHead {
  const assignment = selectHead(model, module.index, module.count);
  return assignment?.instantiate?.(module) ?? { head: undefined, diagnostics: [] };
}

export function outputOf(unit: Unit) {
  const { inputs, nodes, output = 0 } = unit.fragment;
  const type = output < inputs.length ? inputs[output]?.type : nodes[output - inputs.length]?.type;
  if (type === undefined) throw new Error(`${unit.address} has no output`);
  return type;
}

/** Trained numbers: kernels, biases, scales and offsets. */
export function parametersOf(fragments: readonly Unit["fragment"][]): number {
  return fragments
    .flatMap(({ nodes }) => nodes.flatMap(({ weights }) => weights))
    .filter(({ specification }) => specification.group !== "statistic")
    .reduce(
      (total, { specification }) => total + specification.shape.reduce((product, length) => product * length, 1),
      0,
    );
}
