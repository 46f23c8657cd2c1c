import { expect, test } from "vitest";
import { emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { phaseProgram } from "../../../runtime/program/phases.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { makeBatch } from "../../runtime/support/batches.ts";
import { compileText } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";
import { runEmitted, typeProblems } from "./support/emitted.ts";

const program = compileText(`
  backbone net() {
    unit first: conv(4, 3) |> batch_norm |> relu
    unit second: pool_all |> dense(6) |> relu
  }
  head first_head(module) { loss classes = cross_entropy(module.output |> pool_all |> dense(classes), label) }
  head last_head(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
  model net {
    input [6, 6, 2]  classes 3  backbone net  split after first
    heads { local: first_head  last: last_head }
    train { order: sequential  batch: 4  optimizer: adam }
  }`);

const files = emitTypeScript({ program, sourceFile: "net.llnet" });

test("a sequential training is emitted as one file per phase, which compiles and builds the phase's program", () => {
  expect(files.map(({ path }) => path)).toEqual(["net-phase-1.ts", "net-phase-2.ts"]);
  expect(typeProblems(new Map(files.map(({ path, text }) => [path, text])))).toEqual([]);
  const built = files.map(({ text }) => runEmitted(text).program);
  for (const [index, own] of built.entries()) {
    const { procedures } = phaseProgram(program, index + 1);
    expect(own.procedures.train.instructions.map(({ primitive }) => primitive)).toEqual(
      procedures.train.instructions.map(({ primitive }) => primitive),
    );
  }
});

test.skipIf(withoutEngine)(
  "emitted phases, weights carried from one to the next, train as the program does",
  async () => {
    const trainer = await createTrainer(program, { executor: "graph", seed: 5 });
    const first = await runEmitted(files[0]?.text ?? "").createNetwork({ executor: "graph", seed: 5 });
    const second = await runEmitted(files[1]?.text ?? "").createNetwork({ executor: "graph", seed: 5 });
    const batch = makeBatch(program, 4);
    for (let step = 0; step < 3; step += 1) {
      expect((await first.step(batch)).losses).toEqual((await trainer.step(batch)).losses);
    }
    trainer.setPhase(2);
    await second.setWeights(await first.weights());
    for (let step = 0; step < 3; step += 1) {
      expect((await second.step(batch)).losses).toEqual((await trainer.step(batch)).losses);
    }
    expect(await second.weights()).toEqual(await trainer.weights());
    for (const each of [trainer, first, second]) each.dispose();
  },
);
