/** The extension with the llnet of this very project: its language server and its commands. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { activateExtension, type RunningExtension } from "./support/activate-extension.ts";

const project = fileURLToPath(new URL("../..", import.meta.url));

let folder: string;
let file: string;
let running: RunningExtension | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llnet-together-"));
  file = join(folder, "digits.llnet");
  copyFileSync(join(project, "examples/digits.llnet"), file);
});

afterEach(async () => {
  await running?.deactivate();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function open(text: string) {
  running = await activateExtension({ folder, setting: project, open: file, text });
  return running.editor;
}

test("a file that is opened is judged by `llnet lsp`", async () => {
  const editor = await open("model net {\n  input [4]\n  classes 2\n  backbone nowhere()\n}\n");
  const found = () => editor.diagnostics.get(`file://${file}`) ?? [];
  await vi.waitFor(() => expect(found().map(({ code }) => code)).toContain("LL2001"), { timeout: 200_000 });
  const [first] = found().filter(({ code }) => code === "LL2001");
  expect(first?.message).toContain("nowhere");
  expect(first?.range.start.line).toBe(3);
  expect(editor.messages).toEqual([]);
});

test("every code lens of a model runs a command that shows a page", async () => {
  const editor = await open(readFileSync(file, "utf8"));
  const lenses = await vi.waitFor(
    async () => {
      const all = await editor.lenses(file);
      expect(all).toHaveLength(2);
      return all;
    },
    { timeout: 200_000 },
  );
  expect(lenses.map(({ command }) => command.title)).toEqual([
    "3 modules · 3 units · 26.9 k parameters",
    "every loss trains its own module",
  ]);
  for (const { command } of lenses) await editor.commands.get(command.command)?.(...command.arguments);
  expect(editor.messages).toEqual([]);
  expect(editor.pages).toHaveLength(2);
  expect(editor.pages[0]).toContain("peak memory");
  expect(editor.pages[1]).toContain("module[3].classes");
});

test("the graph of the open file is a whole page", async () => {
  const editor = await open(readFileSync(file, "utf8"));
  await editor.commands.get("llnet.showGraph")?.();
  expect(editor.messages).toEqual([]);
  expect(editor.pages).toHaveLength(1);
  expect(editor.pages[0]).toMatch(/^<!doctype html>[\s\S]*layer\[1\][\s\S]*<\/html>\s*$/i);
});
