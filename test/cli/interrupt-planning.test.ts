import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../train/support/training.ts";

const model = `import { resnet_cifar }  from "std/backbones"
import { infopro }       from "std/heads"
import { infopro_cifar } from "std/recipes"
model net {
  input    [32, 32, 3]
  classes  10
  backbone resnet_cifar(depth = 32)
  split into 4
  heads { local: infopro }
  train infopro_cifar
}
`;

// Both take minutes, far more than the test may: only a command that ends before its planning does ends in time.

/** Each of its programs is compiled, by several threads. */
const structures = `${model}ablate a of net { vary split: into 4, into 8, into 16 vary heads.local.hidden: 1..6000 }\n`;
/** One program with many recipes, which the command's own thread makes. */
const recipes = `${model}${Array.from({ length: 10 }, (_, index) => `ablate a${index} of net { vary train.epochs: 1..100 vary train.batch: 1..200 }\n`).join("")}`;

test.each([
  { verb: "plan", argv: ["ablate", "plan", "net.llnet"], text: structures },
  { verb: "run", argv: ["ablate", "run", "net.llnet", "--data", "digits"], text: recipes },
  { verb: "compile", argv: ["compile", "net.llnet", "--all-variants", "-o", "out"], text: recipes },
])("Ctrl-C while $verb makes the variants ends it at once with 130 and leaves nothing", async ({ argv, text }) => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "net.llnet"), text);
  const { code, error } = await interruptPlanning(argv, directory);
  expect(code).toBe(130);
  expect(error).not.toMatch(/^\s+at |internal error/m);
  expect(readdirSync(directory)).toEqual(["net.llnet"]);
});

/** Runs a command in a process of its own and interrupts it as soon as it tells how far its planning is. */
async function interruptPlanning(argv: readonly string[], directory: string) {
  const entry = fileURLToPath(new URL("../../tools/cli/entry.ts", import.meta.url));
  const loader = pathToFileURL(fileURLToPath(new URL("../../node_modules/tsx/dist/loader.mjs", import.meta.url))).href;
  const child = spawn(process.execPath, ["--import", loader, entry, ...argv], {
    cwd: directory,
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let error = "";
  child.stderr.on("data", (chunk) => {
    error += chunk;
    if (/^[\d,]+ of [\d,]+ variants/m.test(error)) child.kill("SIGINT");
  });
  const code = await new Promise((resolve) => child.once("exit", (status, signal) => resolve(status ?? signal)));
  return { code, error };
}
