import { expect, test } from "vitest";
import { resolve } from "../../../compiler/1-resolve/resolve.ts";
import { renderDiagnostic } from "../../../compiler/diagnostics/render.ts";
import { createMemoryHost } from "../../../compiler/source/source-host.ts";
import { parse } from "../../../grammar/index.ts";

function resolveFiles(files: Record<string, string>, main = "net.llnet") {
  const text = files[main] ?? "";
  const { value, diagnostics } = resolve(parse(text, main).tree, createMemoryHost(files));
  return { project: value, rendered: diagnostics.map((each) => renderDiagnostic(each, value.sources)).join("\n\n") };
}

test("imports are loaded once each, from the library and beside the file", () => {
  const reads: string[] = [];
  const files: Record<string, string> = {
    "nets/a.llnet": 'import { b } from "./b"\nimport { c } from "../c"\nimport { d } from "std/d"',
    "nets/b.llnet": 'import { c } from "../c.llnet"\nlet b = c',
    "c.llnet": "let c = 1",
    "std/d.llnet": "let d = 1",
  };
  const host = createMemoryHost(files);
  const counting = {
    read(path: string) {
      reads.push(path);
      return host.read(path);
    },
  };
  const { value, diagnostics } = resolve(parse(files["nets/a.llnet"] ?? "", "nets/a.llnet").tree, counting);
  expect(diagnostics).toEqual([]);
  expect(reads).toEqual(["nets/b.llnet", "c.llnet", "std/d.llnet"]);
  expect([...value.main.values.keys()]).toEqual(["b", "c", "d"]);
});

test("files that import each other are a circle", () => {
  const { rendered } = resolveFiles({
    "net.llnet": 'import { a } from "./a"\nlet x = a',
    "a.llnet": 'import { b } from "./b"\nlet a = b',
    "b.llnet": 'import { x } from "./net"\nlet b = x',
  });
  expect(rendered).toMatchInlineSnapshot(`
    "error[LL2005]: files import each other: net.llnet → a.llnet → b.llnet → net.llnet
      ┌─ b.llnet:1:19
    1 │ import { x } from "./net"
      │                   ^^^^^^^
    help: move what both need into a third file that imports neither"
  `);
});

test("a file that imports itself is a circle", () => {
  expect(resolveFiles({ "net.llnet": 'import { x } from "./net"\nlet y = x' }).rendered).toContain(
    "net.llnet → net.llnet",
  );
});

test("what a file imports is not passed on", () => {
  const { rendered } = resolveFiles({
    "net.llnet": 'import { c } from "./b"\nlet x = c',
    "b.llnet": 'import { c } from "./c"\nlet b = c',
    "c.llnet": "let c = 1",
  });
  expect(rendered).toMatchInlineSnapshot(`
    "error[LL2006]: \`b.llnet\` defines no \`c\`
      ┌─ net.llnet:1:10
    1 │ import { c } from "./b"
      │          ^
    help: it defines the let \`b\`"
  `);
});

test.each(["/etc/passwd", "https://example.org/a", "heads", "std/../secret", "std/./heads"])(
  "the import path %s is refused",
  (path) => {
    expect(resolveFiles({ "net.llnet": `import { a } from "${path}"` }).rendered).toContain("error[LL2003]");
  },
);

test("names are found inside out: body, file, imports, built-ins", () => {
  const { rendered } = resolveFiles({
    "net.llnet": `
      let relu = 1
      block a(x, width = relu) {
        let body = x |> for i in 1..width { dense(i) }
        return [body for body in [1, width]]
      }
      head h(module) { loss l = cross_entropy(module.output, label) weight fold([1], 0, (state, item) => state + item) }
      backbone b(n) { unit u[n](y) { return y }  unit v(y) { return y + u[1] } }
    `,
  });
  expect(rendered).toBe("");
});

