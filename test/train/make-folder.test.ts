import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../runtime/train/durable-files.ts";
import { temporaryDirectory } from "./support/training.ts";

test("folders are made with those above them, and made again without a word", () => {
  const path = join(temporaryDirectory(), "a", "b", "c");
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).isDirectory()).toBe(true);
});

test("below a file there are none", () => {
  const file = join(temporaryDirectory(), "file");
  writeFileSync(file, "");
  expect(() => makeFolder(file)).toThrow("EEXIST");
  expect(() => makeFolder(join(file, "a"))).toThrow("ENOTDIR");
});

// Node's recursive mkdir does not come back from this.
test.skipIf(!existsSync("/proc/self"))("a file system that refuses new folders with ENOENT ends it", () => {
  expect(() => makeFolder("/proc/llnet/a/b")).toThrow("ENOENT");
});
