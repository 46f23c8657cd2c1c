/** How many axes engines compute with: up to there they agree, beyond a program is refused before its first step. */
import { expect, test } from "vitest";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { createTrainer } from "../../runtime/train/trainer.ts";
import { compileText } from "../support/train-text.ts";
import { makeBatch } from "./support/batches.ts";

const nativeTest = test.skipIf(!findEngine().found);

const operations = ["relu", "gelu", "dropout(0.5)", "transpose(AXES)", "roll(ONES, AXES)"];

nativeTest.each(operations)(
  "%s with six axes, the batch among them, trains alike on every executor",
  async (operation) => {
    const program = networkWith(operation, 6);
    const native = await lossesOf(program, "eager");
    for (const executor of ["graph", "portable"] as const) {
      const losses = await lossesOf(program, executor);
      for (const [name, loss] of Object.entries(native)) expect(losses[name]).toBeCloseTo(loss, 5);
    }
  },
);

test.each([...operations, "softmax"])(
  "%s with seven axes is refused by the portable engine, with its place",
  async (operation) => {
    await expect(lossesOf(networkWith(operation, 7), "portable")).rejects.toMatchObject({
      code: "LL9014",
      message: expect.stringMatching(
        /^the engine \(WebAssembly, .*\) computes with tensors of up to 6 axes, not of 7: `\w+` in a, \w+\[1\], \[batch(, 2){6}\] \(train\)$/,
      ),
    });
  },
);

nativeTest.each(["graph", "eager"] as const)(
  "the %s executor computes with eight axes and refuses nine",
  async (executor) => {
    expect(Object.values(await lossesOf(networkWith("relu", 8), executor))).toHaveLength(2);
    await expect(lossesOf(networkWith("relu", 9), executor)).rejects.toMatchObject({
      code: "LL9014",
      message: expect.stringContaining("computes with tensors of up to 8 axes, not of 9: `relu` in a, relu[1]"),
    });
  },
);

nativeTest("a softmax of six axes is refused by the graph executor alone", async () => {
  const program = networkWith("softmax", 6);
  await expect(lossesOf(program, "graph")).rejects.toMatchObject({
    code: "LL9014",
    message: expect.stringMatching(/graph executor\) computes with tensors of up to 5 axes, not of 6: `softmax` in a/),
  });
  const native = await lossesOf(program, "eager");
  const portable = await lossesOf(program, "portable");
  for (const [name, loss] of Object.entries(native)) expect(portable[name]).toBeCloseTo(loss, 5);
  expect(Object.values(await lossesOf(networkWith("softmax", 5), "graph"))).toHaveLength(2);
});

/** A network whose first module has tensors of so many axes of two, the batch among them. */
function networkWith(operation: string, axes: number) {
  const numbers = Array.from({ length: axes - 1 }, (_, index) => index + 1);
  const call = operation
    .replace("AXES", `[${operation.startsWith("transpose") ? numbers.toReversed() : numbers}]`)
    .replace("ONES", `[${numbers.map(() => 1)}]`);
  return compileText(`
    head classify(module) { loss classes = cross_entropy(module.output |> flatten |> dense(classes), label) }
    backbone folded() {
      unit a: dense(${2 ** (axes - 1)}) |> reshape([${numbers.map(() => 2)}]) |> ${call} |> tanh
      unit b: flatten |> dense(8)
    }
    model net {
      input [5]  classes 3  backbone folded()
      split after a
      heads { each: classify }
      train { batch: 4  optimizer: sgd()  rate: constant(0.1) }
    }`);
}

async function lossesOf(program: ReturnType<typeof compileText>, executor: "graph" | "eager" | "portable") {
  const trainer = await createTrainer(program, { executor });
  const batch = makeBatch(program, 4);
  await trainer.step(batch);
  const { losses } = await trainer.step(batch);
  trainer.dispose();
  return losses;
}
