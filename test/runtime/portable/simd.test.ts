import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { compile } from "../../../compiler/index.ts";
import { loadWasm } from "../../../runtime/engine/load-wasm.ts";
import type { EngineTensor } from "../../../runtime/engine/portable-engine.ts";
import { createKit } from "../../../runtime/execute/portable/kit.ts";
import type { PortableKernel } from "../../../runtime/execute/portable/portable-kernel.ts";
import { kernelsFor } from "../../../runtime/execute/portable/portable-kernels.ts";
import { simdKernels } from "../../../runtime/execute/portable/simd/simd-kernels.ts";
import { usefulThreads } from "../../../runtime/execute/portable/useful-threads.ts";
import type { StepProgram } from "../../../runtime/program/step-program.ts";
import { randomStream } from "../../../runtime/random/stream.ts";

const engine = await loadWasm();
const { kernels, repairs } = kernelsFor(engine);
const kit = createKit(engine, repairs);
const stream = randomStream(7, "numbers");

type Noise = ReturnType<typeof noise>;

function noise(...shape: number[]): { readonly tensor: EngineTensor; readonly values: Float32Array } {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count }, () => stream.uniform() - 0.3);
  return { tensor: engine.create(values, shape, "float32"), values };
}

test("work that is large enough is cut into as many shares as there are threads, however many of them have started", () => {
  const { threads } = engine.heap as { readonly threads: number };
  expect(simdKernels(engine.heap as never).partsFor(1)).toBe(1);
  expect(simdKernels(engine.heap as never).partsFor(10_000_000)).toBe(threads);
});

test.each([
  { name: "stride 1", size: 24, channels: [16, 24], kernel: 3, stride: 1, dilation: 1, pad: [1, 1] },
  {
    name: "stride 2 that leaves pixels over",
    size: 23,
    channels: [8, 16],
    kernel: 3,
    stride: 2,
    dilation: 1,
    pad: [0, 1],
  },
  {
    name: "dilation, more padding on one side",
    size: 20,
    channels: [5, 8],
    kernel: 3,
    stride: 1,
    dilation: 3,
    pad: [3, 2],
  },
  { name: "a kernel wider than the image", size: 4, channels: [3, 64], kernel: 7, stride: 1, dilation: 1, pad: [3, 3] },
])("the gradient of a kernel, summed in shares, is that of the definition: $name", async (setting) => {
  const { size, channels, kernel, stride, dilation, pad } = setting;
  const [before, after] = pad as [number, number];
  const [inputs, outputs] = channels as [number, number];
  const reach = dilation * (kernel - 1) + 1;
  const length = Math.floor((size + before + after - reach) / stride) + 1;
  const batch = 37;
  const x = noise(batch, size, size, inputs);
  const dy = noise(batch, length, length, outputs);
  const filterShape = [kernel, kernel, inputs, outputs];
  const padding = [[0, 0], pad, pad, [0, 0]];
  const attributes = { strides: [stride, stride], dilations: [dilation, dilation], pad: padding, filterShape };
  const result = kit.run("Conv2DBackpropFilter", { x: x.tensor, dy: dy.tensor }, { ...attributes, dataFormat: "NHWC" });
  const values = (await engine.read(result)) as Float32Array;

  for (const [tap, input, output] of [
    [0, 0, 0],
    [kernel * kernel - 1, inputs - 1, outputs - 1],
    [kernel, inputs >> 1, outputs >> 1],
  ] as const) {
    const [down, right] = [Math.floor(tap / kernel), tap % kernel];
    let expected = 0;
    for (let sample = 0; sample < batch; sample++) {
      for (let row = 0; row < length; row++) {
        for (let column = 0; column < length; column++) {
          const y = row * stride + down * dilation - before;
          const z = column * stride + right * dilation - before;
          if (y < 0 || z < 0 || y >= size || z >= size) continue;
          const pixel = x.values[((sample * size + y) * size + z) * inputs + input] as number;
          expected += pixel * (dy.values[((sample * length + row) * length + column) * outputs + output] as number);
        }
      }
    }
    const found = values[(tap * inputs + input) * outputs + output] as number;
    expect(Math.abs(found - expected)).toBeLessThan(1e-4 * (1 + Math.abs(expected)));
  }
});

