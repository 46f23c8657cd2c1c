/** Warnings fail: a deprecation or a listener leak that Node reports during a test file makes that file fail. */
import { afterAll, expect } from "vitest";

const warnings: string[] = [];

// Experimental notices depend on the version of Node, not on us.
process.on("warning", (warning) => {
  if (warning.name !== "ExperimentalWarning") warnings.push(`${warning.name}: ${warning.message}`);
});

afterAll(() => {
  expect(warnings).toEqual([]);
});
