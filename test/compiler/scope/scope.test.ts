import { expect, test } from "vitest";
import { printScopedModel } from "../../../compiler/3-scope/print.ts";
import { compile, renderDiagnostic } from "../../../compiler/index.ts";

const network = `
backbone chain(count = 6) {
  for l in 1..count { unit layer[l]: dense(4 * l, bias = false) |> relu }
}
head local_classes(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
head task(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
`;

function model(items: string): string {
  return `${network}model net {\n  input [8]\n  classes 2\n  backbone chain()\n  ${items}\n}\n`;
}

const heads = "heads { local: local_classes  last: task }";

function compileItems(items: string) {
  return compile({ file: "net.llnet", text: model(items) });
}

function cutsOf(items: string): string[] {
  const { scoped, diagnostics, sources } = compileItems(items);
  if (scoped === undefined) throw new Error(diagnostics.map((each) => renderDiagnostic(each, sources, {})).join("\n"));
  return scoped.modules.slice(0, -1).map(({ units }) => units.at(-1)?.address ?? "");
}

function rendered(items: string): string {
  const { diagnostics, sources } = compileItems(items);
  return `\n${diagnostics.map((each) => renderDiagnostic(each, sources, { color: false })).join("\n")}`;
}

test("a model without a split is one module with a classifier", () => {
  const { scoped } = compileItems("");
  expect(printScopedModel(scoped!)).toMatchInlineSnapshot(`
    "model net
      module 1   layer[1] … layer[6]   6 units
        float32[batch, 8] → float32[batch, 24]
        head classifier

    loss module[1].classes   weight 1   trains 8 weights

                      layer[1]
                      │ layer[2]
                      │ │ layer[3]
                      │ │ │ layer[4]
                      │ │ │ │ layer[5]
                      │ │ │ │ │ layer[6]
                      │ │ │ │ │ │ head[1]
    module[1].classes ● ● ● ● ● ● ●
    "
  `);
});

test("a scoped model prints its modules, losses and isolation matrix", () => {
  const { scoped } = compileItems(`split after layer[2], layer[4] ${heads}`);
  expect(printScopedModel(scoped!)).toMatchInlineSnapshot(`
    "model net
      module 1   layer[1] … layer[2]   2 units
        float32[batch, 8] → float32[batch, 8]
        head local_classes
      module 2   layer[3] … layer[4]   2 units
        float32[batch, 8] → float32[batch, 16]
        head local_classes
      module 3   layer[5] … layer[6]   2 units
        float32[batch, 16] → float32[batch, 24]
        head task

    loss module[1].classes   weight 1   trains 4 weights
    loss module[2].classes   weight 1   trains 4 weights
    loss module[3].classes   weight 1   trains 4 weights

                      layer[1]
                      │ layer[2]
                      │ │ head[1]
                      │ │ │ layer[3]
                      │ │ │ │ layer[4]
                      │ │ │ │ │ head[2]
                      │ │ │ │ │ │ layer[5]
                      │ │ │ │ │ │ │ layer[6]
                      │ │ │ │ │ │ │ │ head[3]
    module[1].classes ● ● ● · · · · · ·
    module[2].classes · · · ● ● ● · · ·
    module[3].classes · · · · · · ● ● ●
    "
  `);
});

test.for([
  ["into 2 by units", ["layer[3]"]],
  ["into 4 by units", ["layer[1]", "layer[2]", "layer[4]"]],
  ["into 1", []],
  ["into 2 by parameters", ["layer[5]"]],
  ["into 2 by macs", ["layer[5]"]],
  ["into 3 by units with layer[2] + layer[3]", ["layer[1]", "layer[3]"]],
] as const)("split %s cuts after %s", ([split, cuts]) => {
  expect(cutsOf(`split ${split} ${heads}`)).toEqual(cuts);
});

test("heads are chosen by the last line that selects their module", () => {
  const { scoped } = compileItems(
    "split into 4 heads { local: local_classes  2..last - 1: off  3: local_classes  last: task }",
  );
  expect(scoped?.modules.map(({ head }) => head?.name)).toEqual(["local_classes", undefined, "local_classes", "task"]);
});

test("a cut at the end leaves nothing for the last module", () => {
  expect(rendered(`split after layer[2], layer[6] ${heads}`)).toMatchInlineSnapshot(`
    "
    error[LL4004]: \`layer[6]\` is the last unit: nothing would be left for the last module
       ┌─ net.llnet:11:25
    11 │   split after layer[2], layer[6] heads { local: local_classes  last: task }
       │                         ^^^^^^^^
    help: the last possible cut is after \`layer[5]\`"
  `);
});

