/** What the library's heads do beyond their sizes: gates, taps, weights of losses, how far gradients go. */
import { expect, test } from "vitest";
import type { ScopedModel, StepProgram } from "../../../compiler/index.ts";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { withoutEngine } from "../../train/support/training.ts";

function compiled(text: string): { scoped: ScopedModel; program: StepProgram } {
  const { program, scoped, diagnostics, sources } = compile({ file: "test.llnet", text });
  if (program === undefined || scoped === undefined || diagnostics.length > 0) {
    throw new Error(diagnostics.map((one) => renderDiagnostic(one, sources, { color: false })).join("\n"));
  }
  return { program, scoped };
}

const batch = {
  input: Float32Array.from({ length: 4 * 6 }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 0, 1, 2]),
};

function dense(heads: string, units = 3, train = ""): string {
  return `
    import { classifier } from "std/heads"
    import { momentum } from "std/man"
    import { dcl } from "std/dcl"
    import { backlink } from "std/backlink"
    import { mlaan, windowed } from "std/mlaan"
    block linear(x, outputs: int) { return dense(x, outputs) }
    backbone net() { for i in 1..${units} { unit f[i]: dense(6) |> tanh } }
    model m {
      input [6]  classes 3  backbone net
      split into 3 by units
      heads { ${heads} }
      train { batch: 4  ${train} }
    }`;
}

/** Losses of a batch before, and weights after one step. */
async function step(text: string, initial: ReadonlyMap<string, Float32Array> = new Map()) {
  const trainer = await createTrainer(compiled(text).program, { executor: "eager" });
  try {
    const before = new Map([...(await trainer.weights()), ...initial]);
    await trainer.setWeights(before);
    const { losses } = await trainer.step(batch);
    return { before, losses, after: await trainer.weights() };
  } finally {
    trainer.dispose();
  }
}

test.skipIf(withoutEngine)("MAN++ begins as MAN: with its gate at 1 the losses are the same", async () => {
  const plain = await step(dense("local: momentum(then = linear)  last: classifier"));
  const gated = await step(dense("local: momentum(gated = true, then = linear)  last: classifier"), plain.before);
  expect([...gated.before.keys()].filter((address) => !plain.before.has(address))).toHaveLength(2);
  expect(gated.losses).toEqual(plain.losses);
});

test.skipIf(withoutEngine)(
  "the dictionary moves in DCL, and stays as it was drawn in DCL-S, decay included",
  async () => {
    const recipe = "optimizer: adamw(weight_decay = 0.1)  rate: 0.01";
    const moving = await step(dense("local: dcl(6)  last: classifier", 3, recipe));
    expect(moving.after.get("shared.dictionary")).not.toEqual(moving.before.get("shared.dictionary"));
    const fixed = await step(dense("local: dcl(6, fixed = true)  last: classifier", 3, recipe));
    expect(fixed.after.get("shared.dictionary")).toEqual(fixed.before.get("shared.dictionary"));
    expect(fixed.after.get("f[1].dense[1].kernel")).not.toEqual(fixed.before.get("f[1].dense[1].kernel"));
  },
);

function isolation(text: string): string[] {
  const { losses, owners, reaches } = compiled(text).scoped.isolation;
  return losses.map((loss, row) => `${loss}: ${owners.filter((_, column) => reaches[row]?.[column]).join(" ")}`);
}

test("BackLink reaches as many units behind the cut as it is told, as far as there are any", () => {
  expect(isolation(dense("each: backlink(back = 1, then = linear)", 6))).toEqual([
    "module[1].classes: f[1] f[2] head[1]",
    "module[2].classes: f[2] f[3] f[4] head[2]",
    "module[3].classes: f[4] f[5] f[6] head[3]",
  ]);
  expect(isolation(dense("each: backlink(back = 3, then = linear)", 6))[1]).toBe(
    "module[2].classes: f[1] f[2] f[3] f[4] head[2]",
  );
});

