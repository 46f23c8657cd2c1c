/** Forward-Forward (arXiv 2212.13345): losses and gradients of two layers against a second implementation; what trains what. */
import { expect, test } from "vitest";
import { compile, probeLosses, renderDiagnostic, summarize } from "../../../compiler/index.ts";
import { createTrainer } from "../../../runtime/index.ts";
import { runCli } from "../../cli/support/run-cli.ts";
import { compileText, executors } from "../../support/train-text.ts";
import { temporaryDirectory, withoutEngine } from "../../train/support/training.ts";

const [samples, pixels, classes] = [4, 6, 2];
const widths = [5, 4];

/** With two classes the wrong label is no matter of chance. */
const text = (readout: string) => `
  import { forward_forward, forward_forward_mlp, ${readout} } from "std/forward_forward"
  model net {
    input [${pixels}]  classes ${classes}
    backbone forward_forward_mlp(widths = [${widths.join(", ")}], classes = ${classes})
    split into 2 with neutral + layer[1]
    heads { local: forward_forward  last: ${readout} }
    train { batch: ${samples} }
  }`;

const batch = {
  input: Float32Array.from({ length: samples * pixels }, (_, index) => Math.sin(1 + 1.7 * index)),
  label: Int32Array.from([0, 1, 1, 0]),
};

type Rows = readonly (readonly number[])[];
interface Layer {
  readonly kernel: Rows;
  readonly bias: readonly number[];
}

const rows = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => Array.from(values).slice(row * width, (row + 1) * width));
const even = (row: readonly number[]): number[] => {
  const root = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / row.length);
  return row.map((value) => value / root);
};
const forward = (given: Rows, { kernel, bias }: Layer): number[][] =>
  given.map((row) =>
    bias.map((offset, out) =>
      Math.max(
        0,
        even(row).reduce((sum, value, i) => sum + value * (kernel[i]?.[out] ?? 0), offset),
      ),
    ),
  );
const labelled = (wrong: boolean): number[][] =>
  rows(batch.input, pixels).map((image, n) => {
    const label = wrong ? 1 - (batch.label[n] ?? 0) : batch.label[n];
    return [...Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0)), ...image.slice(classes)];
  });
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

/** A layer's loss and its kernel's gradient, from what it is given in both passes. */
function reference(positive: Rows, negative: Rows, layer: Layer): { loss: number; gradient: number[] } {
  const width = layer.bias.length;
  const gradient = layer.kernel.map((row) => row.map(() => 0));
  let loss = 0;
  for (const [given, sign] of [[positive, 1] as const, [negative, -1] as const]) {
    forward(given, layer).forEach((h, n) => {
      const excess = h.reduce((sum, value) => sum + value * value, 0) - width;
      loss += Math.log1p(Math.exp(-sign * excess)) / (2 * samples);
      const slope = (-sign * sigmoid(-sign * excess)) / (2 * samples);
      even(given[n] ?? []).forEach((x, i) => {
        for (const [out, value] of h.entries()) (gradient[i] as number[])[out]! += slope * 2 * value * x;
      });
    });
  }
  return { loss, gradient: gradient.flat() };
}

test.skipIf(withoutEngine).for(executors)(
  "losses and gradients of both layers are those of a second implementation (%s)",
  async (executor) => {
    const trainer = await createTrainer(compileText(text("forward_forward_readout")), { executor });
    try {
      const initial = [...(await trainer.weights())];
      await trainer.setWeights(
        new Map(
          initial.map(([name, { length }], at) => [
            name,
            Float32Array.from({ length }, (_, i) => Math.sin(at + 0.9 * i)),
          ]),
        ),
      );
      const weights = await trainer.weights();
      const layer = (number: number): Layer => ({
        kernel: rows(weights.get(`layer[${number}].dense[1].kernel`) ?? [], widths[number - 1] ?? 1),
        bias: Array.from(weights.get(`layer[${number}].dense[1].bias`) ?? []),
      });
      const first = reference(labelled(false), labelled(true), layer(1));
      const [positive, negative] = [forward(labelled(false), layer(1)), forward(labelled(true), layer(1))];
      const second = reference(positive, negative, layer(2));
      const { losses } = await trainer.evaluate(batch);
      const gradients = await trainer.gradients(batch);
      for (const [number, { loss, gradient }] of [first, second].entries()) {
        expect(losses[`module[${number + 1}].goodness`]).toBeCloseTo(loss, 5);
        const found = gradients.get(`layer[${number + 1}].dense[1].kernel`) ?? [];
        expect(found).toHaveLength(gradient.length);
        for (const [i, value] of gradient.entries()) expect(found[i]).toBeCloseTo(value, 5);
      }
    } finally {
      trainer.dispose();
    }
  },
);

