import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canOpen } from "../../tools/cli/open-file.ts";
import { temporaryDirectory } from "../train/support/training.ts";
import { runCli } from "./support/run-cli.ts";

const example = "examples/digits.llnet";

test("graph writes what the file's name asks for, and says what it wrote", async () => {
  const directory = temporaryDirectory();
  for (const [name, start] of [
    ["a.html", "<!doctype html>"],
    ["a.svg", "<?xml"],
    ["a.dot", "digraph"],
  ] as const) {
    const path = join(directory, name);
    const { code, out, error } = await runCli(["graph", example, "-o", path]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toMatch(/^.+ {2}\d+(\.\d)? k?B\n$/);
    expect(out.startsWith(path)).toBe(true);
    expect(readFileSync(path, "utf8").startsWith(start)).toBe(true);
  }
});

test("graph --format decides over the name, and - is standard output", async () => {
  const { code, out } = await runCli(["graph", example, "--format", "svg", "-o", "-"]);
  expect(code).toBe(0);
  expect(out.startsWith("<?xml")).toBe(true);
  expect(out.endsWith("</svg>\n")).toBe(true);
});

test("graph takes overrides and reports as JSON", async () => {
  const path = join(temporaryDirectory(), "one.svg");
  const { code, out } = await runCli(["graph", example, "--set", "split=into 2 by units", "-o", path, "--json"]);
  expect(code).toBe(0);
  const text = readFileSync(path, "utf8");
  expect(JSON.parse(out)).toEqual({ model: "digits", format: "svg", file: path, bytes: Buffer.byteLength(text) });
  expect(text).not.toContain('data-module="3"');
});

test("graph without a format it knows, or of a file with mistakes, writes nothing", async () => {
  const directory = temporaryDirectory();
  const unknown = await runCli(["graph", example, "-o", join(directory, "net.png")]);
  expect(unknown.code).toBe(2);
  expect(unknown.error).toMatch(/net\.png.*\nhelp: .*--format/s);
  expect((await runCli(["graph", example, "--format", "png"])).code).toBe(2);
  const wrong = await runCli(["graph", example, "--set", "classes=0", "-o", join(directory, "net.svg")]);
  expect(wrong.code).toBe(1);
  expect(existsSync(join(directory, "net.svg"))).toBe(false);
  expect((await runCli(["graph", example, "-o", "/dev/null/net.svg"])).code).toBe(2);
});

test("a browser is opened only for somebody before a terminal with a screen", () => {
  const terminal = { interactive: true, colorful: true, environment: { DISPLAY: ":0" } } as never as Parameters<
    typeof canOpen
  >[0];
  expect(canOpen(terminal, "linux")).toBe(true);
  expect(canOpen({ ...terminal, environment: {} }, "linux")).toBe(false);
  expect(canOpen({ ...terminal, environment: {} }, "darwin")).toBe(true);
  expect(canOpen({ ...terminal, environment: { DISPLAY: ":0", CI: "1" } }, "linux")).toBe(false);
  expect(canOpen({ ...terminal, environment: { DISPLAY: ":0", SSH_CONNECTION: "1" } }, "linux")).toBe(false);
  expect(canOpen({ ...terminal, colorful: false }, "linux")).toBe(false);
});
