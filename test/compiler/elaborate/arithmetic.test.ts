import { expect, test } from "vitest";
import { elaborateText } from "./elaborate-text.ts";

/** The value of an expression, read back from the width of a dense layer or from the recipe's rate. */
function integer(expression: string): number | string {
  const { model, diagnostics } = elaborateText(`
    backbone net() { unit only(x) { return dense(x, ${expression}) } }
    model m { input [4] classes 2 backbone net }`);
  const node = model?.backbone.units[0]?.fragment.nodes[0];
  return node === undefined ? (diagnostics[0]?.name ?? "nothing") : (node.arguments["features"] as number);
}

function float(expression: string): number | string {
  const { model, diagnostics } = elaborateText(`
    backbone net() { unit only: relu }
    model m { input [4] classes 2 backbone net train { rate: ${expression} } }`);
  const rate = model?.recipe.rate;
  return rate?.kind === "constant" ? rate.value : (diagnostics[0]?.name ?? "nothing");
}

test.each([
  ["2 + 3 * 4", 14],
  ["(2 + 3) * 4", 20],
  ["12 / 4", 3],
  ["7 - 2 - 1", 4],
  ["-2 * -3", 6],
  ["(32 - 2) / 6", 5],
  ["7 / 2", "inexact-division"],
  ["floor(7.0 / 2)", 3],
  ["ceil(7.0 / 2)", 4],
  ["round(2.5)", 2],
  ["round(3.5)", 4],
  ["round(2.4)", 2],
  ["floor(log2(1024))", 10],
  ["min(3, 1, 2)", 1],
  ["max([3, 1, 2])", 3],
  ["sum(1..4)", 10],
  ["length([1, 2, 3])", 3],
  ["length(3..2 + [1])", "type-mismatch"],
  ["length((3..2)) + 1", 1],
  ["[10, 20, 30][2]", 20],
  ["sum([10, 20, 30][2..3])", 50],
  ["fold(1..5, 1, (state, item) => state * item)", 120],
  ["sum([i * i for i in 1..3])", 14],
  ["if 2 > 1 and not (1 == 2) { 5 } else { 6 }", 5],
  ["if false or 1 != 1 { 5 } else { 6 }", 6],
  ["match 4 { 2: 5, 4: 6, else: 7 }", 6],
  ['match "b" { "a": 5, else: 7 }', 7],
  ["if [1, 2] == [1, 2] { 3 } else { 4 }", 3],
  ["x.features", 4],
  ["x.shape[1]", 4],
  ["1.0", "type-mismatch"],
  ["9007199254740991 + 2", "number-out-of-range"],
])("%s is %s", (expression, expected) => {
  expect(integer(expression)).toBe(expected);
});

test.each([
  ["1 / 4.0", 0.25],
  ["0.1 + 0.2", 0.1 + 0.2],
  ["sqrt(2)", Math.SQRT2],
  ["exp(1)", Math.E],
  ["log(exp(2.0))", 2],
  ["constant(0.5)", 0.5],
  ["sum([0.5, 1])", 1.5],
  ["log(0)", "number-out-of-range"],
  ["-1.0", "field-out-of-range"],
])("%s is the number %s", (expression, expected) => {
  expect(float(expression)).toBe(expected);
});

test.each([
  ["[8, 6, 3]", "[x.height, x.width, x.channels]", [8, 6, 3]],
  ["[8, 6, 3]", "x.shape", [8, 6, 3]],
  ["[12]", "[x.features]", [12]],
])("an input %s gives %s its axis lengths", (input, expression, expected) => {
  const product = expected.reduce((total, length) => total * length, 1);
  const { model, rendered } = elaborateText(`
    backbone net() { unit only(x) { return flatten(x) |> dense(${expression}[1]) |> reshape([${expected[0]}]) } }
    model m { input ${input} classes ${product} backbone net }`);
  expect(rendered).toBe("");
  expect(model?.backbone.units[0]?.fragment.nodes[1]?.arguments["features"]).toBe(expected[0]);
});