test.skipIf(withoutEngine)("the class found best is the one whose goodness is largest", async () => {
  const trainer = await createTrainer(compileText(text("forward_forward_by_goodness")), { executor: "eager" });
  try {
    const weights = await trainer.weights();
    const layers = widths.map((width, index) => ({
      kernel: rows(weights.get(`layer[${index + 1}].dense[1].kernel`) ?? [], width),
      bias: Array.from(weights.get(`layer[${index + 1}].dense[1].bias`) ?? []),
    }));
    const logits = rows(await trainer.predict({ input: batch.input }), classes);
    for (const wrong of [false, true]) {
      const made = layers.reduce<Rows>((given, layer) => forward(given, layer), labelled(wrong));
      made.forEach((h, n) => {
        const label = wrong ? 1 - (batch.label[n] ?? 0) : (batch.label[n] ?? 0);
        const goodness = h.reduce((sum, value) => sum + value * value, 0) / h.length;
        expect(logits[n]?.[label]).toBeCloseTo(goodness, 5);
      });
    }
  } finally {
    trainer.dispose();
  }
});

test.skipIf(withoutEngine)("each goodness trains its own layer, the readout itself alone, as measured", async () => {
  const { scoped, diagnostics, sources } = compile({ file: "net.llnet", text: text("forward_forward_readout") });
  expect(diagnostics.map((each) => renderDiagnostic(each, sources))).toEqual([]);
  if (scoped === undefined) throw new Error("it does not compile");
  const trained: Record<string, string[]> = {};
  for (const { loss, program } of probeLosses(scoped)) {
    const trainer = await createTrainer(program, { executor: "eager" });
    try {
      const gradients = await trainer.gradients(batch);
      const owners = scoped.owners.filter(({ weights }) =>
        weights.some(({ address }) => gradients.get(address)?.some((value) => value !== 0)),
      );
      trained[loss] = owners.map(({ name }) => name);
    } finally {
      trainer.dispose();
    }
  }
  expect(trained).toEqual({
    "module[1].goodness": ["layer[1]"],
    "module[2].goodness": ["layer[2]"],
    "module[2].classes": ["head[2]"],
  });
  const { losses, owners, reaches } = scoped.isolation;
  for (const [row, loss] of losses.entries()) {
    expect(owners.filter((_, column) => reaches[row]?.[column])).toEqual(trained[loss]);
  }
});

test("heads have no weights but the linear readout's", () => {
  const { scoped, program } = compile({ file: "net.llnet", text: text("forward_forward_readout") });
  if (scoped === undefined || program === undefined) throw new Error("it does not compile");
  const { parameters } = summarize(scoped, program);
  const readout = (widths[1] ?? 0) * classes + classes;
  expect(parameters).toMatchObject({ heads: 0, training: 6 * 5 + 5 + 5 * 4 + 4 + readout });
});

test("three layers of 1000 for MNIST, and the linear readout", () => {
  const { scoped, program } = compile({
    file: "net.llnet",
    text: `
      import { forward_forward, forward_forward_mlp, forward_forward_readout } from "std/forward_forward"
      model net {
        input [28, 28, 1]  classes 10  backbone forward_forward_mlp()
        split after layer[1], layer[2]
        heads { local: forward_forward  last: forward_forward_readout }
      }`,
  });
  if (scoped === undefined || program === undefined) throw new Error("it does not compile");
  expect(summarize(scoped, program).parameters).toMatchObject({ backbone: 2_787_000 + 20_010, heads: 0 });
});

test.skipIf(withoutEngine).for([["linear_readout"], ["by_goodness"]])(
  "digits are learned far above chance with %s",
  async ([model = ""]) => {
    const out = `${temporaryDirectory()}/run`;
    const file = "examples/digits-forward-forward.llnet";
    const args = ["train", file, "--model", model, "--data", "digits", "--epochs", "12", "--out", out, "--json"];
    const { code, out: report } = await runCli(args);
    expect(code).toBe(0);
    expect(JSON.parse(report).epochs.at(-1).test.accuracy).toBeGreaterThan(0.8);
  },
);
