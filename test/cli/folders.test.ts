import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

function folder(): string {
  const root = temporaryDirectory();
  for (const path of ["deep/er", "node_modules/other", ".git", "empty"])
    mkdirSync(join(root, path), { recursive: true });
  for (const path of [
    "a.llnet",
    "deep/b.llnet",
    "deep/er/c.llnet",
    "node_modules/other/d.llnet",
    ".git/e.llnet",
    "notes.txt",
  ])
    writeFileSync(join(root, path), "let  x=1\n");
  return root;
}

test("fmt formats every llnet file of a folder, but not those of packages and hidden folders", async () => {
  const root = folder();
  const { code, error } = await runCli(["fmt", root]);
  const changed = ["a.llnet", "deep/b.llnet", "deep/er/c.llnet"].map((path) => join(root, path));
  expect({ code, error }).toEqual({
    code: 0,
    error: `3 files looked at, 3 changed:\n${changed.map((path) => `  ${path}\n`).join("")}`,
  });
  for (const path of changed) expect(readFileSync(path, "utf8")).toBe("let x = 1\n");
  for (const path of ["node_modules/other/d.llnet", ".git/e.llnet", "notes.txt"])
    expect(readFileSync(join(root, path), "utf8")).toBe("let  x=1\n");
});

test.each(["lint", "check"])(
  "%s looks at every llnet file of a folder, and at a file named twice once",
  async (command) => {
    const root = folder();
    const { code, error } = await runCli([command, root, join(root, "a.llnet")]);
    expect(code).toBe(0);
    expect(error).toMatch(/^3 files (?:linted|checked)/);
  },
);

test.each(["fmt", "lint", "check"])(
  "%s says when a folder holds nothing to look at, and ends with 2",
  async (command) => {
    const root = join(folder(), "empty");
    const { code, error } = await runCli([command, root]);
    expect(code).toBe(2);
    expect(error).toContain(`\`${root}\` holds no \`.llnet\` file`);
  },
);
