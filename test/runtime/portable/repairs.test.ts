/** Every repair is still needed: these tests fail when TensorFlow.js mends the kernel, and the repair can go. */
import { expect, test } from "vitest";
import { loadWasm } from "../../../runtime/engine/load-wasm.ts";
import type { EngineAttributes, EngineTensor } from "../../../runtime/engine/portable-engine.ts";
import { createKit } from "../../../runtime/execute/portable/kit.ts";
import { wasmRepairs } from "../../../runtime/execute/portable/repairs/wasm.ts";

const engine = await loadWasm();

/** What the engine's own kernel gives, and what the repaired one gives. */
async function both(
  kernel: string,
  inputs: Record<string, readonly [values: readonly number[], shape: readonly number[], type?: "int32"]>,
  attributes: EngineAttributes,
): Promise<{ own: number[]; repaired: number[] }> {
  const kit = createKit(engine, wasmRepairs);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, [values, shape, type]]): [string, EngineTensor] => [
      name,
      kit.create(type === "int32" ? Int32Array.from(values) : Float32Array.from(values), shape, type ?? "float32"),
    ]),
  );
  const own = Array.from(await engine.read(kit.unrepaired(kernel, tensors, attributes)));
  const repaired = Array.from(await engine.read(kit.run(kernel, tensors, attributes)));
  kit.finish([]);
  kit.dispose();
  return { own, repaired };
}

test.each([
  "Conv2DBackpropFilter",
  "DepthwiseConv2dNativeBackpropFilter",
  "DepthwiseConv2dNativeBackpropInput",
  "UnsortedSegmentSum",
])("%s is missing", (kernel) => {
  expect(engine.has(kernel)).toBe(false);
  expect(Object.keys(wasmRepairs)).toContain(kernel);
});

test("MaxPoolGrad gives windows whose maximum is negative no gradient", async () => {
  const { own, repaired } = await both(
    "MaxPoolGrad",
    {
      dy: [[5], [1, 1, 1, 1]],
      input: [
        [-4, -1, -2, -3],
        [1, 2, 2, 1],
      ],
      output: [[-1], [1, 1, 1, 1]],
    },
    { filterSize: [2, 2], strides: [2, 2], pad: "valid" },
  );
  expect(own).not.toEqual([0, 5, 0, 0]);
  expect(repaired).toEqual([0, 5, 0, 0]);
});

test("OneHot writes whole numbers where float32 is asked for", async () => {
  const { own, repaired } = await both(
    "OneHot",
    { indices: [[1], [1], "int32"] },
    { depth: 2, onValue: 1, offValue: 0.25, dtype: "float32" },
  );
  expect(own).not.toEqual([0.25, 1]);
  expect(repaired).toEqual([0.25, 1]);
});

test("Sum loses digits: 2²⁰ tenths are off by more than 1e-5", async () => {
  const x = [new Array<number>(2 ** 20).fill(0.1), [2 ** 20]] as const;
  const { own, repaired } = await both("Sum", { x }, { axis: [0], keepDims: false });
  const exact = 2 ** 20 * Math.fround(0.1);
  expect(Math.abs((own[0] as number) / exact - 1)).toBeGreaterThan(1e-5);
  expect(Math.abs((repaired[0] as number) / exact - 1)).toBeLessThan(1e-7);
});

test("Sum over inner and outer axes gives the sums of the axes that are named", async () => {
  const x = [[...Array(24).keys()], [2, 3, 4]] as const;
  const sums = async (axis: number[]) => (await both("Sum", { x }, { axis, keepDims: false })).repaired;
  expect(await sums([0, 1])).toEqual([60, 66, 72, 78]);
  expect(await sums([1])).toEqual([12, 15, 18, 21, 48, 51, 54, 57]);
  expect(await sums([2])).toEqual([6, 22, 38, 54, 70, 86]);
  expect(await sums([0, 2])).toEqual([60, 92, 124]);
});

test("Conv2DBackpropInput knows no dilation", async () => {
  const dy = [new Array<number>(9).fill(1), [1, 3, 3, 1]] as const;
  const filter = [
    [1, 2, 3, 4],
    [2, 2, 1, 1],
  ] as const;
  const attributes = { strides: [1, 1], dilations: [2, 2], pad: "valid", dataFormat: "NHWC", inputShape: [1, 5, 5, 1] };
  const { repaired } = await both("Conv2DBackpropInput", { dy, filter }, attributes);
  const expected = new Array<number>(25).fill(0);
  for (const [tap, weight] of [1, 2, 3, 4].entries()) {
    for (let place = 0; place < 9; place++) {
      const row = Math.floor(place / 3) + 2 * Math.floor(tap / 2);
      const column = (place % 3) + 2 * (tap % 2);
      expected[row * 5 + column] = (expected[row * 5 + column] as number) + weight;
    }
  }
  expect(repaired).toEqual(expected);
  await expect(both("Conv2DBackpropInput", { dy, filter }, attributes).then(({ own }) => own)).resolves.not.toEqual(
    expected,
  );
});

test("BatchMatMul gives the same products as the engine's own, transposed or in a batch", async () => {
  const wave = (count: number) => Array.from({ length: count }, (_, index) => Math.sin(1 + 0.7 * index));
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    for (const batch of [[], [3], [2, 2]]) {
      const size = batch.reduce((product, length) => product * length, 1);
      const a = [wave(size * 80 * 60), [...batch, ...(transposeA ? [60, 80] : [80, 60])]] as const;
      const b = [wave(size * 60 * 50), [...batch, ...(transposeB ? [50, 60] : [60, 50])]] as const;
      const { own, repaired } = await both("BatchMatMul", { a, b }, { transposeA, transposeB });
      const worst = Math.max(...own.map((value, index) => Math.abs(value - (repaired[index] as number))));
      expect(worst).toBeLessThan(1e-4);
    }
  }
});
