import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runCli } from "./support/run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "llnet-new-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const place = (name: string) => join(folder, `${name}.llnet`);

test("what is written is readable, formatted and clean, and says what to do next", async () => {
  const file = place("net");
  const words =
    "--backbone resnet32 --method infopro --modules 4 --data cifar10 --epochs 20 --context supply_image".split(" ");
  const { code, out, error } = await runCli(["new", "net", ...words, "-o", file]);
  expect([code, out]).toEqual([0, `${file}\n`]);
  expect(error).toBe(`\nnext:\n  llnet summary ${file}\n  llnet train ${file} --data cifar10:DIR\n`);
  expect(readFileSync(file, "utf8")).toMatchInlineSnapshot(`
    "import { resnet_cifar }        from "std/backbones"
    import { supply_image }        from "std/contsup"
    import { classifier, infopro } from "std/heads"
    import { infopro_cifar }       from "std/recipes"

    /// resnet32 (std/backbones) in 4 gradient-isolated modules, the local ones trained by \`infopro\`.
    model net {
      input    [32, 32, 3] // height, width, channels of one sample
      classes  10
      backbone resnet_cifar(depth = 32)

      split into 4 by memory // or: by memory, units, parameters, macs; or: after UNIT, UNIT

      context { 2..last: supply_image(module, input) }

      heads { // each trains its module and no other
        local: infopro(reconstruct = lerp(5, 1), classify = lerp(0.5, 1))
        last:  classifier
      }

      train infopro_cifar {
        rate:   cosine(peak = 0.1, warmup = 2, start = 0.01)
        batch:  128
        epochs: 20
        seed:   1
        data:   "cifar10"
      }
    }
    "
  `);
  expect((await runCli(["fmt", "--check", file])).code).toBe(0);
  expect((await runCli(["lint", file])).code).toBe(0);
});

test("what is written trains at once", async () => {
  const file = place("digits-net");
  const words = "--backbone mlp --method greedy --modules 3 --data digits".split(" ");
  expect((await runCli(["new", "digits-net", ...words, "-o", file])).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain("model digits_net {");
  const trained = await runCli(["train", file, "--max-steps", "2", "--out", join(folder, "run")]);
  expect([trained.code, trained.error.includes("error")]).toEqual([0, false]);
  expect(existsSync(join(folder, "run", "checkpoint"))).toBe(true);
});

test("a file that is there stays, unless --force says otherwise", async () => {
  const file = place("kept");
  expect((await runCli(["new", "kept", "--method", "greedy", "-o", file])).code).toBe(0);
  const before = readFileSync(file, "utf8");
  const refused = await runCli(["new", "kept", "--method", "dgl", "-o", file]);
  expect([refused.code, refused.error]).toEqual([
    2,
    `error: \`${file}\` is there already\nhelp: choose another name with -o, or write over it with --force\n`,
  ]);
  expect(readFileSync(file, "utf8")).toBe(before);
  expect((await runCli(["new", "kept", "--method", "dgl", "--force", "-o", file])).code).toBe(0);
  expect(readFileSync(file, "utf8")).not.toBe(before);
});

test("a method may be called by its paper", async () => {
  const file = place("by-paper");
  expect((await runCli(["new", "by-paper", "--method", "man", "-o", file])).code).toBe(0);
  expect(readFileSync(file, "utf8")).toContain("local: momentum\n");
});

test.each<[string, string]>([
  ["net --backbone resnet23", "there is no backbone `resnet23`\nhelp: did you mean"],
  ["net --method infopr", "there is no method `infopr`\nhelp: did you mean `infopro`"],
  ["net --data cifar", "there is no dataset `cifar`\nhelp: did you mean `cifar10`"],
  ["net --context supply_imag", "there is no context `supply_imag`\nhelp: did you mean `supply_image`"],
  ["3net", "`3net` is no name"],
  ["", "the model has no name"],
  ["net --method end_to_end --modules 4", "`end_to_end` is one module"],
  ["net --modules 1", "`infopro` trains local modules, and one has none"],
  ["net --method end_to_end --context supply_image", "one module has no cut"],
  ["net --method mlaan", "`mlaan` is known for `resnet32` in 8 modules alone"],
  ["net --backbone mlp --method infopro", "`mlp` and `infopro` do not fit together in 4 modules"],
])("llnet new %s is refused in words, and nothing is written", async (words, message) => {
  const file = place("refused");
  const { code, out, error } = await runCli(["new", ...words.split(" ").filter(Boolean), "-o", file]);
  expect([code, out, existsSync(file)]).toEqual([2, "", false]);
  expect(error).toContain(`error: ${message}`.replace("error: one module has no cut", "one module has no cut"));
});

test("--list shows all there is to choose, as text and as data", async () => {
  const { code, out } = await runCli(["new", "--list"]);
  expect(code).toBe(0);
  for (const word of [
    "--backbone",
    "resnet110",
    "--method",
    "feature_reconstruction",
    "supply_both",
    "32 by 32 by 3",
  ]) {
    expect(out).toContain(word);
  }
  const listed = JSON.parse((await runCli(["new", "--list", "--json"])).out);
  expect(Object.keys(listed)).toEqual(["backbones", "methods", "contexts", "data"]);
  expect(listed.backbones).toContainEqual(expect.objectContaining({ name: "resnet32", declaration: "resnet_cifar" }));
});
