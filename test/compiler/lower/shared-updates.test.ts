/** Parameters that two modules share, and optimizers per module, against hand arithmetic. */
import { expect, test } from "vitest";
import { emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { compileText, executors } from "../../support/train-text.ts";
import { runEmitted } from "../emit/support/emitted.ts";

/** Two modules that pass numbers on, with losses whose gradients are the table times a number of their own. */
function network(update: string, train: string): string {
  return `
    backbone net() {
      unit first(x) { return x }
      unit second(x) { return x }
    }
    head pulls(module, strength) {
      shared table = parameter([2], init = normal(0, 1), update = "${update}")
      loss pull    = sum(square(table)) weight strength
      loss classes = cross_entropy(detach(module.output) |> dense(classes), label)
    }
    model net {
      input [2]  classes 2  backbone net  split after first
      heads { 1: pulls(0.5)  last: pulls(1.5) }
      train { batch: 2  ${train} }
    }`;
}

const batch = { input: Float32Array.of(1, 2, 3, 4), label: Int32Array.of(0, 1) };

async function train(text: string, executor: (typeof executors)[number], steps: number): Promise<number[]> {
  const trainer = await createTrainer(compileText(text), { executor });
  try {
    await trainer.setWeights(new Map([["shared.table", Float32Array.of(1, -2)]]));
    for (let step = 0; step < steps; step += 1) await trainer.step(batch);
    return [...((await trainer.weights()).get("shared.table") ?? [])];
  } finally {
    trainer.dispose();
  }
}

/** Momentum as the optimizer does it: `v ← 0.9·v + g`, `w ← w − 0.1·v`, for each gradient `strength · 2w` in turn. */
function byHand(start: number, steps: number, update: "sum" | "each"): number {
  let [w, v] = [start, 0];
  const move = (gradient: number): void => {
    v = 0.9 * v + gradient;
    w -= 0.1 * v;
  };
  for (let step = 0; step < steps; step += 1) {
    if (update === "sum") move(0.5 * 2 * w + 1.5 * 2 * w);
    else for (const strength of [0.5, 1.5]) move(strength * 2 * w);
  }
  return w;
}

const momentum = "optimizer: sgd(momentum = 0.9)  rate: 0.1";

test.each(executors.flatMap((executor) => (["sum", "each"] as const).map((update) => [update, executor] as const)))(
  'a parameter with update "%s" moves as by hand, on the %s executor',
  async (update, executor) => {
    const found = await train(network(update, momentum), executor, 3);
    expect(found[0]).toBeCloseTo(byHand(1, 3, update), 5);
    expect(found[1]).toBeCloseTo(byHand(-2, 3, update), 5);
    // The two differ, so that neither can pass for the other.
    expect(Math.abs(byHand(1, 3, "sum") - byHand(1, 3, "each"))).toBeGreaterThan(0.01);
  },
);

test.each(executors)(
  'with update "each" the second module reads what the first has moved, on the %s executor',
  async (executor) => {
    const plain = "optimizer: sgd(momentum = 0)  rate: 0.1";
    // 1 − 0.1·(0.5·2·1) = 0.9, then 0.9 − 0.1·(1.5·2·0.9) = 0.63
    expect((await train(network("each", plain), executor, 1))[0]).toBeCloseTo(0.63, 6);
    // 1 − 0.1·(0.5·2·1 + 1.5·2·1) = 0.6
    expect((await train(network("sum", plain), executor, 1))[0]).toBeCloseTo(0.6, 6);
  },
);

test("an optimizer per module is the program of one for all, while no weight belongs to two modules", () => {
  const apart = network("sum", "").replace("shared table", "let table").replace(', update = "sum"', "");
  const one = apart.replace("batch: 2", 'batch: 2  optimizer: adam(per = "model")');
  const several = apart.replace("batch: 2", 'batch: 2  optimizer: adam(per = "module")');
  expect(compileText(several)).toEqual(compileText(one));
});

test('with `update: immediate` the program is that of "at_end", while no scopes overlap', () => {
  const { recipe: immediate, ...program } = compileText(network("sum", "update: immediate"));
  const { recipe, ...same } = compileText(network("sum", "update: at_end"));
  expect(program).toEqual(same);
  expect(immediate).toEqual({ ...recipe, update: "immediate" });
});

test.each(executors)(
  "half the square of a weight has the weight itself as gradient, on the %s executor",
  async (executor) => {
    const text = network("sum", "optimizer: sgd(momentum = 0)  rate: 0.1").replace("pulls(1.5)", "pulls(0)");
    // w − 0.1·w, twice
    expect((await train(text, executor, 2))[1]).toBeCloseTo(-2 * 0.9 * 0.9, 6);
  },
);

/** One momentum for each of the two modules. */
function byHandWithTwo(start: number, steps: number): number {
  let w = start;
  const v = [0, 0];
  for (let step = 0; step < steps; step += 1) {
    for (const [module, strength] of [0.5, 1.5].entries()) {
      v[module] = 0.9 * (v[module] as number) + strength * 2 * w;
      w -= 0.1 * (v[module] as number);
    }
  }
  return w;
}

test.each(executors)(
  "with an optimizer per module, each has a momentum of its own for what they share, on the %s executor",
  async (executor) => {
    const text = network("each", 'optimizer: sgd(momentum = 0.9, per = "module")  rate: 0.1');
    expect(compileText(text).variables.map(({ address }) => address)).toEqual(
      expect.arrayContaining(["shared.table/momentum[1]", "shared.table/momentum[2]"]),
    );
    expect((await train(text, executor, 3))[0]).toBeCloseTo(byHandWithTwo(1, 3), 5);
    expect(Math.abs(byHandWithTwo(1, 3) - byHand(1, 3, "each"))).toBeGreaterThan(0.01);
  },
);

test("a program with several optimizers for one weight is emitted as it is", () => {
  const program = compileText(network("each", 'optimizer: adam(per = "module")'));
  const [file] = emitTypeScript({ program, sourceFile: "net.llnet" });
  const { procedures, variables } = runEmitted(file?.text ?? "").program;
  expect(procedures.train).toEqual(program.procedures.train);
  expect(variables).toEqual(program.variables);
});
