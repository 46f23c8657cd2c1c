/** How long people wait for the command line in a fresh process: help, and checking files of 100 and 1,000 lines. Anchor: node doing nothing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectPath } from "../contender.ts";
import { sampleProgram } from "../grammar/sample-program.ts";
import { type Benchmark, median, type Row } from "../measurement.ts";
import { plainEnvironment } from "./plain-environment.ts";

const rounds = 15;

/** Milliseconds allowed beside bare node, or in all. */
const limits = { help: 25, check100: 100, check1000: 150 };

export const benchStart: Benchmark = async (note) => {
  note("cold starts of the command line");
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  try {
    const small = join(folder, "small.llnet");
    const large = join(folder, "large.llnet");
    const models = join(folder, "models.llnet");
    writeFileSync(small, checkedText(100, 1));
    writeFileSync(large, checkedText(1000, 1));
    writeFileSync(models, checkedText(1000, 1000));
    const launcher = projectPath("tools/cli/llnet.cjs");
    const checks = [small, large, models].map((file) => [launcher, "check", file]);
    const times = interleaveRuns([["-e", "0"], [launcher, "--help"], ...checks]);
    const [node, help, check100, check1000, checkModels] = times as [number, number, number, number, number];
    const count = readFileSync(models, "utf8").match(/^model /gm)?.length;
    const within = (value: number, limit: number) => ({ anchor: `${limit} ms`, ratio: value / limit, target: "<= 1" });
    return [
      { name: "node -e 0", value: node, unit: "ms" },
      { name: "llnet --help, beyond node", value: help - node, unit: "ms", ...within(help - node, limits.help) },
      {
        name: "llnet check, cold, 100 lines with a model",
        value: check100,
        unit: "ms",
        ...within(check100, limits.check100),
      },
      {
        name: "llnet check, cold, 1,000 lines with a model",
        value: check1000,
        unit: "ms",
        ...within(check1000, limits.check1000),
      },
      {
        name: `llnet check, cold, 1,000 lines with ${count} models`,
        value: checkModels,
        unit: "ms",
        anchor: "node",
        ratio: checkModels / node,
      },
    ] satisfies Row[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * About so many lines of blocks, backbones, heads and models, with what they import: the pieces of the sample, those after the
 * first `models` ones without their model, since every model is compiled through to its program.
 */
function checkedText(lines: number, models: number): string {
  const piece = /^\/\/\/ InfoPro on ResNet-32[\s\S]*?^ablate [\s\S]*?^}$/gm;
  // A check compiles every value of a study, which is measured elsewhere.
  const study = /^ablate [\s\S]*?^}$/m;
  let seen = 0;
  // A piece without its model is half as long.
  const all = sampleProgram(2 * lines + 100).replace(piece, (model) =>
    ++seen <= models ? model.replace(study, "") : "",
  );
  const cut = all.split("\n").slice(0, lines).join("\n");
  const whole = cut.slice(0, cut.lastIndexOf("\n}\n") + 3);
  return `import { classifier, conv_head } from "std/heads"\n\n${whole}`;
}

/** Median wall time of each command, each taking its turn; the first three rounds, which build and fill caches, do not count. */
function interleaveRuns(commands: readonly (readonly string[])[]): number[] {
  const warmUp = 3;
  const samples: number[][] = commands.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [index, options] of commands.entries()) {
      const start = performance.now();
      const { status, stdout, stderr } = spawnSync(process.execPath, [...options], {
        env: plainEnvironment(),
        encoding: "utf8",
      });
      const elapsed = performance.now() - start;
      if (status !== 0) throw new Error(`node ${options.join(" ")} ended with ${status}\n${stdout}${stderr}`);
      if (round >= warmUp) samples[index]?.push(elapsed);
    }
  }
  return samples.map(median);
}