test.each([1, 6, 16, 30])(
  "batch normalisation on every thread has the moments of double precision: %i channels",
  async (channels) => {
    const x = noise(64, 13, 17, channels);
    const [scale, offset, mean, variance] = [1, 2, 3, 4].map(() => noise(channels)) as [Noise, Noise, Noise, Noise];
    const operands = [x, scale, offset, mean, variance].map(({ tensor }) => tensor);
    const call = { operands, attributes: { momentum: 0.1, epsilon: 1e-5 } };
    const { run } = kernels["batch_norm_training"] as PortableKernel;
    const [y, , , average, spread] = run(kit, call as never);
    const rows = x.values.length / channels;
    const column = (values: Float32Array, channel: number) => values.filter((_, index) => index % channels === channel);
    const read = async (tensor: EngineTensor | undefined) =>
      (await engine.read(tensor as EngineTensor)) as Float32Array;
    for (const channel of [0, channels - 1]) {
      const numbers = column(x.values, channel);
      const expected = numbers.reduce((sum, value) => sum + value, 0) / rows;
      const squares = numbers.reduce((sum, value) => sum + (value - expected) ** 2, 0) / rows;
      expect((await read(average))[channel]).toBeCloseTo(expected, 6);
      expect((await read(spread))[channel]).toBeCloseTo(squares, 6);
      const factor = (scale.values[channel] as number) / Math.sqrt(squares + 1e-5);
      const normal = ((numbers[5] as number) - expected) * factor + (offset.values[channel] as number);
      expect(column(await read(y), channel)[5]).toBeCloseTo(normal, 5);
    }
  },
);

test("small tensors are computed on one thread, large ones on all", () => {
  const at = (batch: number) => {
    const { program } = compile({ file: "examples/resnet32-greedy.llnet", set: { "train.batch": batch } });
    return usefulThreads(program as StepProgram);
  };
  expect([at(1), at(64)]).toEqual([1, Number.POSITIVE_INFINITY]);
});

test("the same work gives the same bits again", async () => {
  const [x, dy] = [noise(33, 16, 16, 16), noise(33, 16, 16, 16)];
  const pad = [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ];
  const attributes = { strides: [1, 1], pad, dataFormat: "NHWC", filterShape: [3, 3, 16, 16] };
  const once = async () => engine.read(kit.run("Conv2DBackpropFilter", { x: x.tensor, dy: dy.tensor }, attributes));
  const first = await once();
  for (let round = 0; round < 20; round++) expect(await once()).toEqual(first);
});

test("a process whose threads wait for work ends by itself", () => {
  const script = `
    const { loadWasm } = await import("./runtime/engine/load-wasm.ts");
    const { simdKernels } = await import("./runtime/execute/portable/simd/simd-kernels.ts");
    const engine = await loadWasm();
    const ones = (shape) => engine.create(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape, "float32");
    const attributes = { strides: [1, 1], dilations: [1, 1], pad: "same", dataFormat: "NHWC" };
    engine.run("Conv2D", { x: ones([8, 32, 32, 8]), filter: ones([3, 3, 8, 8]) }, attributes);
    const [a, sums] = [ones([1000, 100]), ones([3, 2, 200])].map(engine.heap.address);
    simdKernels(engine.heap).run("sumsAndProducts", 3, a, a, 1000, 100, sums);
    console.log(engine.title);`;
  const environment = { ...process.env, LLNET_THREADS: "3" };
  const words = ["--import", "tsx", "--input-type=module", "-e", script];
  const ended = spawnSync(process.execPath, words, { encoding: "utf8", env: environment, timeout: 240_000 });
  expect([ended.stdout, ended.stderr, ended.status]).toEqual(["WebAssembly, SIMD, 3 threads\n", "", 0]);
});
