import { compile, renderDiagnostic } from "../../compiler/index.ts";
import type { StepProgram } from "../../runtime/program/step-program.ts";
import { verifyProgram } from "../../runtime/program/verify.ts";
import { createTrainer, type Trainer } from "../../runtime/train/trainer.ts";

export type ExecutorName = "eager" | "graph" | "portable" | "webgpu";
/** WebGPU too where `LLNET_TEST_WEBGPU` is set: on a software driver it takes minutes. */
export const executors: readonly ExecutorName[] = [
  ...(["eager", "graph", "portable"] as const),
  ...(process.env["LLNET_TEST_WEBGPU"] ? (["webgpu"] as const) : []),
];

/** The program of a source text, verified; a diagnostic fails the test, with its rendering. */
export function compileText(text: string, set?: Record<string, string | number | boolean>): StepProgram {
  const { program, diagnostics, sources } = compile({ file: "test.llnet", text, ...(set && { set }) });
  const problems = diagnostics.filter(({ severity }) => severity !== "info");
  if (program === undefined || problems.length > 0) {
    throw new Error(
      diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, sources, { color: false })).join("\n"),
    );
  }
  const faults = verifyProgram(program);
  if (faults.length > 0) throw new Error(`the program is not well formed:\n${JSON.stringify(faults, undefined, 2)}`);
  return program;
}

/** Trains a source text for the length of `use`, then gives the engine's memory back. */
export async function withTrainer<Result>(
  text: string,
  executor: ExecutorName,
  use: (trainer: Trainer) => Promise<Result>,
): Promise<Result> {
  const trainer = await createTrainer(compileText(text), { executor });
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
  }
}
