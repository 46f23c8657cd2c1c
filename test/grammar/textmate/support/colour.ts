import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";

/** A piece of a line with its scopes, from the outermost in: as an editor sees it. */
export interface ColouredPiece {
  /** Offset in the text. */
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

const folder = new URL("../../../../grammar/textmate/", import.meta.url);

/** Our TextMate grammar in the engine that VS Code has; or a bare Markdown, into which ours is injected. */
export async function loadGrammar(
  scopeName: "source.llnet" | "text.html.markdown" = "source.llnet",
): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm));
  const texts: Readonly<Record<string, string>> = {
    "source.llnet": readFileSync(new URL("llnet.tmLanguage.json", folder), "utf8"),
    "markdown.llnet.codeblock": readFileSync(new URL("llnet-in-markdown.tmLanguage.json", folder), "utf8"),
    "text.html.markdown": '{ "scopeName": "text.html.markdown", "patterns": [] }',
  };
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => textmate.parseRawGrammar(texts[name] ?? "{}", `${name}.json`),
    getInjections: (name) => (name === "text.html.markdown" ? ["markdown.llnet.codeblock"] : undefined),
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error("the grammar could not be read");
  return grammar;
}

export function colour(grammar: IGrammar, text: string): readonly ColouredPiece[] {
  const pieces: ColouredPiece[] = [];
  let stack = textmate.INITIAL;
  let offset = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes } of tokens) {
      pieces.push({ start: offset + startIndex, end: offset + Math.min(endIndex, line.length), scopes });
    }
    stack = ruleStack;
    offset += line.length + 1;
  }
  return pieces;
}
