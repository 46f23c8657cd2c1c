import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatText } from "../../../compiler/format/index.ts";
import { becomes, expectKept, stays } from "./expect-format.ts";

const root = new URL("../../../", import.meta.url);

test.each(
  ["std", "examples"]
    .flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => `${folder}/${name}`))
    .filter((name) => name.endsWith(".llnet")),
)("%s is formatted", (name) => stays(readFileSync(new URL(name, root), "utf8")));

test("an empty file and a file of comments stay as they are", () => {
  stays("");
  stays("// nothing yet\n");
  becomes("\n\n  // one\n\n\n\n// two", "// one\n\n// two\n");
});

test("imports line up, with one space inside their braces", () => {
  becomes(
    `import {a} from "std/heads"\nimport { b ,conv_head,} from "./b"\nlet x=1`,
    `import { a }            from "std/heads"\nimport { b, conv_head } from "./b"\n\nlet x = 1\n`,
  );
});

test("an empty line or a comment ends a column", () => {
  becomes(
    `recipe r { batch: 1\nepochs: 2\n\nseed: 3\n// now\nrate: constant(1) }`,
    `recipe r {\n  batch:  1\n  epochs: 2\n\n  seed: 3\n  // now\n  rate: constant(1)\n}\n`,
  );
});

test("the items of a model line up, and items in braces stand apart", () => {
  becomes(
    `model m { input [8]\nclasses 10\nbackbone mlp(widths=[3])\nsplit into 2 by units\nheads { local: greedy\nlast: off }\ntrain {\nbatch:3 } }`,
    `model m {
  input    [8]
  classes  10
  backbone mlp(widths = [3])
  split    into 2 by units

  heads {
    local: greedy
    last:  off
  }

  train {
    batch: 3
  }
}
`,
  );
});

test("comments stay before, behind and after what they are about", () => {
  stays(`// the file

/// Documentation.
block a(
  x, // the tensor
  // how wide
  width = 3,
) { // opened
  // first
  let y = x // behind

  // apart
  return y
  // last
}
// below

// the end
`);
});

test("one thing in braces stays on its line where the author left it there", () => {
  stays("recipe r { batch: 1 }\n");
  stays("recipe r {\n  batch: 1\n}\n");
  becomes("recipe r { batch: 1\nepochs: 2 }\n", "recipe r {\n  batch:  1\n  epochs: 2\n}\n");
  const long = `return ${"v".repeat(110)}`;
  becomes(`block b(x) { ${long} }\n`, `block b(x) {\n  ${long}\n}\n`);
});

test("a range of modules needs no parentheses", () => {
  stays("model m {\n  heads {\n    1:           off\n    2..last - 1: greedy\n  }\n}\n");
});

test("the lines of a long split stay", () => {
  stays(`model m {
  split after stem,
              stage[1].block[1], stage[1].block[2],
              stage[2].block[1]
}
`);
});

test("a comment where none is expected moves above its statement", () => {
  becomes("let a = 1 + // why\n  2\n", "// why\nlet a = 1 + 2\n");
});

test("a documenting comment that moves documents nothing new", () => {
  becomes("let a = 1 + /// why\n  2\n", "// why\nlet a = 1 + 2\n");
});

test("a pipe that does not fit has one step per line under its first step", () => {
  becomes(
    `block b(x) { let body = x |> conv(width, 3, stride = stride, bias = false) |> batch_norm |> relu |> conv(width, 3, bias = false) |> batch_norm }`,
    `block b(x) {
  let body = x |> conv(width, 3, stride = stride, bias = false)
               |> batch_norm
               |> relu
               |> conv(width, 3, bias = false)
               |> batch_norm
}
`,
  );
});

test("lines of a pipe that the author broke stay", () => {
  stays(
    `block b(x) {
  let body = x |> conv(width, 3) |> batch_norm |> relu
               |> conv(width, 3) |> batch_norm
  return x
    |> for i in 1..n { conv(width, 3) |> relu }
    |> pool_all // now a row

    // classes
    |> dense(classes)
}
`.replace("\n\n    // classes", "\n    // classes"),
  );
});

