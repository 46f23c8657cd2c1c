/** What the backbones compute, against second implementations in float64. */
import { expect, test } from "vitest";
import type { StepProgram } from "../../compiler/index.ts";
import { createTrainer } from "../../runtime/index.ts";
import { average, range } from "../operations/reference.ts";
import type { Weights } from "../operations/swin-reference.ts";
import { standardise, swinBlock } from "../operations/swin-reference.ts";
import { compileText } from "../support/train-text.ts";
import { withoutEngine } from "../train/support/training.ts";
import { modelText } from "./backbone-summary.ts";

test.skipIf(withoutEngine)("Swin is its embedding, blocks, merging and norm, in this order", async () => {
  const [side, heads] = [4, 2];
  const program = compileText(modelText("swin([4, 8], [2, 1], [2, 2], window = 2, patch = 1, ratio = 2)", { side }));
  const input = Float32Array.from({ length: side * side * 3 }, (_, i) => Math.sin(1 + 0.7 * i));
  const { weights, logits } = await predict(program, input);
  const at = (name: string) => weights[name] as Float64Array;

  const pixels = range(side * side).map((n) => {
    const embedded = linear(Array.from(input.slice(3 * n, 3 * n + 3)), at("embed.embed_patches[1].kernel"));
    return norm(plus(embedded, at("embed.embed_patches[1].bias")), weights, "embed.layer_norm[1]");
  });
  const first = { side, channels: 4, heads, window: 2, shift: 0 };
  const plain = swinBlock(pixels.flat(), blockWeights(weights, "stage[1].block[1]"), first);
  const shifted = swinBlock(plain, blockWeights(weights, "stage[1].block[2]"), { ...first, shift: 1 });
  const merged = range(4).map((n) => {
    const [y, x] = [2 * Math.floor(n / 2), 2 * (n % 2)];
    const four = [[y, x] as const, [y + 1, x] as const, [y, x + 1] as const, [y + 1, x + 1] as const];
    const joined = four.flatMap(([row, column]) =>
      shifted.slice(4 * (row * side + column), 4 * (row * side + column) + 4),
    );
    return linear(norm(joined, weights, "stage[1].merge.layer_norm[1]"), at("stage[1].merge.dense[1].kernel"));
  });
  const last = { side: 2, channels: 8, heads, window: 2, shift: 0 };
  const mixed = swinBlock(merged.flat(), blockWeights(weights, "stage[2].block[1]"), last);
  const normed = range(4).map((n) => norm(mixed.slice(8 * n, 8 * n + 8), weights, "norm.layer_norm[1]"));
  const pooled = range(8).map((channel) => average(normed.map((pixel) => pixel[channel] as number)));
  const [kernel, bias] = ["kernel", "bias"].map((part) => {
    return at(Object.keys(weights).find((name) => name.startsWith("head") && name.endsWith(part)) as string);
  }) as [Float64Array, Float64Array];
  expectClose(logits, plus(linear(pooled, kernel), bias));
});

test.skipIf(withoutEngine)("ViT predicts from its class token alone", async () => {
  const predictions = async (depth: number) => {
    const program = compileText(modelText(`vit(width = 8, depth = ${depth}, heads = 2, patch = 4)`, { side: 8 }));
    const image = (seed: number) => Float32Array.from({ length: 192 }, (_, i) => Math.sin(seed * i));
    return [(await predict(program, image(1))).logits, (await predict(program, image(2))).logits];
  };
  const [still, same] = await predictions(0);
  expect(still).toEqual(same);
  const [one, another] = await predictions(1);
  expect(one).not.toEqual(another);
});

test.skipIf(withoutEngine)("a shortcut without parameters takes every second pixel and adds zeros", async () => {
  const text = `
    import { zero_padding } from "std/blocks"
    backbone shortcut() { unit only: zero_padding(5, stride = 2) }
    head show(module) {
      let logits = flatten(module.output) |> dense(20, bias = false, init = constant(0))
      loss classes = cross_entropy(logits, label)
      return logits
    }
    model m { input [4, 4, 2]  classes 20  backbone shortcut()  heads { last: show }  train { batch: 1 } }`;
  const input = Float32Array.from({ length: 32 }, (_, i) => i + 1);
  const { logits } = await predict(compileText(text), input, () =>
    Float32Array.from({ length: 400 }, (_, i) => (i % 21 ? 0 : 1)),
  );
  const pixel = (y: number, x: number) => [...input.slice(2 * (4 * y + x), 2 * (4 * y + x) + 2), 0, 0, 0];
  expect([...logits]).toEqual([...pixel(0, 0), ...pixel(0, 2), ...pixel(2, 0), ...pixel(2, 2)]);
});

/** The prediction for one image with weights that are all different, and these weights. */
async function predict(program: StepProgram, input: Float32Array, make = wave) {
  const trainer = await createTrainer(program, { executor: "eager" });
  try {
    const initial = await trainer.weights();
    await trainer.setWeights(new Map([...initial].map(([name, { length }], index) => [name, make(length, index)])));
    const weights = [...(await trainer.weights())].map(([name, values]) => [name, Float64Array.from(values)] as const);
    return { weights: Object.fromEntries(weights) as Weights, logits: await trainer.predict({ input }) };
  } finally {
    trainer.dispose();
  }
}

function wave(length: number, index: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(index + 0.9 * i) / 2);
}

/** A block's weights under the reference's names. */
function blockWeights(weights: Weights, unit: string): Weights {
  const names = {
    norm1: "layer_norm[1]",
    norm2: "layer_norm[2]",
    attention: "window_attention[1]",
    up: "dense[1]",
    down: "dense[2]",
  };
  const renamed = Object.entries(names).flatMap(([short, label]) => {
    const prefix = `${unit}.${label}.`;
    const own = Object.entries(weights).filter(([name]) => name.startsWith(prefix));
    return own.map(([name, values]) => [`${short}.${name.slice(prefix.length)}`, values] as const);
  });
  return Object.fromEntries(renamed);
}

function norm(values: readonly number[], weights: Weights, name: string): number[] {
  const [scale, offset] = [weights[`${name}.scale`], weights[`${name}.offset`]];
  return standardise(values, 1e-5).map((value, c) => value * (scale?.[c] as number) + (offset?.[c] as number));
}

/** x · kernel, of a kernel [in, out]. */
function linear(x: readonly number[], kernel: Float64Array): number[] {
  const outputs = kernel.length / x.length;
  return range(outputs).map((out) =>
    x.reduce((sum, value, i) => sum + value * (kernel[i * outputs + out] as number), 0),
  );
}

function plus(a: readonly number[], b: Float64Array): number[] {
  return a.map((value, index) => value + (b[index] as number));
}

function expectClose(found: Float32Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 4);
}
