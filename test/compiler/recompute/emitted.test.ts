import { expect, test } from "vitest";
import { emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { compile } from "../../../compiler/index.ts";
import { runEmitted } from "../emit/support/emitted.ts";

test.each(["recompute", "at most 60 MB"])("TypeScript emitted with `memory: %s` holds the same program", (memory) => {
  const file = "examples/resnet32-greedy.llnet";
  const { program } = compile({ file, set: { "train.memory": memory, "train.batch": 64 } });
  if (program === undefined) throw new Error(`${file} does not compile`);
  expect(program.procedures.train.instructions.some(({ primitive }) => primitive === "batch_norm_inference")).toBe(
    true,
  );
  const [emitted] = emitTypeScript({ program, sourceFile: file });
  const built = runEmitted(emitted?.text ?? "");
  expect(built.program.procedures).toEqual(program.procedures);
  expect(built.program.recipe).toEqual(program.recipe);
});
