import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createFileHost } from "../../../compiler/source/file-host.ts";
import { findPackageRoot } from "../../../compiler/source/package-root.ts";

const folder = mkdtempSync(join(tmpdir(), "llnet-source-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const project = join(folder, "project");
mkdirSync(join(project, "nets"), { recursive: true });
writeFileSync(join(project, "nets/a.llnet"), "let a = 1");
writeFileSync(join(project, "image.llnet"), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1));
writeFileSync(join(project, "latin.llnet"), Uint8Array.of(0x2f, 0x2f, 0xe9, 0x0a));
writeFileSync(join(project, "huge.llnet"), "/".repeat(5_000_000));
writeFileSync(join(folder, "secret.llnet"), "let secret = 1");
symlinkSync(join(folder, "secret.llnet"), join(project, "link.llnet"));

const host = createFileHost({ root: project });

test.each([
  ["nets/a.llnet", "text"],
  ["nets", "folder"],
  ["none.llnet", "missing"],
  ["image.llnet", "binary"],
  ["latin.llnet", "binary"],
  ["huge.llnet", "too_large"],
  ["../secret.llnet", "outside"],
  ["link.llnet", "outside"],
])("reading %s gives %s", (path, expected) => {
  const source = host.read(join(project, path));
  expect("problem" in source ? source.problem : "text").toBe(expected);
});

test("the folder of the main file may be read although it lies outside the project", () => {
  const source = createFileHost({ root: project, main: join(folder, "secret.llnet") }).read(
    join(folder, "secret.llnet"),
  );
  expect(source).toEqual({ text: "let secret = 1" });
});

test("a main file that is a link may be read", () => {
  const source = createFileHost({ root: project, main: join(project, "link.llnet") }).read(join(project, "link.llnet"));
  expect(source).toEqual({ text: "let secret = 1" });
});

test("the standard library is found from the package, whatever the working folder", () => {
  expect(createFileHost({ root: project }).read("std/heads.llnet")).toHaveProperty("text");
});

test("the package is found from a bundle in its dist folder", () => {
  const root = join(folder, "package");
  mkdirSync(join(root, "dist/tools"), { recursive: true });
  mkdirSync(join(root, "std"));
  writeFileSync(join(root, "package.json"), '{ "name": "llnet" }');
  writeFileSync(join(root, "dist/package.json"), '{ "type": "commonjs" }');
  expect(findPackageRoot(join(root, "dist/tools/llnet.cjs"))).toBe(root);
  expect(findPackageRoot(join(folder, "elsewhere.js"))).toBeUndefined();
});

test("an injected package folder is where the library is read", () => {
  const root = join(folder, "injected");
  mkdirSync(join(root, "std"), { recursive: true });
  writeFileSync(join(root, "std/own.llnet"), "let own = 1");
  expect(createFileHost({ root: project, packageRoot: root }).read("std/own.llnet")).toEqual({ text: "let own = 1" });
});
