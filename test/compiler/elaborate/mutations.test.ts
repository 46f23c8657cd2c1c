import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fc } from "../../support/fast-check.ts";
import { elaborateText } from "./elaborate-text.ts";

const files = ["std/backbones.llnet", "std/heads.llnet", "std/recipes.llnet", "std/blocks.llnet"].map((path) =>
  readFileSync(path, "utf8"),
);

const model = `
import { infopro_cifar } from "std/recipes"
model m {
  input [8, 8, 3] classes 10
  backbone resnet_cifar(depth = 8, widths = [2, 4, 4])
  split into 2 by units with stem + stage[1].block[1]
  heads { local: infopro(reconstruct = lerp(6, 1), hidden = 4, contrast = module.index == 1) last: classifier }
  train infopro_cifar { batch: 8 }
}
`;

/** One file that defines what it uses, so that a mutation anywhere meets a use. */
const whole = `${files
  .slice(0, 2)
  .concat(files.slice(3))
  .join("\n")
  .replace(/^import [^"]*"[^"]*"$/gm, "")}\n${model}`;
const tokens: readonly string[] = whole.match(/\s+|\/\/.*|[A-Za-z_][A-Za-z_0-9]*|[0-9.]+|"[^"]*"|\|>|=>|\.\.|./g) ?? [];

const junk = fc.constantFrom(
  "",
  "0",
  "-1",
  "1.5",
  "x",
  "module",
  "_",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "|>",
  "..",
  "=>",
  "if",
  "for",
  "let",
  "relu",
  '"a"',
  "stage",
  "99999999",
  "/",
  "==",
  "conv_head",
);

test("the unchanged file is right", () => {
  expect(elaborateText(whole).rendered).toBe("");
});

test("no change of a few tokens makes elaboration throw, and every place lies in its text", () => {
  const change = fc.record({
    at: fc.nat(tokens.length - 1),
    length: fc.nat(3),
    by: fc.oneof(
      junk,
      fc.nat(tokens.length - 1).map((index) => tokens[index] ?? ""),
    ),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const changed = [...tokens];
      for (const { at, length, by } of changes) changed.splice(at, length, by);
      const text = changed.join("");
      for (const { primary, related } of elaborateText(text).diagnostics) {
        for (const { place } of [primary, ...related]) {
          expect(place.start).toBeLessThanOrEqual(place.end);
          if (place.file === "net.llnet") expect(place.end).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test("an error is never silent: a model is missing only where a diagnostic says why", () => {
  fc.assert(
    fc.property(fc.nat(tokens.length - 1), junk, (at, by) => {
      const { model: made, diagnostics } = elaborateText(tokens.with(at, by).join(""));
      if (made === undefined) expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("a deep chain of calls ends in a diagnostic, not in a full stack", () => {
  const blocks = Array.from(
    { length: 400 },
    (_, index) => `fn f${index}(n) = (((((((((n + f${index + 1}(n))))))))))`,
  ).join("\n");
  const { diagnostics } = elaborateText(
    `${blocks}\nfn f400(n) = n\nlet deep = f0(1)\nbackbone net() { unit a: dense(deep) }\nmodel m { input [4] classes 2 backbone net }`,
  );
  expect(diagnostics.map(({ name }) => name)).toEqual(["too-deep"]);
});

test("nested loops stop at the limit of operations", () => {
  const { diagnostics } = elaborateText(`
    backbone net() { unit a: relu |> for i in 1..100000 { for j in 1..100000 { for k in 1..100000 { relu } } } }
    model m { input [1] classes 2 backbone net }`);
  expect(diagnostics).toHaveLength(1);
});
