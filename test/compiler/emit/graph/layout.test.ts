import { expect, test } from "vitest";
import type { Box } from "../../../../compiler/5-emit/graph/layout/place-inside.ts";
import { comfortableWidth, placePicture } from "../../../../compiler/5-emit/graph/layout/place-picture.ts";
import { nearest } from "../../../../compiler/5-emit/graph/page/nearest.ts";
import { compiledExample, everythingUnfolded, examples, pictureOf } from "./support/pictures.ts";

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function overlapping<Part extends Box>(boxes: readonly Part[]): [Part, Part][] {
  return boxes.flatMap((a, index) =>
    boxes.slice(index + 1).flatMap((b): [Part, Part][] => (overlap(a, b) ? [[a, b]] : [])),
  );
}

const states = examples.flatMap(([file, model]) =>
  [720, 1160].flatMap((width) => [[file, model, width, "folded"] as const, [file, model, width, "unfolded"] as const]),
);

test.each(states)(
  "%s %s at %i pixels, %s: no boxes overlap and none leaves the picture",
  (file, model, width, state) => {
    const picture = pictureOf(compiledExample(file, model));
    const unfolded = state === "folded" ? new Set<string>() : everythingUnfolded(picture);
    const placed = placePicture(picture, { width, unfolded });
    expect(overlapping(placed.lanes)).toEqual([]);
    for (const { items, head, losses, lane, ...ground } of placed.lanes) {
      const boxes = [...items, ...(head ? [head] : [])];
      expect(overlapping(boxes).map(([a, b]) => [a.item.id, b.item.id])).toEqual([]);
      expect(overlapping([...boxes, ...losses])).toEqual([]);
      for (const box of [...boxes, ...losses]) {
        expect(box.y >= ground.y && box.y + box.height <= ground.y + ground.height).toBe(true);
      }
      for (const { inside } of boxes) expect(overlapping(inside?.nodes ?? [])).toEqual([]);
      for (const box of boxes) expect(box.x + box.width).toBeLessThanOrEqual(ground.x + ground.width);
      expect(lane.module).toBeGreaterThan(0);
    }
  },
);

test("every edge inside a part goes down, from the bottom of one box to the top of another", () => {
  const picture = pictureOf(compiledExample("resnet32-mlaan", "resnet32_mlaan"));
  const { lanes } = placePicture(picture, { width: 1160, unfolded: everythingUnfolded(picture) });
  const edges = lanes.flatMap(({ items, head }) => [...items, head]).flatMap((item) => item?.inside?.edges ?? []);
  expect(edges.length).toBeGreaterThan(100);
  for (const { points } of edges) {
    const heights = points.map(({ y }) => y);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
  }
});

test("a track ends left of the first part it trains, or goes on to the module before", () => {
  const picture = pictureOf(compiledExample("resnet20-windows", "back_links"));
  const [first] = placePicture(picture, { width: 1160, unfolded: new Set() }).lanes;
  const block = first?.items.find(({ item }) => item.id === "stage[1].block[1]");
  const track = first?.segments.find(({ loss }) => loss === 2);
  expect(track).toMatchObject({
    end: "stop",
    to: (block?.x ?? 0) - 4,
    dots: [(block?.x ?? 0) + (block?.width ?? 0) / 2],
  });
  const [, second] = placePicture(picture, { width: 1160, unfolded: new Set() }).lanes;
  expect(second?.segments.find(({ loss }) => loss === 2)?.end).toBe("module");
});

test("a small network takes a narrow picture, a large one no more than it is given", () => {
  const digits = pictureOf(compiledExample("digits", "digits"));
  expect(comfortableWidth(digits, new Set(), 1160)).toBe(900);
  const infopro = pictureOf(compiledExample("resnet32-infopro", "resnet32_infopro"));
  expect(comfortableWidth(infopro, everythingUnfolded(infopro), 1160)).toBe(1160);
});

test.each([
  ["right", "b"],
  ["down", "c"],
  ["left", undefined],
  ["up", undefined],
] as const)("the arrow key %s goes to %s", (direction, id) => {
  const box = (name: string, x: number, y: number) => ({ id: name, x, y, width: 20, height: 10 });
  const boxes = [box("a", 0, 0), box("b", 50, 0), box("d", 100, 0), box("c", 5, 40), box("e", 60, 40)];
  expect(nearest(box("a", 0, 0), direction, boxes)?.id).toBe(id);
});
