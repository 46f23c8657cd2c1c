/** WebGPU's repairs are still needed: these fail when TensorFlow.js mends the kernel, and the repair can go. */
import { expect } from "vitest";
import { loadWebgpu } from "../../../runtime/engine/load-webgpu.ts";
import type { EngineAttributes, EngineTensor } from "../../../runtime/engine/portable-engine.ts";
import { createKit } from "../../../runtime/execute/portable/kit.ts";
import { webgpuRepairs } from "../../../runtime/execute/portable/repairs/webgpu.ts";
import { webgpuTest } from "./webgpu-test.ts";

type Values = readonly [values: readonly number[], shape: readonly number[]];

async function both(kernel: string, inputs: Record<string, Values>, attributes: EngineAttributes) {
  const engine = await loadWebgpu();
  const kit = createKit(engine, webgpuRepairs);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, [values, shape]]): [string, EngineTensor] => [
      name,
      kit.create(Float32Array.from(values), shape, "float32"),
    ]),
  );
  const own = Array.from(await engine.read(kit.unrepaired(kernel, tensors, attributes)));
  const repaired = Array.from(await engine.read(kit.run(kernel, tensors, attributes)));
  kit.finish([]);
  kit.dispose();
  return { own, repaired };
}

const sliding = { strides: [1, 1], dilations: [2, 2], pad: "valid", dataFormat: "NHWC" };
/** Weights 1 to 4 over every second pixel of nine. */
const spread = [1, 0, 2, 0, 0, 0, 3, 0, 4];

webgpuTest("Conv2DBackpropInput forgets dilations", async () => {
  const inputs: Record<string, Values> = {
    dy: [[1], [1, 1, 1, 1]],
    filter: [
      [1, 2, 3, 4],
      [2, 2, 1, 1],
    ],
  };
  const { own, repaired } = await both("Conv2DBackpropInput", inputs, { ...sliding, inputShape: [1, 3, 3, 1] });
  expect(own).not.toEqual(spread);
  expect(repaired).toEqual(spread);
});

webgpuTest("Conv2DBackpropFilter forgets dilations", async () => {
  const x: Values = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 3, 3, 1],
  ];
  const attributes = { ...sliding, filterShape: [2, 2, 1, 1] };
  const { own, repaired } = await both("Conv2DBackpropFilter", { x, dy: [[1], [1, 1, 1, 1]] }, attributes);
  expect(own).not.toEqual([1, 3, 7, 9]);
  expect(repaired).toEqual([1, 3, 7, 9]);
});

webgpuTest.each(["ResizeBilinearGrad", "ResizeNearestNeighborGrad"])(
  "%s loses the gradient of an image of one pixel",
  async (kernel) => {
    const inputs: Record<string, Values> = {
      dy: [
        [1, 2, 3, 4],
        [1, 2, 2, 1],
      ],
      images: [[0], [1, 1, 1, 1]],
    };
    const { own, repaired } = await both(kernel, inputs, { alignCorners: true, halfPixelCenters: false });
    expect(own).not.toEqual([10]);
    expect(repaired).toEqual([10]);
  },
);
