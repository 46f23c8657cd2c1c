/** `tied(unit)`, the unit once more with its own weights, and `head_tap`, what an earlier head published. */
import { expect, test } from "vitest";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import { createTrainer, type Trainer } from "../../../runtime/index.ts";
import { compileText, executors, withTrainer } from "../../support/train-text.ts";
import { withoutEngine } from "../../train/support/training.ts";

const model = (head: string, { unit = "dense(3) |> tanh", more = "" } = {}) => `
  head tried(module) { ${head} }
  head plain(module) { loss classes = cross_entropy(dense(module.output, classes), label) }
  backbone net() {
    unit first: ${unit}
    unit second: ${unit}
  }
  model m {
    input [3]  classes 2  backbone net  split after first
    heads { each: tried ${more} }
    train { batch: 4  optimizer: sgd(momentum = 0)  rate: 0.1 }
  }`;

const batch = {
  input: Float32Array.from({ length: 12 }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 1, 1, 0]),
};

function codes(text: string): string[] {
  const { diagnostics } = compile({ file: "net.llnet", text });
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

// The loss depends on the unit's weights twice: through the module, and through the unit used once more.
const twice = model(`
  let own = module.units[1]
  let again = module.output |> tied(own)
  loss both = mean(square(again)) + mean(square(module.output - 0.3))
  loss classes = cross_entropy(dense(again, classes), label)
`);

test.skipIf(withoutEngine).for(executors)(
  "gradients of weights that are used twice are those of finite differences (%s)",
  async (executor) => {
    await withTrainer(twice, executor, async (trainer) => {
      const gradients = await trainer.gradients(batch);
      const total = async (weights: ReadonlyMap<string, Float32Array>): Promise<number> => {
        await trainer.setWeights(weights);
        const { losses } = await trainer.evaluate(batch);
        return (losses["module[1].both"] ?? 0) + (losses["module[1].classes"] ?? 0);
      };
      const initial = await trainer.weights();
      const name = "first.dense[1].kernel";
      const step = 1e-2;
      for (const position of [0, 4, 8]) {
        const moved = (by: number) => {
          const values = Float32Array.from(initial.get(name) ?? []);
          values[position] = (values[position] ?? 0) + by;
          return new Map([...initial, [name, values]]);
        };
        const slope = ((await total(moved(step))) - (await total(moved(-step)))) / (2 * step);
        expect(gradients.get(name)?.[position]).toBeCloseTo(slope, 3);
      }
    });
  },
);

test("a tied unit adds no weights and no variables", () => {
  const variables = compileText(twice).variables.map(({ address }) => address);
  expect(variables.filter((address) => address.includes("tied"))).toEqual([]);
  expect(variables.filter((address) => address.startsWith("head"))).toEqual(
    ["head[1]", "head[2]"].flatMap((head) => [`${head}.dense[1].kernel`, `${head}.dense[1].bias`]),
  );
});

const statistics = (head: string) =>
  model(`${head}\n loss classes = cross_entropy(dense(module.output, classes), label)`, {
    unit: "dense(3) |> batch_norm",
  });

test.skipIf(withoutEngine)("running statistics move once per step, with what flows through the chain", async () => {
  const once = await meansAfterStep(statistics(""));
  const tied = await meansAfterStep(
    statistics("loss other = mean(square(module.input * 3 |> tied(module.units[1]))) weight 1e-30"),
  );
  expect(tied).toEqual(once);
});

async function meansAfterStep(text: string): Promise<Float32Array | undefined> {
  return withTrainer(text, "eager", async (trainer: Trainer) => {
    await trainer.step(batch);
    return (await trainer.weights()).get("first.batch_norm[1].mean");
  });
}

test.skipIf(withoutEngine)("what a head publishes comes to the next one as a constant", async () => {
  const text = model(`
    let before = if module.index == 1 { module.output } else { module.previous.head_tap("seen") }
    tap seen = dense(before, 4) |> tanh
    loss classes = cross_entropy(dense(seen, classes) + dense(module.output, classes), label)
  `);
  const { scoped } = compile({ file: "net.llnet", text });
  const { losses = [], owners = [], reaches = [] } = scoped?.isolation ?? {};
  expect(
    losses.map((loss, row) => `${loss}: ${owners.filter((_, column) => reaches[row]?.[column]).join(" ")}`),
  ).toEqual(["module[1].classes: first head[1]", "module[2].classes: second head[2]"]);
  const trainer = await createTrainer(compileText(text), { executor: "graph" });
  try {
    const { losses: values } = await trainer.step(batch);
    expect(Object.values(values).every(Number.isFinite)).toBe(true);
  } finally {
    trainer.dispose();
  }
});

test("a loss cannot use weights of units it does not reach; with `reach` or in a prediction it can", () => {
  const uses = (more: string) => `
    let again = input |> tied(backbone.first)
    loss classes = cross_entropy(dense(again, classes) + dense(module.output, classes), label) ${more}`;
  expect(codes(model(uses("")))).toEqual(["LL5031"]);
  expect(codes(model(uses("reach module.index")))).toEqual([]);
  const predicts = `loss classes = cross_entropy(dense(module.output, classes), label)
    return slice(input |> tied(backbone.first), [0], [2])`;
  expect(codes(model(predicts))).toEqual([]);
});

test("units and heads of later modules, and heads in a context, are refused", () => {
  const plain = "loss classes = cross_entropy(dense(module.output, classes), label)";
  expect(codes(model(`let far = input |> tied(backbone.second)\n ${plain}`, { more: "last: plain" }))).toEqual([
    "LL5021",
  ]);
  expect(codes(model(`let far = module.head_tap("seen")\n ${plain}`))).toEqual(["LL5021"]);
  expect(
    codes(
      model(`tap seen = module.output\n ${plain}`).replace(
        "heads {",
        'context { 2: module.previous.head_tap("seen") } heads {',
      ),
    ),
  ).toEqual(["LL5030"]);
  const { diagnostics, sources } = compile({
    file: "net.llnet",
    text: model(
      `tap seen = module.output\n let near = if module.index == 2 { module.previous.head_tap("sen") } else { 1 }\n ${plain}`,
    ),
  });
  expect(diagnostics.map((each) => renderDiagnostic(each, sources)).join()).toContain("did you mean `seen`?");
});
