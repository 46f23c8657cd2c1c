import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { lintFile } from "../../../compiler/lint/index.ts";

const root = new URL("../../../", import.meta.url);

test.each(
  ["std", "examples"]
    .flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`))
    .filter((name) => name.endsWith(".llnet")),
)("%s has no warning without a reason", (name) => {
  const { diagnostics } = lintFile({ file: fileURLToPath(new URL(name, root)) });
  expect(diagnostics.filter(({ severity }) => severity !== "info").map(({ message }) => message)).toEqual([]);
});
