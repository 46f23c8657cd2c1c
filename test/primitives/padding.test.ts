import { expect, test } from "vitest";
import { outputLength, paddingName } from "../../runtime/primitives/convolution-padding.ts";

const window = (size: number, stride: number, padding: number, dilation = 1) => ({
  size: [size, size],
  strides: [stride, stride],
  padding: [padding, padding, padding, padding],
  dilations: [dilation, dilation],
});

test.each([
  { size: 3, stride: 1, padding: 1, side: 32, name: "SAME", output: 32 },
  { size: 3, stride: 2, padding: 1, side: 32, name: "EXPLICIT", output: 16 },
  { size: 3, stride: 2, padding: 1, side: 33, name: "SAME", output: 17 },
  { size: 1, stride: 1, padding: 0, side: 32, name: "VALID", output: 32 },
  { size: 1, stride: 2, padding: 0, side: 32, name: "VALID", output: 16 },
  { size: 7, stride: 2, padding: 3, side: 224, name: "EXPLICIT", output: 112 },
  { size: 4, stride: 2, padding: 1, side: 32, name: "SAME", output: 16 },
  { size: 5, stride: 1, padding: 1, side: 32, name: "EXPLICIT", output: 30 },
])(
  "a $size-window with stride $stride and padding $padding over $side pixels is $name",
  ({ name, output, side, ...rest }) => {
    const sliding = window(rest.size, rest.stride, rest.padding);
    expect(paddingName([side, side], sliding)).toBe(name);
    expect(outputLength(side, sliding, 0)).toBe(output);
  },
);

test("a dilated window is as wide as the pixels it reaches over", () => {
  expect(paddingName([32, 32], window(3, 1, 2, 2))).toBe("SAME");
  expect(outputLength(32, window(3, 1, 0, 2), 1)).toBe(28);
});