test("else stands under if where each branch fits on a line", () => {
  stays(`block b(x) {
  let skip = if stride == 1 and x.channels == width { x }
             else { x |> conv(width, 1, stride = stride, bias = false) |> batch_norm |> relu |> relu |> relu }
}
`);
});

test("branches that do not fit stand between their braces", () => {
  const call = `${"a".repeat(60)}(${"b".repeat(50)})`;
  stays(`let x = if a {\n  ${call}\n} else {\n  2\n}\n`);
});

test("arguments that do not fit stand one per line with a comma behind the last", () => {
  const value = "v".repeat(60);
  stays(`let x = f(\n  ${value},\n  b = ${value},\n)\n`);
});

test("a choice of values may begin its line", () => {
  const branch = "b".repeat(60);
  stays(`let x = f(\n  if a { ${branch} } else { 2 },\n  ${branch},\n)\n`);
  stays(`fn f(a) =\n  if a { ${branch} }\n  else { ${branch} }\n`);
});

test("numbers that do not fit fill their lines", () => {
  const numbers = Array.from({ length: 60 }, (_, index) => String(index)).join(", ");
  const { text } = formatText(`let x = table([${numbers}])`, "test.llnet");
  expect(text.split("\n").length).toBe(5);
  stays(text);
});

test.each([
  ["(a + b) * c", "(a + b) * c"],
  ["((a * b)) + c", "a * b + c"],
  ["a - (b - c)", "a - (b - c)"],
  ["1..(n - 1)", "1..(n - 1)"],
  ["1..n - 1", "1..(n - 1)"],
  ["a or b and c", "a or (b and c)"],
  ["not (a == b)", "not (a == b)"],
  ["-(a + b)", "-(a + b)"],
  ["(x |> f) + 1", "(x |> f) + 1"],
  ["(f)(x)", "f(x)"],
  ["((a) => b)(c)", "((a) => b)(c)"],
  ["if a { 1 } else { if b { 2 } else { 3 } }", "if a { 1 } else if b { 2 } else { 3 }"],
  ["match k { 2: a, else: b, }", "match k { 2: a, else: b }"],
  ["1e-4 + 123.0", "1e-4 + 123.0"],
  ['"a \\" // b"', '"a \\" // b"'],
])("%s is written %s", (before, after) => becomes(`let x = ${before}\n`, `let x = ${after}\n`));

test("the weight of a loss that does not fit stands on the next line", () => {
  stays(`head h(module) {
  loss short = f(x) weight 2 reach 3 units
  loss classes = if contrast { supervised_contrastive(normalize(out), label, temperature = 0.07) }
                 else { cross_entropy(out, label) }
    weight classify reach 2
}
`);
});

test("an ablation lines up its paths, and splits among other values keep their parentheses", () => {
  stays(`ablate depth of m {
  vary split:        into 1, after a, b[1], into 4 by memory
  vary heads.local:  (after a, b), dgl()
  vary train.memory: at most 64 MB
  repeat seed:       1..3
  compare to         split = into 1
}
`);
});

test("a row of values that does not fit has one per line, and a list of cuts in it reads back as it was laid out", () => {
  const value = "v".repeat(45);
  stays(`ablate depth of m {
  vary (split, b): (
                     ${value} + ${value},
                     after a, c
                   ),
                   (1, after a, b)
}
`);
  const wide = `((x, item) => [width, units, x |> for weight in input { module }])`;
  expectKept(`ablate a of m { vary (a, b.c): ([not 0.5 for i in 64] + ${wide}, after a, c) }`);
});

test("with a syntax error the other declarations are formatted and the damaged one is left", () => {
  const damaged = "block  b( x { let y =  }\n";
  expect(formatText(`let  a=1\n${damaged}\nlet  c = 2 // kept\n`, "test.llnet").text).toBe(
    `let a = 1\n${damaged}\nlet c = 2 // kept\n`,
  );
});
