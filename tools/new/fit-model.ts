import type { Diagnostic } from "../../compiler/index.ts";
import type { ModelChoices } from "./model-choices.ts";
import { type ChosenModel, writeModel } from "./write-model.ts";

export interface FittedModel {
  readonly text: string;
  /** What the compiler and the linter say of the text, worst first; with an error the parts do not fit together. */
  readonly findings: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

/** What a text is checked with. */
export interface Checks {
  readonly format: typeof import("../../compiler/format/index.ts").formatText;
  readonly lint: typeof import("../../compiler/lint/index.ts").lintFile;
}

/** The model's text, cut by the first measure that leaves nothing to report: by memory where that is clean. */
export function fitModel(chosen: ChosenModel, choices: ModelChoices, { format, lint }: Checks): FittedModel {
  let best: FittedModel | undefined;
  for (const measure of chosen.modules > 1 ? (["memory", "units", "parameters", "macs"] as const) : ["memory"]) {
    const file = `${chosen.name}.llnet`;
    const { text } = format(writeModel(chosen, choices, measure), file);
    const { diagnostics, sources } = lint({ file, text });
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const warnings = diagnostics.filter(({ severity }) => severity === "warning");
    const fitted = { text, findings: [...errors, ...warnings], sources };
    if (fitted.findings.length === 0) return fitted;
    best ??= fitted;
    // Another cut does not help against most mistakes, and looking for one takes time.
    if (errors.some(({ code }) => !code.startsWith("LL4") && !code.startsWith("LL5"))) break;
    if (errors.length === 0 && best.findings[0]?.severity === "error") best = fitted;
  }
  if (best === undefined) throw new Error("no measure was tried");
  return best;
}
