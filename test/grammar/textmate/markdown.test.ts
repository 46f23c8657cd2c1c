import { expect, test } from "vitest";
import { colour, loadGrammar } from "./support/colour.ts";

test("a fenced block of llnet in Markdown has llnet's colours, the text around it none", async () => {
  const grammar = await loadGrammar("text.html.markdown");
  const text =
    "model in prose\n\n```llnet\nmodel net {\n  classes 10\n}\n```\n\nmodel in prose\n\n```toml\nclasses = 10\n```\n";
  const coloured = colour(grammar, text)
    .filter(({ scopes }) => /\.llnet$/.test(scopes.at(-1) ?? "") && !/^meta/.test(scopes.at(-1) ?? ""))
    .map(({ start, end, scopes }) => `${text.slice(start, end)}: ${scopes.at(-1)}`);
  expect(coloured).toEqual([
    "model: storage.type.model.llnet",
    "net: entity.name.type.model.llnet",
    "{: punctuation.section.braces.llnet",
    "classes: keyword.other.classes.llnet",
    "10: constant.numeric.llnet",
    "}: punctuation.section.braces.llnet",
  ]);
});
