import { expect, test } from "vitest";
import { emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { compile } from "../../../compiler/index.ts";
import type { Batch, Trainer } from "../../../runtime/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { runEmitted } from "./support/emitted.ts";

function batchOf({ inputShape, classes }: StepProgram, size: number): Batch {
  const features = inputShape.reduce((product, length) => product * length, 1);
  return {
    input: Float32Array.from({ length: size * features }, (_, index) => Math.sin(index * 1.7)),
    label: Int32Array.from({ length: size }, (_, index) => (index * 7) % classes),
  };
}

async function lossesOf(trainer: Trainer, batch: Batch): Promise<unknown[]> {
  const losses = [];
  for (let step = 0; step < 4; step++) losses.push((await trainer.step(batch)).losses);
  trainer.dispose();
  return losses;
}

test.each(["eager", "graph"] as const)(
  "emitted networks train to the same losses, bit for bit, on the %s executor",
  async (executor) => {
    for (const file of ["examples/digits.llnet", "examples/resnet32-greedy.llnet"]) {
      const { program } = compile({ file });
      if (program === undefined) throw new Error(`${file} does not compile`);
      const [emitted] = emitTypeScript({ program, sourceFile: file });
      const { createNetwork } = runEmitted(emitted?.text ?? "");
      const batch = batchOf(program, 5);
      const expected = await lossesOf(await createTrainer(program, { executor, seed: 7 }), batch);
      expect(await lossesOf(await createNetwork({ executor, seed: 7 }), batch)).toEqual(expected);
      expect(new Set(expected.map((losses) => JSON.stringify(losses))).size).toBe(4);
    }
  },
);