test("an unknown name is reported with what the near ones are, every time it is used", () => {
  const { rendered } = resolveFiles({
    "net.llnet":
      "fn half(x) = x / 2\nblock skip(x) { return x }\nlet a = hal(2)\nblock b(width) { return widht |> skipp }",
  });
  expect(rendered).toMatchInlineSnapshot(`
    "error[LL2001]: there is no \`hal\` here
      ┌─ net.llnet:3:9
    3 │ let a = hal(2)
      │         ^^^
    help: did you mean the fn \`half\`?

    error[LL2001]: there is no \`widht\` here
      ┌─ net.llnet:4:25
    4 │ block b(width) { return widht |> skipp }
      │                         ^^^^^
    help: did you mean \`width\`?

    error[LL2001]: there is no \`skipp\` here
      ┌─ net.llnet:4:34
    4 │ block b(width) { return widht |> skipp }
      │                                  ^^^^^
    help: did you mean the block \`skip\`?"
  `);
});

test("words of heads are unknown elsewhere", () => {
  expect(resolveFiles({ "net.llnet": "block b(x) { return dense(x, classes) }" }).rendered).toMatchInlineSnapshot(`
    "error[LL2001]: there is no \`classes\` here
      ┌─ net.llnet:1:30
    1 │ block b(x) { return dense(x, classes) }
      │                              ^^^^^^^
    help: \`classes\` has a meaning only in heads"
  `);
});

test("a library name that is not imported is shown with its import", () => {
  const { rendered } = resolveFiles({
    "net.llnet": "backbone b() { unit u: relu }\nmodel m { input [2] classes 2 backbone b heads { last: classifier } }",
    "std/heads.llnet": "head classifier(module) { loss l = cross_entropy(module.output, label) }",
  });
  expect(rendered).toMatchInlineSnapshot(`
    "error[LL2001]: there is no \`classifier\` here
      ┌─ net.llnet:2:56
    2 │ model m { input [2] classes 2 backbone b heads { last: classifier } }
      │                                                        ^^^^^^^^^^
    help: write \`import { classifier } from "std/heads"\`"
  `);
});

test("a parameter or `let` defined twice and a type that does not exist are reported", () => {
  expect(
    resolveFiles({ "net.llnet": "block b(x, x, n: itn) { let a = 1\n let a = 2\n return x }" }).rendered,
  ).toMatchInlineSnapshot(`
    "error[LL2002]: \`x\` is already defined
      ┌─ net.llnet:1:12
    1 │ block b(x, x, n: itn) { let a = 1
      │         - first defined here
      │            ^

    error[LL2009]: there is no type \`itn\`
      ┌─ net.llnet:1:18
    1 │ block b(x, x, n: itn) { let a = 1
      │                  ^^^
    help: did you mean \`int\`?

    error[LL2002]: \`a\` is already defined
      ┌─ net.llnet:2:6
    1 │ block b(x, x, n: itn) { let a = 1
      │                             - first defined here
    2 │  let a = 2
      │      ^"
  `);
});

test("mistakes in an imported file are shown in that file", () => {
  expect(
    resolveFiles({ "net.llnet": 'import { a } from "./a"', "a.llnet": "let a = b +" }).rendered,
  ).toMatchInlineSnapshot(`
    "error[LL1003]: expected an expression, found the end of the file
      ┌─ a.llnet:1:12
    1 │ let a = b +
      │            ^ the file ends here

    error[LL2001]: there is no \`b\` here
      ┌─ a.llnet:1:9
    1 │ let a = b +
      │         ^"
  `);
});

test("a circle of definitions is reported once", () => {
  const { rendered, project } = resolveFiles({ "net.llnet": "let a = b\nfn f(x) = f(x)\nlet b = c\nlet c = a" });
  expect(rendered.match(/LL2008/g)).toHaveLength(2);
  expect(project.recursive.size).toBe(4);
});

test("a name of the library that is not imported is found there, whichever file it stands in", () => {
  const { rendered } = resolveFiles({
    "net.llnet": "let x = sampled\nlet y = smapled\nlet z = nowhere",
    "std/auglocal.llnet": "let sampled = 1",
    "std/heads.llnet": "let other = 1",
  });
  expect(rendered).toContain('help: write `import { sampled } from "std/auglocal"`');
  expect(rendered).toContain('help: did you mean `sampled` of "std/auglocal"?');
  expect(rendered.match(/help/g)).toHaveLength(2);
});

test("a library file that does not exist is compared with all there are", () => {
  const { rendered } = resolveFiles({
    "net.llnet": 'import { x } from "std/auglocl"',
    "std/auglocal.llnet": "let x = 1",
  });
  expect(rendered).toContain("did you mean `std/auglocal`?");
});
