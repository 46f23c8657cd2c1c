import { afterEach, expect, test } from "vitest";
import type {
  CodeAction,
  CompletionItem,
  Hover,
  InlayHint,
  Location,
  SignatureHelp,
  WorkspaceEdit,
} from "vscode-languageserver-protocol";
import { type Editor, startEditor, uriOf } from "./client.ts";

let editor: Editor;
afterEach(async () => editor.close());

const blocks = `/// A dense layer with a name.
block layer(x, width: int, steep = false) {
  let y = x |> dense(width)
  return relu(y)
}
`;

const network = `import { layer } from "./blocks"

backbone small(widths = [16, 8]) {
  unit stem: dense(32)
  for i in 1..2 { unit body[i]: layer(widths[i]) }
}

head own(module) {
  let logits = module.output |> dense(classes)
  loss classes = cross_entropy(logits, label)
  return logits
}

model net {
  input    [64]
  classes  10
  backbone small()
  split after stem
  heads { each: own }
  train { batch: 32  epochs: 2  seed: 1 }
}
`;

/** The network with the first `before` + `after` in it marked between the two. */
function at(before: string, after = "", text = network): string {
  const index = text.indexOf(before + after);
  expect(index).toBeGreaterThanOrEqual(0);
  return `${text.slice(0, index + before.length)}‸${text.slice(index + before.length)}`;
}

async function open(marked: string): Promise<void> {
  editor = await startEditor({ "blocks.llnet": blocks });
  await editor.open("net.llnet", marked);
}

const lineOf = ({ range: { start } }: Location, text: string): string => text.split("\n")[start.line]?.trim() ?? "";

test("a sound network has no errors; a misspelt name is reported where it stands, with the near one", async () => {
  await open(network);
  expect((await editor.diagnostics("net.llnet")).filter(({ severity }) => severity === 1)).toEqual([]);
  await editor.change("net.llnet", network.replace("layer(widths", "layr(widths"));
  const [found] = (await editor.diagnostics("net.llnet")).filter(({ severity }) => severity === 1);
  expect(found).toMatchObject({
    code: "LL2001",
    range: { start: { line: 4, character: 32 }, end: { line: 4, character: 36 } },
  });
  expect(found?.message).toContain("did you mean the block `layer`?");
});

test("hovering over a block shows its signature and its words", async () => {
  await open(at("unit body[i]: lay", "er"));
  const { contents } = await editor.ask<Hover>("textDocument/hover", "net.llnet");
  expect(contents).toMatchObject({ value: expect.stringContaining("block layer(x, width: int, steep = false)") });
  expect(contents).toMatchObject({ value: expect.stringContaining("A dense layer with a name.") });
});

test("hovering over a unit shows its shape, its costs, its module and the loss that trains it", async () => {
  await open(at("unit ste", "m"));
  const { contents } = await editor.ask<Hover>("textDocument/hover", "net.llnet");
  const { value } = contents as { value: string };
  expect(value).toContain("`[batch, 32]`");
  expect(value).toContain("module 1 of 2 · 2080 parameters · 2048 multiply-adds per sample");
  // The gradient of its weights needs what it is given: 64 floats.
  expect(value).toContain("keeps 256 B per sample");
  expect(value).toContain("trained by `module[1].classes`");
});

test("a unit keeps what it is given and what its activation gives, once", async () => {
  await open(at("unit bod", "y[i]"));
  const { contents } = await editor.ask<Hover>("textDocument/hover", "net.llnet");
  expect((contents as { value: string }).value).toContain(`keeps ${4 * 32 + 4 * 16} B per sample`);
});

