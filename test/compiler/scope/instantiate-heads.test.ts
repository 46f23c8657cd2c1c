import { expect, test } from "vitest";
import { compile } from "../../../compiler/index.ts";

/** Six units in six modules, two of each width; `head` is what every local module has. */
function modulesWith(head: string) {
  const text = `import { mlp } from "std/backbones"
head own(module) { ${head} }
model net {
  input    [12]
  classes  3
  backbone mlp(widths = [8, 8, 6, 6, 4, 4])
  split into 6
  heads { local: own }
  train { batch: 4 epochs: 1 }
}`;
  const { scoped, diagnostics } = compile({ file: "net.llnet", text });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return scoped?.modules ?? [];
}

test("modules that are alike in all their head looks at share its evaluation", () => {
  const heads = modulesWith("loss classes = cross_entropy(module.output |> dense(classes), label)").map(
    ({ head }) => head,
  );
  expect(heads[0]).toBe(heads[1]);
  expect(heads[2]).toBe(heads[3]);
  expect(heads[0]).not.toBe(heads[2]);
  // The last one has a classifier.
  expect(heads[4]).not.toBe(heads[5]);
});

test("a head that asks for its module's number is its own", () => {
  const modules = modulesWith(
    "loss classes = cross_entropy(module.output |> dense(module.index) |> dense(classes), label)",
  );
  const widths = modules.slice(0, 5).map(({ head }) => head?.fragment.nodes[0]?.type.shape.at(-1));
  expect(widths).toEqual([1, 2, 3, 4, 5]);
});

test("a head that finds its own module again from a later one trains it", () => {
  const modules = modulesWith(
    "let own = module.next.previous.output\n loss classes = cross_entropy(own |> dense(classes), label)",
  );
  const sources = modules.slice(0, 5).map(({ head }) => head?.fragment.inputs[0]?.source);
  expect(sources).toEqual(Array.from({ length: 5 }, () => ({ kind: "module_output" })));
});

test("what a head reads of the module before it is that module's", () => {
  const modules = modulesWith(`let before = if module.index > 1 { module.previous.input } else { module.input }
  loss classes = cross_entropy(before |> dense(classes), label)
  loss other = cross_entropy(module.output |> dense(classes), label)`);
  const sources = modules.slice(0, 5).map(({ head }) => head?.fragment.inputs[0]?.source);
  expect(sources).toEqual([
    { kind: "module_input" },
    { kind: "module_input", module: 1 },
    { kind: "module_input", module: 2 },
    { kind: "module_input", module: 3 },
    { kind: "module_input", module: 4 },
  ]);
});
