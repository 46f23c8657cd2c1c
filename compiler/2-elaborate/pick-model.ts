import type { ModelDefinition, ResolvedProject } from "../1-resolve/resolved-project.ts";
import { diagnose } from "../diagnostics/diagnose.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/near-names.ts";

/** The model of that name, which may be imported, or the file's only one. */
export function pickModel(
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
