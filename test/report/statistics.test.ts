import { expect, test } from "vitest";
import { describeSample, welchTest } from "../../tools/report/statistics.ts";

test("mean and sample standard deviation", () => {
  expect(describeSample([2, 4, 4, 4, 5, 5, 7, 9])).toMatchObject({ mean: 5, deviation: expect.closeTo(2.13809, 5) });
  expect(describeSample([3])).toMatchObject({ mean: 3, deviation: 0 });
  expect(describeSample([])).toBeUndefined();
});

const left = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
const right = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4];

// Expected: SciPy 1.17.1, `scipy.stats.ttest_ind(a, b, equal_var=False).pvalue`.
test.each([
  [left, right, 0.008071938172194903],
  [[1, 2, 3], [1, 2, 3], 1],
  [[0.712, 0.705, 0.719], [0.684, 0.691, 0.688], 0.01315586798700545],
  [[5.0, 5.1], [4.0, 4.7], 0.29009108582489673],
  [[1, 2, 3, 4], [100, 101, 99], 1.2100959731721374e-9],
  [[3, 3, 3], [1, 2, 6], 1],
])("Welch's t-test of %j and %j has p = %d", (a, b, expected) => {
  const samples = [a, b].map((values) => describeSample(values)!) as [never, never];
  expect(welchTest(...samples) / expected).toBeCloseTo(1, 8);
});

test("samples that do not vary differ or do not", () => {
  const [one, two] = [describeSample([1, 1])!, describeSample([2, 2])!];
  expect([welchTest(one, one), welchTest(one, two)]).toEqual([1, 0]);
});
