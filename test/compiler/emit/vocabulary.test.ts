import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { primitives } from "../../../runtime/primitives/registry.ts";
import { methodName } from "../../../runtime/program/vocabulary/primitives.ts";

test("every primitive has a typed function to write it with, and there is no function without one", () => {
  const path = new URL("../../../runtime/program/vocabulary/primitives.ts", import.meta.url);
  const [, body = ""] = readFileSync(path, "utf8").split("export interface Primitives {");
  const typed = [...(body.split("\n}")[0] ?? "").matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name);
  expect(typed.sort()).toEqual(primitives.map(({ name }) => methodName(name)).sort());
});
