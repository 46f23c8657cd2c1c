/** A file that uses all that heads and contexts can, with tokens changed at random. */

import { expect, test } from "vitest";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";
import { verifyProgram } from "../../../runtime/program/verify.ts";
import { fc } from "../../support/fast-check.ts";

const whole = `
block moving(x, width: int) {
  tap residual = x |> dense(width)
  return relu(residual)
}
backbone net(widths = [4, 4, 3]) {
  for i in 1..length(widths) { unit step[i]: moving(widths[i]) }
}
block recent(module, count) {
  let like = module.previous.output
  return sum([module.previous(r).input |> dense(like.features) for r in 1..min(count, module.index - 1)])
}
head copying(module, ahead, decay = 0.9) {
  shared table = parameter([classes, 4], init = normal(0, 1), update = "sum")
  let first = clone(ahead, init = "copy")(module.output) + ema(ahead, decay)(module.output)
  let out = first |> clones(module.units[1..0]) |> frozen(dense(_, 4))
  loss classes = cross_entropy(dense(out, classes), label) reach min(module.index, 2)
  loss similar = cross_entropy(dictionary_similarity(out, table), label) weight lerp(1, 2)
  loss moved = sum([mean(square(r)) for r in module.taps("residual")]) weight 0.5
}
head plain(module) { loss classes = cross_entropy(dense(module.output, classes), label) }
model m {
  input [5] classes 3
  backbone net
  split into 3 by units
  context { 2..last: recent(module, 2)  last: dense(input, 4) + dense(detach(step[1]), 4) }
  heads { local: copying(module.next.units[1])  1: copying(table([backbone.step[2], step[1], step[3]]), decay = 0.5)  last: plain }
  readout: exit(last_module)
  train { optimizer: sgd(momentum = 0.5, per = "model") update: at_end }
}
let last_module = 3
`;
const tokens: readonly string[] = whole.match(/\s+|[A-Za-z_][A-Za-z_0-9]*|[0-9.]+|"[^"]*"|\|>|=>|\.\.|./g) ?? [];
const junk = fc.oneof(
  fc.constantFrom(
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
    "next",
    "previous",
    "off",
    "label",
    "9",
  ),
  fc.nat(tokens.length - 1).map((index) => tokens[index] ?? ""),
);

test("the unchanged file is right", () => {
  const { diagnostics, sources, program } = compile({ file: "net.llnet", text: whole });
  expect(diagnostics.map((each) => renderDiagnostic(each, sources)).join("\n")).toBe("");
  expect(program && verifyProgram(program)).toEqual([]);
});

test("a changed file compiles to a well-formed program with all its heads, or a diagnostic says why not", () => {
  fc.assert(
    fc.property(fc.nat(tokens.length - 1), junk, (at, by) => {
      const text = tokens.with(at, by).join("");
      const { diagnostics, program, scoped } = compile({ file: "net.llnet", text });
      if (program === undefined || scoped === undefined) {
        expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
        return;
      }
      expect(verifyProgram(program)).toEqual([]);
      if (text.includes("off")) return;
      expect(scoped.modules.every(({ head }) => head !== undefined)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
