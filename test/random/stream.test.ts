import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { inverseNormal } from "../../runtime/random/inverse-normal.ts";
import { hashPath, hashWords } from "../../runtime/random/path-hash.ts";
import { randomStream } from "../../runtime/random/stream.ts";

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

test("the path hash is MurmurHash3 x86_128", () => {
  // From the reference implementation (Python package mmh3 5), little-endian words.
  expect([...hashWords([1, 2, 3, 4])]).toEqual([936832535, 1028276893, 1035705367, 1533327389]);
  expect([...hashWords([1, 2, 3, 4, 5, 6, 7, 0xffffffff])]).toEqual([3070631377, 3249221934, 2415792944, 754281107]);
});

test("paths that only look alike have different hashes", () => {
  const paths = [["a", 1], ["a1"], ["a", "1"], [1, "a"], ["a", 1, ""], ["a", "", 1], ["a", 1.5], ["a", -1], ["é", 1]];
  expect(new Set(paths.map((path) => hashPath(path).join())).size).toBe(paths.length);
  expect([...hashPath([0])]).toEqual([...hashPath([-0])]);
});

test("the normal quantile agrees with an independent implementation", () => {
  // Python 3 statistics.NormalDist().inv_cdf((word + 0.5) / 2**32).
  const rows: [number, number][] = [
    [0, -6.337957754553789],
    [1, -6.166429517819749],
    [12345, -4.535422762090429],
    [100000000, -1.990225241389144],
    [322122547, -1.4395314704450153],
    [322122548, -1.4395314688002132],
    [2147483648, 2.9180993729166234e-10],
    [4000000000, 1.4857137558957358],
    [4294967295, 6.337957754553789],
  ];
  for (const [word, expected] of rows) expect(Math.abs(inverseNormal(word) / expected - 1)).toBeLessThan(1e-15);
});

test("draws are the recorded ones, bit for bit", () => {
  const stream = randomStream(7, "golden");
  expect(stream.uniform()).toBe(0.560759585458345);
  expect(stream.integer(1000)).toBe(748);
  expect([...stream.normalArray(3, 0, 1)]).toEqual([1.4286255836486816, -0.5287666320800781, -0.1184924766421318]);
  expect([...stream.permutation(8)]).toEqual([6, 1, 4, 5, 3, 7, 0, 2]);
  expect([...stream.uniformArray(2, -1, 1)]).toEqual([-0.1309446096420288, -0.29993176460266113]);
  const many = randomStream(1, "many").normalArray(100_000, 0, 1);
  const digest = createHash("sha256").update(new Uint8Array(many.buffer)).digest("hex");
  expect(digest).toMatchInlineSnapshot(`"cc89220dd654010e87e383fb23b69283c85ee965009df1cd38628bc4cc5fc0dc"`);
});

test("a stream depends on its seed and its names only", () => {
  const first = randomStream(1, "order", 3);
  randomStream(1, "order", 4).uniform();
  expect([...first.permutation(50)]).toEqual([...randomStream(1, "order", 3).permutation(50)]);
  expect([...randomStream(1, "order", 3).permutation(50)]).not.toEqual([
    ...randomStream(2, "order", 3).permutation(50),
  ]);
  expect([...randomStream(1, "order", 3).permutation(50)]).not.toEqual([
    ...randomStream(1, "order", 4).permutation(50),
  ]);
});

test("a permutation holds every index once", () => {
  const order = randomStream(3, "p").permutation(1000);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect([...order]).not.toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect([...randomStream(3, "p").permutation(0)]).toEqual([]);
});

test("integers are evenly spread", () => {
  const stream = randomStream(5, "i");
  const tally = new Array<number>(9).fill(0);
  for (let draw = 0; draw < 90_000; draw++) {
    const value = stream.integer(9);
    tally[value] = (tally[value] as number) + 1;
  }
  // Eight degrees of freedom: 26.1 is the 0.1 % point of chi squared.
  expect(sum(tally.map((count) => (count - 10_000) ** 2 / 10_000))).toBeLessThan(26.1);
});

test("uniform numbers stay in range with the right mean and variance", () => {
  const values = randomStream(6, "u").uniformArray(100_000, -2, 4);
  expect(values.every((value) => value >= -2 && value <= 4)).toBe(true);
  expect(Math.abs(sum(values) / values.length - 1)).toBeLessThan(0.03);
  expect(Math.abs(sum(values.map((value) => (value - 1) ** 2)) / values.length - 3)).toBeLessThan(0.05);
});

test("normal numbers have the asked mean and deviation, neighbouring streams are uncorrelated", () => {
  const a = randomStream(8, "n", 0).normalArray(100_000, 2, 3);
  const b = randomStream(8, "n", 1).normalArray(100_000, 2, 3);
  expect(Math.abs(sum(a) / a.length - 2)).toBeLessThan(0.04);
  expect(Math.abs(sum(a.map((value) => (value - 2) ** 2)) / a.length - 9)).toBeLessThan(0.2);
  const covariance = sum(a.map((value, index) => ((value - 2) * ((b[index] as number) - 2)) / 9)) / a.length;
  expect(Math.abs(covariance)).toBeLessThan(0.015);
});

test("truncated normal numbers never pass the bound", () => {
  const values = randomStream(9, "t").truncatedNormalArray(100_000, 1, 0.5);
  expect(values.every((value) => value >= 0 && value <= 2)).toBe(true);
  // A normal cut at two deviations has the variance 0.7737.
  expect(Math.abs(sum(values.map((value) => (value - 1) ** 2)) / values.length / 0.25 - 0.7737)).toBeLessThan(0.02);
});
