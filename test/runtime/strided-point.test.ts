/**
 * The gradient of a kernel of one pixel that steps over pixels: TensorFlow 2.21's own corrupts memory, so the native executors hand it
 * the pixels that the kernel meets instead.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { findEngine } from "../../runtime/engine/find-engine.ts";
import { projectRoot } from "../../runtime/engine/locations.ts";
import { findPrimitive } from "../../runtime/primitives/registry.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";

const nativeTest = test.skipIf(!findEngine().found);

test.each([
  [1, 2, 0, "call"],
  [1, 1, 0, "operand"],
  [3, 2, 1, "operand"],
  [1, 2, 1, "operand"],
] as const)("kernel %d, stride %d, padding %d: the image is given as %s", (size, stride, padding, kind) => {
  const length = Math.floor((8 + 2 * padding - size) / stride) + 1;
  const image: TensorType = { dataType: "float32", shape: [-1, 8, 8, 3] };
  const gradient: TensorType = { dataType: "float32", shape: [-1, length, length, 5] };
  const call = findPrimitive("conv2d_kernel_gradient")?.tensorflow({
    operands: [image, gradient],
    attributes: {
      kernelShape: [size, size, 3, 5],
      strides: [stride, stride],
      padding: [padding, padding, padding, padding],
      dilations: [1, 1],
    },
    variables: [],
  });
  expect(call?.operation).toBe("Conv2DBackpropFilter");
  expect(call?.inputs[0]?.kind).toBe(kind);
  expect(call?.attributes["strides"]).toMatchObject({
    value: [1, ...(kind === "call" ? [1, 1] : [stride, stride]), 1],
  });
});

// A crash ends the process, so it is one of its own. With TensorFlow's stride it ended within a thousand steps, on two threads or more.
nativeTest.each(["eager", "graph"])(
  "two thousand steps on the %s executor leave memory whole",
  (executor) => {
    const program = `
    import { createTrainer } from "./runtime/train/trainer.ts";
    import { compileText } from "./test/support/train-text.ts";
    import { makeBatch } from "./test/runtime/support/batches.ts";
    const program = compileText(${JSON.stringify(network)});
    const trainer = await createTrainer(program, { executor: "${executor}" });
    for (let step = 0; step < 2000; step++) await trainer.step(makeBatch(program, 9));
    trainer.dispose();
    console.log("whole");`;
    const words = ["--import", "tsx", "--input-type=module", "--eval", program];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: projectRoot(), encoding: "utf8" });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "whole\n", stderr: "" });
  },
  300_000,
);

const network = `
  head classify(module) { loss classes = cross_entropy(module.output |> flatten |> dense(classes), label) }
  backbone points() {
    unit first: conv(9, 1) |> conv(9, 1, stride = 2)
    unit last: flatten |> dense(8)
  }
  model net {
    input [8, 16, 5]  classes 3  backbone points()
    split after first
    heads { each: classify }
    train { batch: 9  optimizer: sgd()  rate: constant(0.1) }
  }`;
