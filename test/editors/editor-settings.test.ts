/** The settings in `docs/editors.md`, in the editors themselves where they are installed. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const page = readFileSync(new URL("../../docs/editors.md", import.meta.url), "utf8");

// Notes how it was started and which messages came, and answers those that want an answer.
const server = `#!${process.execPath}
const { appendFileSync } = require("node:fs");
const note = (line) => appendFileSync(process.env.LLNET_NOTES, line + "\\n");
note("started " + process.argv.slice(2).join(" "));
let bytes = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  bytes = Buffer.concat([bytes, chunk]);
  for (let end; (end = bytes.indexOf("\\r\\n\\r\\n")) >= 0; ) {
    const length = Number(/Content-Length: (\\d+)/i.exec(bytes.subarray(0, end).toString())[1]);
    if (bytes.length < end + 4 + length) return;
    const message = JSON.parse(bytes.subarray(end + 4, end + 4 + length).toString());
    bytes = bytes.subarray(end + 4 + length);
    note(message.method + " " + (message.params?.textDocument?.languageId ?? ""));
    if (message.id === undefined) continue;
    const result = message.method === "initialize" ? { capabilities: { textDocumentSync: 1 } } : null;
    const body = JSON.stringify({ jsonrpc: "2.0", id: message.id, result });
    process.stdout.write("Content-Length: " + Buffer.byteLength(body) + "\\r\\n\\r\\n" + body);
  }
});
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
  writeFileSync(join(folder, "net.llnet"), "fn half(x) = x / 2\n");
  writeFileSync(notes, "");
  const path = `${join(folder, "bin")}${delimiter}${process.env["PATH"]}`;
  environment = { ...process.env, PATH: path, LLNET_NOTES: notes, HOME: folder, XDG_CONFIG_HOME: folder };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.skipIf(!isInstalled("nvim"))(
  "Neovim with the settings of the page starts the server and opens the file in it",
  () => {
    writeFileSync(join(folder, "init.lua"), settingsFor("nvim"));
    run("nvim", [
      "--headless",
      "-u",
      "init.lua",
      "net.llnet",
      "+lua vim.wait(10000, function() return #vim.fn.readfile(vim.env.LLNET_NOTES) > 3 end)",
      "+qa!",
    ]);
    expectAttached("llnet");
  },
);

test.skipIf(!isInstalled("emacs"))(
  "Emacs with the settings of the page starts the server and opens the file in it",
  () => {
    writeFileSync(join(folder, "init.el"), settingsFor("emacs"));
    const open = `(progn (package-initialize) (load-file "init.el") (find-file "net.llnet")
    (unless eglot--managed-mode (apply #'eglot--connect (eglot--guess-contact)))
    (let ((end (+ (float-time) 10))) (while (and (< (float-time) end) (< (count-lines-of-notes) 4)) (accept-process-output nil 0.1))))`;
    const counter =
      '(defun count-lines-of-notes () (with-temp-buffer (insert-file-contents (getenv "LLNET_NOTES")) (count-lines (point-min) (point-max))))';
    run("emacs", ["--batch", "-q", "--eval", counter, "--eval", open]);
    expectAttached("llnet");
  },
);

test("the page's other settings name the same command", () => {
  const commands = [...page.matchAll(/"--no-install",? "llnet",? "lsp",? "--stdio"/g)];
  expect(commands).toHaveLength(4);
});

function isInstalled(editor: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((each) => existsSync(join(each, editor)));
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
    timeout: 40_000,
    encoding: "utf8",
  });
  if (error !== undefined) throw new Error(`${error.message}\n${stderr}`);
}

function expectAttached(language: string): void {
  const lines = readFileSync(notes, "utf8").split("\n");
  expect(lines[0]).toBe("started --no-install llnet lsp --stdio");
  expect(lines[1]?.trim()).toBe("initialize");
  expect(lines).toContain(`textDocument/didOpen ${language}`);
}
