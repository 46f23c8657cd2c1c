/** Writes the TextMate grammar from the registries of names; with `--check` only says whether it is fresh. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { register } from "tsx/esm/api";

register();
const { createTextMateGrammar } = await import("../grammar/textmate/textmate-grammar.ts");
const { operations } = await import("../compiler/operations/registry.ts");
const { builtInFunctions, headWords, typeNames, wordFields } = await import("../compiler/1-resolve/built-in-names.ts");

const grammar = createTextMateGrammar({
  operations: operations.map(({ name }) => name),
  functions: builtInFunctions,
  types: typeNames,
  headWords,
  wordFields,
});
const path = fileURLToPath(new URL("../grammar/textmate/llnet.tmLanguage.json", import.meta.url));
// A list of one word stands on one line, as our formatter has it.
const text = `${JSON.stringify(grammar, null, 2).replace(/\[\s+("\w+")\s+\]/g, "[$1]")}\n`;

if (!process.argv.includes("--check")) writeFileSync(path, text);
else if (!existsSync(path) || readFileSync(path, "utf8") !== text) {
  console.error("grammar/textmate/llnet.tmLanguage.json is stale; run `node scripts/generate-textmate-grammar.mjs`");
  process.exitCode = 1;
}
