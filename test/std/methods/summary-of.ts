import type { Summary } from "../../../compiler/index.ts";
import { compile, renderDiagnostic, summarize } from "../../../compiler/index.ts";

/** The summary of a source text's model; any diagnostic fails the test, with its rendering. */
export function summaryOf(text: string): Summary {
  const { program, scoped, diagnostics, sources } = compile({ file: "test.llnet", text });
  if (program === undefined || scoped === undefined || diagnostics.length > 0) {
    throw new Error(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false })).join("\n"));
  }
  return summarize(scoped, program);
}

/** Trained parameters of every module's local head, in order. */
export function headParameters({ modules }: Summary): number[] {
  return modules.flatMap(({ heads }) => heads.map(({ parameters }) => parameters));
}

export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

export function repeat(count: number, value: number): number[] {
  return Array.from({ length: count }, () => value);
}
