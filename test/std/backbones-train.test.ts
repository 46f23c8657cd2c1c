/** A step of a small form of every backbone, cut in two: finite losses, the same on every executor, peak as planned. */
import { expect, test } from "vitest";
import { createTrainer } from "../../runtime/index.ts";
import { compileText, executors } from "../support/train-text.ts";
import { withoutEngine } from "../train/support/training.ts";
import { modelText } from "./backbone-summary.ts";

const [batch, classes] = [4, 5];

test.skipIf(withoutEngine).for([
  ["resnet_cifar(8, widths = [4, 8, 16], shortcut = zero_padding)", "stage[2]"],
  ["resnet(18, widths = [4, 4, 8, 8])", "stage[2]"],
  ["resnext(50, groups = 4, widths = [8, 8, 16, 16], stem = conv_norm_relu)", "stage[3]"],
  ["densenet(depth = 16, growth = 4)", "stage[2].layer[1]"],
  ["vgg(11, widths = [4, 8, 8, 8, 8], hidden = [16, 16])", "stage[3]", 32],
  ["vgg_b(widen = 0.05, hidden = 16, drop = 0.2, activation = leaky_relu)", "stage[2]"],
  ["plain_cnn([[4], [8, 8], [8]])", "stage[2]"],
  ["simple([4, 8])", "layer[1]"],
  ["mlp_batch_norm([16, 16], drop = 0.1)", "layer[1]"],
  ["mlp_layer_norm([16, 16], drop = 0.1)", "layer[1]"],
  ["vit(width = 16, depth = 2, heads = 2, patch = 4, drop = 0.1)", "block[1]"],
  ["swin([8, 16], [2, 2], [2, 4], window = 4, patch = 2)", "stage[1]"],
] as const)("%s trains", async ([backbone, cut, side = 16]) => {
  const program = compileText(modelText(backbone, { side, classes, after: [cut] }), { "train.batch": batch });
  const losses = [];
  for (const executor of executors) {
    const trainer = await createTrainer(program, { executor });
    try {
      trainer.setRate(0.05);
      const before = await trainer.weights();
      const first = await trainer.step(images(1, side));
      const second = await trainer.step(images(2, side));
      losses.push([first.losses, second.losses]);
      const after = await trainer.weights();
      const still = [...after].filter(([name, values]) => values.every((value, i) => value === before.get(name)?.[i]));
      expect(still.map(([name]) => name).filter((name) => !isIdle(name))).toEqual([]);
      const { planned, tracked } = trainer.memory();
      if (executor !== "graph") expect(tracked).toBe(planned);
    } finally {
      trainer.dispose();
    }
  }
  const [eager, ...others] = losses.map((steps) => steps.flatMap((step) => Object.values(step)));
  expect(eager).toHaveLength(4);
  eager?.forEach((loss, index) => {
    expect(Number.isFinite(loss)).toBe(true);
    for (const other of others) expect(Math.abs(loss - (other[index] ?? NaN))).toBeLessThan(1e-3 * Math.max(1, loss));
  });
});

/** A bias that a batch normalisation takes away again has a gradient of rounding errors, or of nothing. */
function isIdle(name: string): boolean {
  return name.endsWith(".bias");
}

function images(seed: number, side: number) {
  const input = Float32Array.from({ length: batch * side * side * 3 }, (_, i) => Math.sin(seed + 0.37 * i + (i % 11)));
  return { input, label: Int32Array.from({ length: batch }, (_, n) => (n * seed) % classes) };
}
