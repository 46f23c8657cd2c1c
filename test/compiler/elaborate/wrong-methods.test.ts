/** Wrong uses of context, copies, taps, shared parameters and reach: one diagnostic each, as a user sees it. */
import { expect, test } from "vitest";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";

/** Three modules; `local` is the body of the local heads' declaration. */
function around({ lines = "", local = "", context = "", heads = "local: tried  last: linear", train = "", more = "" }) {
  return `${lines}
backbone net() {
  unit first: dense(8) |> relu
  unit second(x) {
    tap residual = dense(x, 8)
    return relu(x + residual)
  }
  unit third: dense(4) |> relu
}
head linear(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
head tried(module) {
  let out = module.output
  ${local}
  loss classes = cross_entropy(out |> dense(classes), label)
}
model wrong {
  input [16] classes 3 backbone net
  split after first, second
  ${context === "" ? "" : `context { ${context} }`}
  heads { ${heads} }
  train { ${train} }
  ${more}
}
`.trim();
}

const cases: Readonly<Record<string, string>> = {
  "context from a later module": around({ context: "2: module.next.input" }),
  "context from later modules, as far as there are any": around({ context: "2..last: module.next.input" }),
  "a library head that looks ahead in every module": around({
    lines: 'import { momentum } from "std/man"',
    heads: "each: momentum(then = (x, outputs) => dense(x, outputs))",
  }),
  "context from the module itself": around({ context: "2: module.output |> dense(8)" }),
  "context of another shape": around({ context: "2..last: input |> dense(5)" }),
  "context that uses the label": around({ context: "2: one_hot(label, 3) |> dense(8)" }),
  "context of the first module": around({ context: "1..last: input |> dense(8)" }),
  "context of a module that is not there": around({ context: "7: input |> dense(8)" }),
  "context from before the first module": around({ context: "2..last: module.previous(2).input |> dense(8)" }),
  "a head in place of a context": around({ context: "2: linear(module)" }),
  "a reach before the first module": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach 2",
  }),
  "a reach of more units than there are before": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach 2 units",
    heads: "1: off  2: tried  last: linear",
  }),
  "a window of the library that is too long": around({
    lines: 'import { windowed } from "std/mlaan"',
    heads: "local: linear  last: windowed(window = 7)",
  }),
  "a window of the library over finished modules": around({
    lines: 'import { windowed } from "std/mlaan"',
    heads: "local: linear  last: windowed",
    train: "order: sequential",
  }),
  "a dictionary of the library in two widths": around({
    lines: 'import { dcl } from "std/dcl"',
    heads: "1: dcl(16)  2: dcl(32)  last: linear",
  }),
  "an average of a head": around({ local: "let ahead = ema(module.next.head, 0.9)(out)" }),
  "an average of a group of units": around({
    lines:
      "backbone grouped() { group stage { unit one: dense(8)  unit two: dense(8) }  unit third: dense(4)  unit fourth: dense(4) }",
    local: "let ahead = ema(backbone.stage, 0.9)(out)",
  }).replace("backbone net\n  split after first, second", "backbone grouped\n  split into 3"),
  "an average of a block": around({
    lines: "block wide(x) { return dense(x, 8) }",
    local: "let ahead = ema(wide, 0.9)(out)",
  }),
  "an average with a decay above one": around({ local: "let ahead = ema(module.next.units[1], 9)(out)" }),
  "a tap that does not exist": around({
    local: 'loss moved = mean(square(backbone.second.tap("residul")))',
    heads: "2: tried  1: off  last: linear",
  }),
  "a tap that no unit of the module has": around({
    local: 'loss moved = sum([mean(square(r)) for r in module.taps("residual")])',
    heads: "1: tried  2: linear  last: linear",
  }),
  "a tap of a later module": around({
    local: 'let far = dense(backbone.second.tap("residual"), 4)',
    heads: "1: tried  2: linear  last: linear",
  }),
  "a shared parameter with two shapes": around({
    local: "shared table = parameter([module.output.features, module.index])\n  loss held = mean(square(table))",
  }),
  "a shared parameter with two updates": around({
    local:
      'shared table = parameter([2], update = if module.index == 1 { "sum" } else { "each" })\n  loss held = mean(table)',
  }),
  "a shared layer": around({ local: "shared both = dense(out, 3)" }),
  "a shared parameter with an optimizer per module": around({
    local: "shared table = parameter([2])\n  loss held = mean(square(table))",
    train: 'optimizer: sgd(per = "module")',
  }),
  "a reach with an optimizer per module": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach module.index",
    train: 'optimizer: sgd(per = "module")',
  }),
  "an update that does not exist": around({ local: 'shared table = parameter([2], update = "summ")' }),
  "a clone of a unit on a wrong shape": around({
    local: "let copy = clone(backbone.second)(input)",
    heads: "1: tried  2: linear  last: linear",
  }),
  "a copy of weights for another width": around({
    local: 'let copy = clone(module.next.units[1], init = "copy")(input)',
    heads: "1: linear  2: tried  last: linear",
  }),
  "a clone of a unit that reads another": around({})
    .replace("unit third: dense(4) |> relu", "unit third(x) { return dense(x, 4) + dense(detach(first), 4) }")
    .replace("let out = module.output", "let out = module.output\n  let copy = clone(backbone.third)(out)"),
  "a clone in a backbone": around({}).replace("unit third: dense(4)", "unit third: clone(second) |> dense(4)"),
  "a unit that is not there": around({ heads: "local: linear  last: linear", context: "2: detach(frist)" }),
  "a unit of a later module": around({ local: "let far = dense(detach(backbone.third), 2)" }),
  "a module after the last": around({
    local: "loss ahead = mean(clone(module.next.units[1])(out))",
    heads: "each: tried",
  }),
  "an order of updates that does not exist": around({ heads: "each: linear", train: "update: imediate" }),
  "an order that does not exist": around({ heads: "each: linear", train: "order: one_by_one" }),
  "statistics that do not exist": around({ heads: "each: linear", train: "statistics: per_executoin" }),
  "a cache without a limit": around({ heads: "each: linear", train: "order: sequential  cache: outputs" }),
  "an immediate update with scopes that overlap": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach module.index",
    train: "update: immediate",
  }),
  "a reach into a finished module": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach module.index",
    train: "order: sequential",
  }),
  "a reach of units into a finished module": around({
    local: "loss far = cross_entropy(out |> dense(classes), label) reach 1 units",
    train: "order: sequential",
    heads: "1: linear  2: tried  last: linear",
  }),
  "a shared parameter of modules trained one after the other": around({
    local: "shared table = parameter([2])\n  loss held = mean(square(table))",
    train: "order: sequential",
  }),
  "an average of a module that is not trained yet": around({
    local: "let ahead = ema(module.next.units[1], 0.9)(out)\n  loss far = mean(square(ahead))",
    train: "order: sequential",
  }),
  "a readout that does not exist": around({ heads: "each: linear", more: "readout: ensembel" }),
  "a readout of a module that is not there": around({ heads: "each: linear", more: "readout: exit(4)" }),
  "a weight over a single epoch": around({ local: "loss extra = mean(out) weight schedule(1, 0, epochs = 1)" }),
  "a weight that is a rate": around({ local: "loss extra = mean(out) weight cosine(0.1)" }),
};

for (const [name, text] of Object.entries(cases)) {
  test(`${name} is reported once, with places and help`, async () => {
    const { diagnostics, sources, program } = compile({ file: "net.llnet", text });
    const rendered = diagnostics.map((each) => renderDiagnostic(each, sources)).join("\n\n");
    await expect(`${text}\n\n${rendered}\n`).toMatchFileSnapshot(
      `wrong-methods/${name.replaceAll(" ", "-").replaceAll(",", "")}.txt`,
    );
    expect(diagnostics.filter(({ severity }) => severity === "error")).toHaveLength(1);
    expect(program).toBeUndefined();
  });
}
