/** A thousand steps of networks of several kinds leave nothing behind on WebAssembly, and their planned peaks are the tracked ones. */
import { expect, test } from "vitest";
import { loadWasm } from "../../../runtime/engine/load-wasm.ts";
import { planMemory } from "../../../runtime/program/plan.ts";
import { createTrainer } from "../../../runtime/train/trainer.ts";
import { compileText } from "../../support/train-text.ts";
import { makeBatch } from "../support/batches.ts";

// Read when the engine is loaded. Kernels of networks this small are not worth handing to another thread.
process.env["LLNET_THREADS"] = "1";

const head = `head classify(module) { loss classes = cross_entropy(module.output |> flatten |> dense(classes), label) }`;

const networks = {
  "transformer with dropout": `
    import { vit } from "std/backbones"
    ${head}
    model net {
      input [8, 8, 3]  classes 3  backbone vit(width = 8, depth = 2, heads = 2, patch = 4, drop = 0.1)
      split after block[1]
      heads { each: classify }
      train { batch: 4  optimizer: adam()  rate: constant(0.01) }
    }`,
  "transformer of shifted windows": `
    import { swin } from "std/backbones"
    ${head}
    model net {
      input [8, 8, 3]  classes 3  backbone swin([4, 8], [2, 1], [2, 2], window = 2, patch = 1, ratio = 2)
      split after stage[1]
      heads { each: classify }
      train { batch: 4  optimizer: sgd(momentum = 0.9)  rate: constant(0.01) }
    }`,
  "convolutional network with reach and averages": `
    backbone convolutions() {
      for l in 1..3 { unit layer[l]: conv(4, 3) |> batch_norm |> relu }
    }
    ${head}
    head leaping(module, next) {
      loss alone = cross_entropy(module.output |> pool_all |> dense(classes), label) reach 2
      loss ahead = cross_entropy(module.output |> ema(next, 0.9) |> pool_all |> dense(classes), label)
    }
    model net {
      input [6, 6, 2]  classes 3  backbone convolutions()
      split after layer[1], layer[2]
      heads { 1: classify  2: leaping(layer[3])  last: classify }
      train { batch: 4  optimizer: sgd(momentum = 0.9)  rate: constant(0.01) }
    }`,
  "network with contexts": `
    backbone layers() {
      for l in 1..3 { unit layer[l]: dense(6) |> tanh }
    }
    ${head}
    model net {
      input [5]  classes 3  backbone layers()
      context { 2..last: input |> dense(6) |> tanh }
      split after layer[1], layer[2]
      heads { each: classify }
      train { batch: 4  optimizer: adam()  rate: constant(0.01) }
    }`,
};

test.each(Object.entries(networks))(
  "%s: 1,000 steps leave no tensor and no byte more",
  async (_, text) => {
    const program = compileText(text);
    const engine = await loadWasm();
    const before = engine.tensorCount();
    const trainer = await createTrainer(program, { executor: "portable" });
    const batch = makeBatch(program, 4);
    for (let step = 0; step < 5; step++) await trainer.step(batch);
    const [tensors, bytes] = [engine.tensorCount(), engine.memoryBytes()];
    for (let step = 0; step < 1000; step++) await trainer.step(batch);
    expect(engine.tensorCount()).toBe(tensors);
    expect(engine.memoryBytes()).toBe(bytes);
    trainer.dispose();
    expect(engine.tensorCount()).toBe(before);
    // Twenty seconds of processor time, and machines are busy.
  },
  600_000,
);

test.each(Object.entries(networks))("%s: the planned peak is the tracked one, to the byte", async (_, text) => {
  const program = compileText(text);
  const trainer = await createTrainer(program, { executor: "portable" });
  for (const size of [1, 3, 4]) {
    await trainer.step(makeBatch(program, size));
    expect(trainer.memory().tracked).toBe(planMemory(program.procedures.train, size).peakBytes);
  }
  trainer.dispose();
});
