/** The settings in `docs/editors.md`, in the editors themselves where they are installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const page = readFileSync(new URL("../../docs/editors.md", import.meta.url), "utf8");

// Notes how it was started, then lets llnet itself answer and notes what passes between the two.
const launcher = fileURLToPath(new URL("../../tools/cli/llnet.cjs", import.meta.url));
const server = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const { spawn } = require("node:child_process");
const note = (line) => appendFileSync(process.env.LLNET_NOTES, line + "\\n");
const [, , options, name, ...words] = process.argv;
note("started " + [options, name, ...words].join(" "));
const llnet = spawn(process.execPath, [${JSON.stringify(launcher)}, ...words], { stdio: ["pipe", "pipe", "inherit"] });
const listen = (from, to, tell) => {
  let bytes = Buffer.alloc(0);
  from.on("end", () => to.end());
  from.on("data", (chunk) => {
    to.write(chunk);
    bytes = Buffer.concat([bytes, chunk]);
    for (let end; (end = bytes.indexOf("\\r\\n\\r\\n")) >= 0; ) {
      const length = Number(/Content-Length: (\\d+)/i.exec(bytes.subarray(0, end).toString())[1]);
      if (bytes.length < end + 4 + length) return;
      tell(JSON.parse(bytes.subarray(end + 4, end + 4 + length).toString()));
      bytes = bytes.subarray(end + 4 + length);
    }
  });
};
listen(process.stdin, llnet.stdin, ({ method, params }) => {
  if (method !== undefined) note(method + " " + (params?.textDocument?.languageId ?? ""));
});
listen(llnet.stdout, process.stdout, ({ method, params }) => {
  if (method === "textDocument/publishDiagnostics") note("said " + params.diagnostics.map(({ code }) => code).join(" "));
});
llnet.on("exit", (code) => process.exit(code ?? 70));
`;

let folder: string;
let notes: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "llnet-editors-"));
  notes = join(folder, "notes.txt");
  mkdirSync(join(folder, "bin"));
  // In place of `npx`, which would look for an llnet that is installed.
  writeFileSync(join(folder, "bin/npx"), server);
  chmodSync(join(folder, "bin/npx"), 0o755);
  writeFileSync(join(folder, "net.llnet"), "fn half(x) = y / 2\n");
  writeFileSync(notes, "");
  const path = `${join(folder, "bin")}${delimiter}${process.env["PATH"]}`;
  environment = { ...process.env, PATH: path, LLNET_NOTES: notes };
  for (const home of ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"])
    environment[home] = folder;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

// The settings begin with Neovim 0.7, and with an Emacs that has eglot.
const hasNeovim = succeeds("nvim", ["--headless", "-u", "NONE", "+if !has('nvim-0.7') | cquit | endif", "+qa!"]);
const hasEglot = succeeds("emacs", ["--batch", "-q", "--eval", "(progn (package-initialize) (require 'eglot))"]);

test.skipIf(!hasNeovim)("Neovim with the settings of the page shows what the server says of the file", () => {
  writeFileSync(join(folder, "init.lua"), settingsFor("nvim"));
  run("nvim", [
    "--headless",
    "-u",
    "init.lua",
    "net.llnet",
    "+lua vim.wait(200000, function() return #vim.diagnostic.get(0) > 0 end)",
    "+lua vim.fn.writefile(vim.tbl_map(function(each) return 'shown ' .. each.message end, vim.diagnostic.get(0)), vim.env.LLNET_NOTES, 'a')",
    "+qa!",
  ]);
  expectAttached("llnet");
});

test.skipIf(!hasEglot)("Emacs with the settings of the page shows what the server says of the file", () => {
  writeFileSync(join(folder, "init.el"), settingsFor("emacs"));
  const open = `(progn (package-initialize) (load-file "init.el") (find-file "net.llnet")
    (unless eglot--managed-mode (apply #'eglot--connect (eglot--guess-contact)))
    (let ((end (+ (float-time) 200))) (while (and (< (float-time) end) (not (flymake-diagnostics))) (accept-process-output nil 0.1)))
    (dolist (each (flymake-diagnostics))
      (write-region (concat "shown " (flymake-diagnostic-text each) "\\n") nil (getenv "LLNET_NOTES") t)))`;
  run("emacs", ["--batch", "-q", "--eval", open]);
  expectAttached("llnet");
});

test("the page's other settings name the same command", () => {
  const commands = [...page.matchAll(/"--no-install",? "llnet",? "lsp",? "--stdio"/g)];
  expect(commands).toHaveLength(4);
});

function succeeds(editor: string, words: readonly string[]): boolean {
  return spawnSync(editor, words, { stdio: "ignore", timeout: 240_000 }).status === 0;
}

/** The block of the page behind the mark that it is tried. */
function settingsFor(editor: string): string {
  const found = new RegExp(`<!-- tried: ${editor} -->\\s+\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1];
  if (found === undefined) throw new Error(`no settings for ${editor}`);
  return found;
}

function run(editor: string, words: readonly string[]): void {
  const { error, stderr } = spawnSync(editor, words, {
    cwd: folder,
    env: environment,
    timeout: 240_000,
    encoding: "utf8",
  });
  if (error !== undefined) throw new Error(`${error.message}\n${stderr}`);
}

function expectAttached(language: string): void {
  const lines = readFileSync(notes, "utf8").split("\n");
  expect(lines[0]).toBe("started --no-install llnet lsp --stdio");
  expect(lines[1]?.trim()).toBe("initialize");
  expect(lines).toContain(`textDocument/didOpen ${language}`);
  expect(lines).toContainEqual(expect.stringMatching(/^said .*LL2001/));
  expect(lines.filter((line) => line.startsWith("shown ")).join("\n")).toContain("`y`");
}
