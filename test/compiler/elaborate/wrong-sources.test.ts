import { expect, test } from "vitest";
import { elaborateText } from "./elaborate-text.ts";

/** A model around the parts a test is about. */
function around({ file = "", unit = "dense(8)", heads = "", train = "", split = "", more = "" }): string {
  return `${file}
backbone net() {
  unit first: ${unit}
  unit second: dense(4)
}
model tried {
  input [16]
  classes 3
  backbone net
  ${split}
  ${heads}
  ${train}
  ${more}
}
`;
}

const cases: Readonly<Record<string, string>> = {
  "an unknown operation": around({ unit: "densse(8)" }),
  "an unknown parameter": around({ unit: "dense(8, biass = false)" }),
  "a missing argument": around({ unit: "dense" }),
  "too many arguments": around({ unit: "relu(1, 2)" }),
  "an argument given twice": around({ unit: "dense(8, features = 9)" }),
  "a float where an int is needed": around({ unit: "dense(8 * 0.5)" }),
  "a division that leaves a rest": around({ file: "let n = (32 - 3) / 6", unit: "dense(n)" }),
  "division by zero": around({ unit: "dense(8 / (3 - 3))" }),
  "an index behind the end": around({ file: "let widths = [1, 2]", unit: "dense(widths[3])" }),
  "an index of zero": around({ file: "let widths = [1, 2]", unit: "dense(widths[0])" }),
  "a tensor where a number is needed": around({
    file: "block twice(x) {\n  let wide = relu(x)\n  return dense(x, wide)\n}",
    unit: "twice",
  }),
  "a number where a tensor is needed": around({
    file: "block lost(x, width = 4) {\n  return relu(width)\n}",
    unit: "lost",
  }),
  "shapes that do not add up": around({
    file: "block skip(x) {\n  let body = dense(x, 8)\n  return body + x\n}",
    unit: "skip",
  }),
  "a convolution of features": around({ unit: "conv(8, 3)" }),
  "an axis a tensor has not": around({ file: "block axis(x) {\n  return dense(x, x.channels)\n}", unit: "axis" }),
  "a misspelt member": around({ file: "block axis(x) {\n  return dense(x, x.featurs)\n}", unit: "axis" }),
  "an option that does not exist": around({ train: 'train { augment: pad_crop(4, mode = "reflct") }' }),
  "a number below its minimum": around({ unit: "dense(0)" }),
  "no arm that matches": around({ unit: "dense(match 3 { 1: 4, 2: 5 })" }),
  "a condition that is no truth value": around({ unit: "dense(if 1 { 4 } else { 5 })" }),
  "a comparison of different kinds": around({ unit: 'dense(if 1 == "a" { 4 } else { 5 })' }),
  "a block that returns nothing": around({ file: "block empty(x) {\n  let y = relu(x)\n}", unit: "empty" }),
  "a loss in a block": around({ file: "block wrong(x) {\n  loss l = mean(x)\n  return x\n}", unit: "wrong" }),
  "a loss that is not a scalar": around({
    split: "split into 2",
    heads: "heads { local: bad }",
    file: "head bad(module) {\n  loss l = module.output\n}",
  }),
  "a definition that uses itself": around({
    file: "block a(x) { return b(x) }\nblock b(x) { return a(x) }",
    unit: "a",
  }),
  "a function that calls itself without end": around({ file: "fn apply(f) = f(f)", unit: "dense(apply((f) => f(f)))" }),
  "a loop that is too long": around({ unit: "relu |> for i in 1..1000000 { relu }" }),
  "two units with one address": around({ file: "backbone two() {\n  unit a: dense(2)\n  unit a: dense(2)\n}" }).replace(
    "backbone net\n",
    "backbone two\n",
  ),
  "an address of zero": around({ file: "backbone zero() {\n  for i in 0..1 { unit a[i]: relu }\n}" }).replace(
    "backbone net\n",
    "backbone zero\n",
  ),
  "a unit read before it is made": around({
    unit: "wide(second)",
    file: "block wide(x, y) { return dense(x, 4) + y }",
  }),
  "a name defined twice": around({ file: "let a = 1\nlet a = 2" }),
  "a head that does not exist": around({ split: "split into 2", heads: "heads { local: greddy() }" }),
  "a block in place of a head": around({
    file: "block b(x) { return x }",
    split: "split into 2",
    heads: "heads { local: b }",
  }),
  "a recipe in place of a head": around({
    file: "recipe r { batch: 2 }",
    split: "split into 2",
    heads: "heads { local: r }",
  }),
  "a split without a local head": around({ split: "split into 2" }),
  "a cut that does not exist": around({
    split: "split after third",
    heads: "heads { each: classifier }",
    file: 'import { classifier } from "std/heads"',
  }),
  "a measure that does not exist": around({
    split: "split into 2 by memry",
    heads: "heads { each: classifier }",
    file: 'import { classifier } from "std/heads"',
  }),
  "lerp outside heads": around({ unit: "dense(lerp(1, 2))" }),
  "an unknown field": around({ train: "train { bacth: 2 }" }),
  "a field out of range": around({ train: "train { batch: 0 }" }),
  "a schedule in place of an optimizer": around({ train: "train { optimizer: cosine(0.1) }" }),
  "an unknown recipe": around({ file: "recipe quick { batch: 2 }", train: "train quik" }),
  "a schedule in place of an operation": around({ unit: "schedule(1, 0)" }),
  "a model without its input": "model bare { classes 3 }",
  "an import that does not exist": `import { a } from "./nowhere"\n${around({ unit: "a" })}`,
  "an import of something that is not there": `import { resnet_cifr } from "std/backbones"\n${around({ unit: "resnet_cifr" })}`,
  "two models and no choice": `${around({})}\nmodel other { input [2] classes 2 backbone net }`,
};

for (const [name, source] of Object.entries(cases)) {
  test(`${name} is reported once, with places and help`, async () => {
    const { rendered, diagnostics } = elaborateText(source);
    expect(diagnostics).toHaveLength(1);
    await expect(`${source.trim()}\n\n${rendered}\n`).toMatchFileSnapshot(
      `wrong-sources/${name.replaceAll(" ", "-").replaceAll(",", "")}.txt`,
    );
  });
}
