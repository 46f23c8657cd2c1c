/** Averages that follow weights of their own, earlier and later modules: where they are after every step, and what the verifier lets pass. */
import { expect, test } from "vitest";
import { verifyProgram } from "../../../runtime/index.ts";
import { compileText, executors, withTrainer } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";

const text = (followed: string, train = "") => `
  import { classifier } from "std/heads"
  backbone net() { for i in 1..4 { unit f[i]: dense(6) |> tanh } }
  head taught(module) {
    let told = module.output |> ema(backbone.f[${followed}], 0.9)
    loss same = mean_squared_error(module.output |> dense(6), told)
    loss classes = cross_entropy(module.output |> dense(classes), label)
  }
  model m {
    input [6]  classes 3  backbone net
    split into 3 by units
    heads { local: taught  last: classifier }
    train { batch: 4  rate: 0.1  optimizer: sgd(momentum = 0.9, weight_decay = 0.1)  ${train} }
  }`;

const batch = {
  input: Float32Array.from({ length: 4 * 6 }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 0, 1, 2]),
};

const cases = ["1", "2", "4"].flatMap((followed) =>
  ["", "update: immediate", "memory: recompute"].flatMap((train) =>
    executors.map((executor) => ({ followed, train, executor })),
  ),
);

test.skipIf(withoutEngine).for(cases)(
  "two heads that follow unit $followed ($train, $executor) hold 0.9 of what they had and 0.1 of it before the step",
  async ({ followed, train, executor }) => {
    await withTrainer(text(followed, train), executor, async (trainer) => {
      for (let step = 0; step < 3; step++) {
        const before = await trainer.weights();
        await trainer.step(batch);
        const after = await trainer.weights();
        const averages = [...after].filter(([address]) => address.includes(".ema["));
        expect(averages).toHaveLength(4);
        for (const [address, values] of averages) {
          const source = before.get(address.replace(/^head\[\d\]\.ema\[1\]/, `f[${followed}]`));
          const own = before.get(address);
          values.forEach((value, index) => {
            expect(value).toBeCloseTo(0.9 * (own?.[index] ?? Number.NaN) + 0.1 * (source?.[index] ?? Number.NaN), 6);
          });
          expect(source).not.toEqual(after.get(address.replace(/^head\[\d\]\.ema\[1\]/, `f[${followed}]`)));
        }
      }
    });
  },
);

test("a weight of an earlier module may move averages, and nothing else", () => {
  const program = compileText(text("1"));
  const { train } = program.procedures;
  const moved = train.instructions.findIndex(
    ({ primitive, variables }) => primitive === "assign" && variables[0] === "head[2].ema[1].dense[1].kernel",
  );
  expect(moved).toBeGreaterThan(0);
  const instructions = train.instructions.map((instruction, index) =>
    index === moved ? { ...instruction, variables: ["f[2].dense[1].kernel"] } : instruction,
  );
  const tampered = { ...program, procedures: { ...program.procedures, train: { ...train, instructions } } };
  expect(verifyProgram(program)).toEqual([]);
  expect(
    verifyProgram(tampered)
      .map(({ message }) => message)
      .join("\n"),
  ).toMatch(/the gradient must stop at the input of module 2/);
});
