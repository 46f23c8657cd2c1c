import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { check, renderDiagnostic } from "../../compiler/index.ts";

interface Snippet {
  readonly prefix: string;
  readonly body: readonly string[];
}

const snippets: Readonly<Record<string, Snippet>> = JSON.parse(
  readFileSync(new URL("../../editors/vscode/snippets/llnet.json", import.meta.url), "utf8"),
);

const model = (items: string) => `
import { mlp, resnet_cifar } from "std/backbones"
import { supply_image } from "std/contsup"
import { classifier, greedy } from "std/heads"
model net { input [32, 32, 3]  classes 10  backbone resnet_cifar(depth = 20)  ${items} }
`;

/** What stands around a snippet that is no file of its own. */
const surroundings: Readonly<Record<string, (text: string) => string>> = {
  unit: (text) => `backbone b() { ${text} }`,
  group: (text) => `backbone b() { ${text} }`,
  loss: (text) => `head h(module) { let logits = module.output |> pool_all |> dense(classes)\n${text} }`,
  "split into": (text) => model(`${text}\nheads { local: greedy }`),
  heads: (text) => model(`split into 4\n${text}`),
  context: (text) => model(`split into 4\n${text}\nheads { local: greedy }`),
  train: (text) => model(text),
  ablation: (text) => `${model("heads { local: greedy }")}\n${text}`,
};

for (const [name, { body }] of Object.entries(snippets)) {
  test(`the snippet \`${name}\` compiles with its placeholders as they are, and with every choice`, () => {
    const written = body.join("\n");
    const most = Math.max(
      ...[...written.matchAll(/\|([^|}]*)\|\}/g)].map(([, choices = ""]) => choices.split(",").length),
      1,
    );
    for (let choice = 0; choice < most; choice++) {
      const text = (surroundings[name] ?? ((each: string) => each))(filled(written, choice));
      const { diagnostics, sources } = check({ file: "test.llnet", text });
      const errors = diagnostics.filter(({ severity }) => severity === "error");
      const shown = errors.map((each) => renderDiagnostic(each, sources, { color: false }));
      expect(shown, text).toEqual([]);
    }
  });
}

test("prefixes are not used twice", () => {
  const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
  expect(new Set(prefixes).size).toBe(prefixes.length);
});

/** A snippet's text with the defaults of its placeholders, innermost first, and one of each choice. */
function filled(written: string, choice: number): string {
  const step = written
    .replace(/\$\{(\d+)\|([^|}]*)\|\}/g, (_whole, _number, choices: string) => {
      const all = choices.split(",");
      return all[choice % all.length] ?? "";
    })
    .replace(/\$\{(\d+):([^${}]*)\}/g, "$2")
    .replace(/\$(\d+)/g, "");
  return step === written ? step : filled(step, choice);
}
