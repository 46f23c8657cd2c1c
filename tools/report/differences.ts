import type * as Compiler from "../../compiler/index.ts";
import { readSources, readTrial } from "../ablation/store.ts";
import { trialDirectory } from "../ablation/trial-identity.ts";
import type { Study, StudyPlan, Variant } from "../ablation/types.ts";
import type { Difference } from "./study-report.ts";

type Compilation = ReturnType<typeof Compiler.compile>;

/** More variants than this are told apart by their values alone: each is compiled. */
const mostCompiled = 60;

/**
 * Says what a variant changes against the one it is compared to: both compiled from the texts their trials were planned with,
 * and compared; by the values that were set where that cannot be done.
 */
export function differencesOf(
  compiler: typeof Compiler,
  plan: StudyPlan,
  study: Study,
  runs: string,
): (variant: Variant) => Difference | undefined {
  const texts = plannedTexts(plan, runs);
  const compiled = new Map<string, Compilation | undefined>();

  function compile(variant: Variant): Compilation | undefined {
    if (texts === undefined || study.variants.length > mostCompiled) return undefined;
    if (!compiled.has(variant.name)) {
      const host = compiler.createMemoryHost(texts);
      compiled.set(
        variant.name,
        compiler.compile({ file: study.file, model: study.model, set: variant.overrides, host }),
      );
    }
    return compiled.get(variant.name);
  }

  return (variant) => {
    const name = variant.comparedTo ?? study.baseline;
    const other = study.variants.find((each) => each.name === name);
    if (other === undefined || other.name === variant.name) return undefined;
    return {
      comparedTo: other.name,
      changes: changesBetween(compile(other), compile(variant)) ?? valueChanges(other, variant),
    };
  };

  function changesBetween(
    before: Compilation | undefined,
    after: Compilation | undefined,
  ): readonly string[] | undefined {
    if (!before?.scoped || !before.program || !after?.scoped || !after.program) return undefined;
    const { changes } = compiler.compareModels(
      { scoped: before.scoped, program: before.program },
      { scoped: after.scoped, program: after.program },
    );
    return changes.length === 0 ? ["nothing that is computed: both are one program"] : changes.map(({ text }) => text);
  }
}

function valueChanges(other: Variant, variant: Variant): readonly string[] {
  return Object.entries(variant.set)
    .filter(([path, value]) => other.set[path] !== value)
    .map(([path, value]) => `${path}: ${other.set[path] ?? "unset"} becomes ${value}`);
}

function plannedTexts(plan: StudyPlan, runs: string): Readonly<Record<string, string>> | undefined {
  for (const trial of plan.trials) {
    const directory = trialDirectory(trial, runs);
    const file = readTrial(directory);
    if (file !== undefined) return readSources(directory, file);
  }
  return undefined;
}