test("hovering over an operation shows its arguments", async () => {
  await open(at("unit stem: den", "se"));
  const { contents } = await editor.ask<Hover>("textDocument/hover", "net.llnet");
  expect((contents as { value: string }).value).toMatch(/dense\(x, features: int/);
});

test("a definition is found in the file it is imported from", async () => {
  await open(at("unit body[i]: lay", "er"));
  const found = await editor.ask<Location>("textDocument/definition", "net.llnet");
  expect(found.uri).toBe(uriOf("blocks.llnet"));
  expect(lineOf(found, blocks)).toBe("block layer(x, width: int, steep = false) {");
});

test("an address of a split leads to the line of the backbone that makes the unit", async () => {
  await open(at("split after ste", "m"));
  const found = await editor.ask<Location>("textDocument/definition", "net.llnet");
  expect(lineOf(found, network)).toBe("unit stem: dense(32)");
});

test("a local name is found and renamed in its body alone", async () => {
  await open(at("cross_entropy(log", "its"));
  const { changes } = await editor.ask<WorkspaceEdit>("textDocument/rename", "net.llnet", { newName: "scores" });
  const text = apply(changes?.[uriOf("net.llnet")] ?? [], network);
  expect(text).toBe(network.replaceAll("logits", "scores"));
});

test("a block is renamed in every file that names it", async () => {
  await open(at("unit body[i]: lay", "er"));
  const { changes } = await editor.ask<WorkspaceEdit>("textDocument/rename", "net.llnet", { newName: "step" });
  expect(apply(changes?.[uriOf("net.llnet")] ?? [], network)).toBe(network.replaceAll("layer", "step"));
  expect(apply(changes?.[uriOf("blocks.llnet")] ?? [], blocks)).toBe(blocks.replace("block layer", "block step"));
});

test("what is no name, and the standard library, cannot be renamed", async () => {
  await open(at("unit body[i]: lay", "er"));
  await expect(editor.ask("textDocument/rename", "net.llnet", { newName: "a b" })).rejects.toThrow("not a name");
});

test("references name every use, here and elsewhere", async () => {
  await open(at("unit body[i]: lay", "er"));
  const context = { includeDeclaration: true };
  const found = await editor.ask<Location[]>("textDocument/references", "net.llnet", { context });
  expect(found.map(({ uri, range }) => `${uri.split("/").at(-1)}:${range.start.line}`).sort()).toEqual([
    "blocks.llnet:1",
    "net.llnet:0",
    "net.llnet:4",
  ]);
});

test("a file of the standard library that is open is the library's too", async () => {
  await open("let a = 1\n");
  const textDocument = {
    uri: "file:///library/std/heads.llnet",
    languageId: "llnet",
    version: 1,
    text: "fn f(x) = x\n",
  };
  await editor.connection.sendNotification("textDocument/didOpen", { textDocument });
  const where = { textDocument, position: { line: 0, character: 3 } };
  expect(await editor.request("textDocument/prepareRename", where)).toBeNull();
  const rename = editor.request("textDocument/rename", { ...where, newName: "g" });
  await expect(rename).rejects.toThrow("standard library's");
});

test.each([
  ["after a split's `after`: the units", "split after ‸", ["stem", "body[1]", "body[2]"]],
  ["behind a head's selector: heads, also those to be imported", "heads { each: ‸", ["own", "greedy", "off"]],
  ["in a recipe: its fields", "train { ‸", ["optimizer", "rate", "batch", "epochs", "validation"]],
  ["behind `optimizer`: optimizers", "train { optimizer: ‸", ["sgd", "adam", "adamw"]],
  ["behind `augment`: augmentations", "train { augment: ‸", ["pad_crop", "flip", "resized_crop"]],
  ["in a call: its arguments by name", "backbone small(‸", ["widths"]],
  ["in a model: its items", "classes  10\n  ‸", ["split", "heads", "train"]],
  ["behind `by`: what a split may measure", "split into 2 by ‸", ["units", "memory"]],
])("completion %s", async (_name, line, expected) => {
  const model = network.slice(network.indexOf("model net"));
  const items: Record<string, string> = {
    "split after ‸": "split after stem",
    "heads { each: ‸": "heads { each: own",
    "train { ‸": "train {",
    "train { optimizer: ‸": "train {",
    "train { augment: ‸": "train {",
    "backbone small(‸": "backbone small(",
    "classes  10\n  ‸": "classes  10",
    "split into 2 by ‸": "split after stem",
  };
  const marked = model.replace(items[line] ?? "", line);
  expect(marked).toContain("‸");
  await open(network.replace(model, marked));
  const found = await editor.ask<CompletionItem[]>("textDocument/completion", "net.llnet");
  expect(found.map(({ label }) => label)).toEqual(expect.arrayContaining(expected));
});

test("completion in an import: what the file declares, and the files there are", async () => {
  await open('import { ‸ } from "std/heads"\n');
  const names = await editor.ask<CompletionItem[]>("textDocument/completion", "net.llnet");
  expect(names.map(({ label }) => label)).toEqual(expect.arrayContaining(["greedy", "classifier", "infopro"]));
  await editor.change("net.llnet", 'import { layer } from "‸"\n');
  const files = await editor.ask<CompletionItem[]>("textDocument/completion", "net.llnet");
  expect(files.map(({ label }) => label)).toEqual(expect.arrayContaining(["std/heads", "./blocks"]));
});

test("a head of the library is completed together with its import", async () => {
  await open(network.replace("heads { each: own }", "heads { each: gre‸ }"));
  const found = await editor.ask<CompletionItem[]>("textDocument/completion", "net.llnet");
  const item = found.find(({ label }) => label === "greedy");
  expect(item?.additionalTextEdits?.[0]?.newText).toBe('\nimport { greedy } from "std/heads"');
});

test("signature help names the argument that is being written", async () => {
  await open(network.replace("layer(widths[i])", "layer(‸"));
  const { signatures, activeParameter } = await editor.ask<SignatureHelp>("textDocument/signatureHelp", "net.llnet");
  expect(signatures[0]?.label).toBe("block layer(x, width: int, steep = false)");
  expect(activeParameter).toBe(0);
});

test("inlay hints show the shape behind every unit and where a module ends", async () => {
  await open(network);
  const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
  const hints = await editor.ask<InlayHint[]>("textDocument/inlayHint", "net.llnet", { range });
  expect(hints.map(({ label, position }) => `${position.line}:${String(label).trim()}`)).toEqual([
    "3:→ [32] · module 1",
    "4:→ [16], [8] · module 2",
    "17:module 1 ends",
  ]);
});

test("a finding can be fixed, or silenced with a reason", async () => {
  const text = network.replace("{ layer }", "{ layer, other }");
  editor = await startEditor({ "blocks.llnet": `${blocks}\nblock other(x) { return x }\n` });
  await editor.open("net.llnet", text);
  await editor.diagnostics("net.llnet");
  const range = { start: { line: 0, character: 17 }, end: { line: 0, character: 17 } };
  const actions = await editor.ask<CodeAction[]>("textDocument/codeAction", "net.llnet", {
    range,
    context: { diagnostics: [] },
  });
  expect(actions.map(({ title }) => title)).toEqual([
    "import without `other`",
    "silence `unused-import` here, with a reason",
    "fix everything that is safe to fix",
  ]);
  expect(apply(actions[0]?.edit?.changes?.[uriOf("net.llnet")] ?? [], text)).toBe(network);
});

test("a code lens sums up each model", async () => {
  await open(network);
  const found = await editor.ask<{ command: { title: string } }[]>("textDocument/codeLens", "net.llnet");
  expect(found.map(({ command }) => command.title)).toEqual([
    "2 modules · 3 units · 2744 parameters",
    "every loss trains its own module",
  ]);
});

test("formatting is the formatter's, as the smallest edit", async () => {
  await open(network.replace("input    [64]", "input [64]"));
  const edits = await editor.ask<Edit[]>("textDocument/formatting", "net.llnet", {
    options: { tabSize: 2, insertSpaces: true },
  });
  expect(edits).toHaveLength(1);
  expect(apply(edits, editor.text("net.llnet"))).toContain("input    [64]");
});

test("symbols, folds and colours follow the declarations", async () => {
  await open(network);
  const symbols = await editor.ask<{ name: string; children: { name: string }[] }[]>(
    "textDocument/documentSymbol",
    "net.llnet",
  );
  expect(symbols.map(({ name }) => name)).toEqual(["small", "own", "net"]);
  expect(symbols[0]?.children.map(({ name }) => name)).toEqual(["stem", "body[i]"]);
  const folds = await editor.ask<{ startLine: number }[]>("textDocument/foldingRange", "net.llnet");
  expect(folds.map(({ startLine }) => startLine)).toEqual(expect.arrayContaining([2, 7, 13]));
  const { data } = await editor.ask<{ data: number[] }>("textDocument/semanticTokens/full", "net.llnet");
  expect(data.length % 5).toBe(0);
  // Line, character and length of the imported name, which is a function.
  expect(data.slice(0, 5)).toEqual([0, 9, 5, 0, 0]);
  const found = await editor.request<{ name: string }[]>("workspace/symbol", { query: "lay" });
  expect(found.map(({ name }) => name)).toEqual(["layer"]);
});

test("what is changed in one document is seen by those that import it", async () => {
  await open(network);
  await editor.open("blocks.llnet", blocks.replace("block layer", "block renamed"));
  const [found] = (await editor.diagnostics("net.llnet")).filter(({ severity }) => severity === 1);
  expect(found?.message).toContain("`layer`");
});

test("places count UTF-16 units, also behind characters of two, and lines end as they end", async () => {
  await open('// 𝄞𝄞\r\nfn b(x) = max("𝄞", nothing)\r\n');
  const found = await editor.diagnostics("net.llnet");
  const errors = found.filter(({ severity }) => severity === 1);
  expect(errors.map(({ range }) => range)).toEqual([
    { start: { line: 1, character: 20 }, end: { line: 1, character: 27 } },
  ]);
});

interface Edit {
  readonly range: {
    readonly start: { line: number; character: number };
    readonly end: { line: number; character: number };
  };
  readonly newText: string;
}

function apply(edits: readonly Edit[], text: string): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (before, { range, newText }) => before.slice(0, offset(range.start)) + newText + before.slice(offset(range.end)),
      text,
    );
}
