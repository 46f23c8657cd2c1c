import { expect } from "vitest";

/** Alike to 1e-5 of the largest element: a hundred roundings, which sums in another order can add up to. */
export function expectAlike(
  found: Float32Array | undefined,
  expected: Float32Array | undefined,
  name: string,
  tolerance = 1e-5,
): void {
  expect(found?.length, name).toBe(expected?.length);
  const unit = Math.max(1e-3, ...(expected ?? []).map(Math.abs));
  found?.forEach((value, index) => {
    const wanted = expected?.[index] as number;
    const error = Math.abs(value - wanted) / unit;
    expect(error, `${name}[${index}]: expected ${wanted}, found ${value}`).toBeLessThan(tolerance);
  });
}