const weightsOf = (heads: string, modules: number): (number | object)[] => {
  const text = `
    import { basic } from "std/blocks"
    import { linear_logits } from "std/backlink"
    import { transported } from "std/trgl"
    backbone net() { for i in 1..${modules} { unit f[i]: basic(3) } }
    model m { input [4, 4, 3]  classes 3  backbone net  split into ${modules} by units  heads { ${heads} } }`;
  const { losses } = compiled(text).scoped;
  return losses.filter(({ name }) => name.endsWith(".transport")).map(({ weight }) => weight);
};

test("TRGL weighs transport by 1 / 2τ, twice as much in the first half of the modules", () => {
  expect(weightsOf("each: transported(tau = 2, then = linear_logits)", 4)).toEqual([0.5, 0.5, 0.25, 0.25]);
  expect(weightsOf("each: transported(tau = 2, then = linear_logits)", 3)).toEqual([0.5, 0.25, 0.25]);
  expect(weightsOf("each: transported(tau = 2, varying = false, then = linear_logits)", 3)).toEqual([0.25, 0.25, 0.25]);
});

test("PredSim's windows of pooling on VGG8b leave 2048 numbers, as the authors' do", () => {
  const { scoped } = compiled(`
    import { vgg_b } from "std/backbones"
    import { predsim, predsim_output } from "std/predsim"
    model m {
      input [32, 32, 3]  classes 10  backbone vgg_b(depth = 8)
      split into 8 by units
      heads { local: predsim  last: predsim_output }
    }`);
  const windows = scoped.modules.flatMap(({ head }) =>
    (head?.fragment.nodes ?? [])
      .filter(({ operation }) => operation === "avg_pool")
      .map((node) => node.arguments["size"]),
  );
  expect(windows).toEqual([
    [8, 8],
    [16, 8],
    [8, 4],
    [8, 8],
    [4, 4],
    [2, 2],
  ]);
});

test("PredSim reads a tap where a backbone drops out before it hands on", () => {
  const { scoped } = compiled(`
    import { predsim, predsim_output } from "std/predsim"
    block dropped(x) {
      tap clean = dense(x, 6) |> relu
      return clean |> dropout(0.5)
    }
    backbone net() { for i in 1..2 { unit f[i]: dropped } }
    model m { input [6]  classes 3  backbone net  split into 2  heads { local: predsim(tap = "clean")  last: predsim_output } }`);
  expect(scoped.modules[0]?.head?.fragment.inputs.map(({ source }) => source.kind).sort()).toEqual(["label", "tap"]);
});

test("what a module of MLAAN predicts is what its leap predicts, not the classifier that hardly learns", () => {
  const { scoped } = compiled(dense("1: off  2: mlaan([backbone.f[3]])  last: windowed"));
  const fragment = scoped.modules[1]?.head?.fragment;
  const cascade = fragment?.losses.find(({ name }) => name === "cascade");
  const node = fragment?.nodes[(cascade?.value ?? 0) - (fragment?.inputs.length ?? 0)];
  expect(node?.operation).toBe("cross_entropy");
  expect(fragment?.output).toBe(node?.inputs[0]);
});

/** The weight of two losses of a head that calls them alike or apart, after one step. */
async function afterTwoLosses(first: string, second: string): Promise<Float32Array | undefined> {
  const { after } = await step(`
    head two(module) {
      let logits = dense(module.output, classes)
      loss ${first} = cross_entropy(logits, label)
      loss ${second} = mean(square(logits)) weight 0.5
    }
    ${dense("local: two  last: classifier", 3, "rate: 0.1  optimizer: sgd()")}`);
  return after.get("f[1].dense[1].kernel");
}

test.skipIf(withoutEngine)("two losses of one name are two losses, each trained and shown", async () => {
  expect(await afterTwoLosses("classes", "classes")).toEqual(await afterTwoLosses("classes", "small"));
  const { scoped } = compiled(`
    import { greedy } from "std/heads"
    head both(module) {
      let one = greedy(module)
      return greedy(module, [4])
    }
    ${dense("local: both  last: classifier")}`);
  const own = scoped.isolation.losses.filter((name) => name.startsWith("module[1]"));
  expect(own).toEqual(["module[1].classes", "module[1].classes[2]"]);
});
