import { expect, test } from "vitest";
import { renderGraphPage } from "../../../../compiler/5-emit/graph/page/render-page.ts";
import {
  readableBytes,
  readableCount,
  readableShape,
  shortenFractions,
} from "../../../../compiler/5-emit/graph/readable-numbers.ts";
import { renderGraphSvg } from "../../../../compiler/5-emit/graph/render-graph-svg.ts";
import { emitGraph } from "../../../../compiler/5-emit/index.ts";
import { compiledAnew, compiledExample, compiledText, examples, itemsOf, pictureOf } from "./support/pictures.ts";
import { xmlProblem } from "./support/well-formed.ts";

function attributes(svg: string, name: string): string[] {
  return [...svg.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map((match) => match[1] ?? "");
}

test.each(examples)(
  "the SVG of %s is well-formed, and each part, loss, cut and context edge is in it once",
  (file, model) => {
    const compiled = compiledExample(file, model);
    const picture = pictureOf(compiled);
    const svg = emitGraph(compiled.scoped, compiled.program, "svg");
    expect(xmlProblem(svg)).toBeUndefined();
    const owners = attributes(svg, "data-owners").flatMap((names) => names.split(" "));
    const expected = [...itemsOf(picture).flatMap((item) => item.owners), ...picture.shared.map(({ id }) => id)];
    expect([...owners].sort()).toEqual([...expected].sort());
    expect(attributes(svg, "data-loss")).toEqual(
      picture.lanes
        .flatMap(({ module }) => picture.losses.filter((loss) => loss.module === module))
        .map(({ number }) => `${number}`),
    );
    expect(attributes(svg, "data-module")).toEqual(picture.lanes.map(({ module }) => `${module}`));
    expect(attributes(svg, "data-cut")).toEqual(picture.cuts.map((_, index) => `${index + 1}`));
    const rails = attributes(svg, "data-from").map((from, index) => `${from} ${attributes(svg, "data-to")[index]}`);
    expect(rails).toEqual(picture.rails.map(({ from, to }) => `${from} ${to}`));
  },
);

test("the same model gives the same bytes", () => {
  const [first, second] = [1, 2].map(() => compiledAnew("resnet32-mlaan", "resnet32_mlaan"));
  expect(renderGraphSvg(pictureOf(first!))).toBe(renderGraphSvg(pictureOf(second!)));
  expect(renderGraphPage(pictureOf(first!))).toBe(renderGraphPage(pictureOf(second!)));
});

const hostile = `
import { mlp } from "std/backbones"
import { greedy, classifier } from "std/heads"
/// </script><script>alert(1)</script> <img src=x onerror=alert(1)> & "quoted" ]]> \${1}
model m { input [4] classes 2 backbone mlp(widths = [3, 3]) split after layer[1] heads { local: greedy last: classifier } }
`;

test("a doc comment is text, in the SVG and in every part of the page", () => {
  const picture = pictureOf(compiledText(hostile));
  expect(picture.documentation).toContain("</script><script>");
  const svg = renderGraphSvg(picture);
  expect(xmlProblem(svg)).toBeUndefined();
  expect(svg).not.toMatch(/<script|<img/);
  const page = renderGraphPage(picture);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  expect(page).not.toContain("<img");
  const data = /<script type="application\/json" id="picture">(.*?)<\/script>/s.exec(page)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual(picture);
});

test("the page asks for nothing from anywhere", () => {
  const page = renderGraphPage(pictureOf(compiledExample("digits", "digits")));
  expect(page).toContain("default-src 'none'");
  expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|src=|@import|url\(/);
});

test("the page has tables of modules, and of losses with all they train", () => {
  const compiled = compiledExample("resnet32-infopro", "resnet32_infopro");
  const page = renderGraphPage(pictureOf(compiled));
  const { losses, owners, reaches } = compiled.scoped.isolation;
  for (const [row, name] of losses.entries()) {
    const trained = owners.filter((_, column) => reaches[row]?.[column]).join(", ");
    expect(page).toContain(`<td>${name}</td>`);
    expect(page).toContain(`<td>${trained}</td>`);
  }
  expect(page).toMatch(/<caption>Modules<\/caption>/);
});

test("a tiny model as a picture", async () => {
  const tiny = compiledText(`
    import { mlp } from "std/backbones"
    import { greedy, classifier } from "std/heads"
    /// Two modules.
    model tiny { input [4] classes 2 backbone mlp(widths = [3, 3]) split after layer[1]
      heads { local: greedy last: classifier } train { epochs: 1 batch: 8 } }`);
  await expect(emitGraph(tiny.scoped, tiny.program, "svg")).toMatchFileSnapshot("__snapshots__/tiny.svg");
});

test("long fractions are shortened, whole numbers and places in lists are not", () => {
  expect(
    shortenFractions("reconstruct = 5.905660377358491, table = [1, 2048], tiny = 0.00001234567, rate = 0.001"),
  ).toBe("reconstruct = 5.906, table = [1, 2048], tiny = 0.00001235, rate = 0.001");
});

test("units can be read", () => {
  expect([0, 812, 1024, 1_048_575, 161_165_312, 2 ** 40].map(readableBytes)).toEqual([
    "0 B",
    "812 B",
    "1.00 KiB",
    "1.00 MiB",
    "154 MiB",
    "1.00 TiB",
  ]);
  expect([0, 970, 4672, 999_999, 69_100_000].map(readableCount)).toEqual(["0", "970", "4.67 k", "1.00 M", "69.1 M"]);
  expect([[-1, 32, 32, 16], [-64, 49, 96], [], [-1]].map(readableShape)).toEqual([
    "32×32×16",
    "64·batch×49×96",
    "scalar",
    "one number",
  ]);
});