test("cuts out of order and repeated cuts are told apart", () => {
  expect(rendered(`split after layer[4], layer[2], layer[4] ${heads}`)).toMatchInlineSnapshot(`
    "
    error[LL4003]: \`layer[2]\` comes before \`layer[4]\` in the backbone
       ┌─ net.llnet:11:25
    11 │   split after layer[4], layer[2], layer[4] heads { local: local_classes  last: task }
       │                         ^^^^^^^^
    help: name cuts in the order of the backbone: layer[2], layer[4]
    error[LL4002]: \`layer[4]\` is cut twice
       ┌─ net.llnet:11:35
    11 │   split after layer[4], layer[2], layer[4] heads { local: local_classes  last: task }
       │               -------- cut here already
       │                                   ^^^^^^^^
    help: remove one of the two"
  `);
});

test("more modules than units are refused", () => {
  expect(rendered(`split into 7 ${heads}`)).toMatchInlineSnapshot(`
    "
    error[LL4005]: the backbone cannot be split into 7 modules, only into 1 to 6
       ┌─ net.llnet:11:9
    11 │   split into 7 heads { local: local_classes  last: task }
       │         ^^^^^^
    help: the backbone has 6 units"
  `);
});

test("a cut may not part units kept together", () => {
  expect(rendered(`split after layer[2] with layer[2] + layer[3] ${heads}`)).toMatchInlineSnapshot(`
    "
    error[LL4006]: a cut after \`layer[2]\` parts units that \`with\` keeps together
       ┌─ net.llnet:11:15
    11 │   split after layer[2] with layer[2] + layer[3] heads { local: local_classes  last: task }
       │               ^^^^^^^^
    help: cut after \`layer[1]\` or \`layer[3]\` instead"
  `);
});

test("a selector outside the modules is reported with their number", () => {
  expect(rendered("split into 2 heads { 3: local_classes  local: local_classes  last: task }")).toMatchInlineSnapshot(`
    "
    error[LL5011]: there is no module 3
       ┌─ net.llnet:11:24
    11 │   split into 2 heads { 3: local_classes  local: local_classes  last: task }
       │                        ^
    help: modules count from 1 to 2"
  `);
});

test("a last module without a prediction cannot be read out", () => {
  expect(rendered(`split into 2 heads { local: local_classes  last: off }`)).toMatchInlineSnapshot(`
    "
    error[LL5012]: module 2 cannot classify: its head is \`off\`
       ┌─ net.llnet:11:46
    11 │   split into 2 heads { local: local_classes  last: off }
       │                                              ^^^^^^^^^
    help: give it a head that classifies, such as \`classifier\`"
  `);
});

test("an edge over a cut must be detached", () => {
  const text = `
backbone skipping() {
  unit a: dense(4)
  unit b: dense(4)
  unit c(x) { return x + a }
}
head task(module) { loss classes = cross_entropy(module.output |> dense(classes), label) }
model net { input [8]  classes 2  backbone skipping()  split after b  heads { each: task } }
`;
  const { diagnostics, sources } = compile({ file: "net.llnet", text });
  expect(
    `\n${diagnostics.map((each) => renderDiagnostic(each, sources, { color: false })).join("\n")}`,
  ).toMatchInlineSnapshot(`
    "
    error[LL4011]: a gradient would flow from module 2 through \`a\` into module 1
      ┌─ net.llnet:3:8
    3 │   unit a: dense(4)
      │        ^
      │        - \`a\` belongs to module 1
    help: write \`detach(a)\` to use its values without training it, or move the cut"
  `);
  const detached = compile({ file: "net.llnet", text: text.replace("x + a", "x + detach(a)") });
  expect(detached.diagnostics).toEqual([]);
});

test("a loss that depends on no weight is an error, and what it leaves untrained is not said again", () => {
  const text = `
backbone chain() { unit a: dense(4)  unit b: dense(4) }
head idle(module) { loss nothing = mean_squared_error(detach(module.output), module.output |> detach) }
model net { input [8]  classes 4  backbone chain()  split after a  heads { local: idle } }
`;
  const { diagnostics, sources } = compile({ file: "net.llnet", text });
  expect(
    `\n${diagnostics.map((each) => renderDiagnostic(each, sources, { color: false })).join("\n")}`,
  ).toMatchInlineSnapshot(`
    "
    error[LL5014]: loss \`module[1].nothing\` trains nothing
      ┌─ net.llnet:3:26
    3 │ head idle(module) { loss nothing = mean_squared_error(detach(module.output), module.output |> detach) }
      │                          ^^^^^^^
    help: it depends on no weight of its module or head; check for \`detach\` and constant inputs"
  `);
});
