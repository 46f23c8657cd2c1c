import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { emitJson, emitTypeScript } from "../../../compiler/5-emit/index.ts";
import { writeMlp } from "../../runtime/support/networks.ts";

const isLoaded = (): boolean =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/ts-morph/"));

test("ts-morph is loaded by the first emission of TypeScript, not before", () => {
  emitJson(writeMlp());
  expect(isLoaded()).toBe(false);
  emitTypeScript({ program: writeMlp(), sourceFile: "mlp.llnet" });
  expect(isLoaded()).toBe(true);
});
