import { expect, test } from "vitest";
import { bytesField, floatField, integerField, mapEntryField, varint } from "../../runtime/execute/graph/wire.ts";

// Examples of the protocol buffer encoding guide, and the edges of 64-bit numbers.
test.each([
  [0, [0]],
  [1, [1]],
  [127, [127]],
  [128, [128, 1]],
  [150, [150, 1]],
  [2 ** 32, [128, 128, 128, 128, 16]],
  [2 ** 53 - 1, [255, 255, 255, 255, 255, 255, 255, 15]],
  [-1, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
  [-2, [254, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
])("the varint of %i", (value, bytes) => {
  expect([...varint(value)]).toEqual(bytes);
});

test("fields carry their number and kind", () => {
  expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01]);
  expect([...bytesField(2, "testing")]).toEqual([0x12, 7, ...Buffer.from("testing")]);
  expect([...floatField(4, 1)]).toEqual([0x25, 0, 0, 0x80, 0x3f]);
  expect([...mapEntryField(5, "a", integerField(3, 2))]).toEqual([0x2a, 7, 0x0a, 1, 97, 0x12, 2, 0x18, 2]);
});
