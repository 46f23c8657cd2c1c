/**
 * Warm parsing of a synthetic file of about 1,000 lines, next to TypeScript's own parser on TypeScript of equal size. Run by itself with
 * `npx tsx bench/grammar/parse.bench.ts`; a runner collects `benchParse`. Trust the ratio: it survives a busy machine.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { parse as Parse } from "../../grammar/index.ts";
import { sampleProgram } from "./sample-program.ts";

export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the ratio compares with. */
  readonly anchor: string;
  readonly ratio: number;
  /** What is hoped for, in words. */
  readonly target: string;
}

export async function benchParse(): Promise<Measurement[]> {
  const parse = await loadBundled();
  const text = sampleProgram(1000);
  const broken = breakEvery(text, 20);
  const single = breakEvery(text, 500);
  const { errors } = parse(text, "sample.llnet");
  if (errors.length > 0) throw new Error(`the sample has ${errors.length} problems: ${errors[0]?.message}`);
  const typescript = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const peer = sampleTypeScript(text.length);
  const [ours, theirs, oursBroken, oursSingle] = interleave([
    () => parse(text, "sample.llnet").tree.declarations.length,
    () => typescript.createSourceFile("sample.ts", peer, typescript.ScriptTarget.ES2022, false).statements.length,
    () => parse(broken, "sample.llnet").tree.declarations.length,
    () => parse(single, "sample.llnet").tree.declarations.length,
  ]) as [number, number, number, number];
  const lines = text.split("\n").length;
  const perByte = ours / text.length / (theirs / peer.length);
  return [
    {
      name: "parse, warm",
      value: (lines / ours) * 1000,
      unit: "lines/s",
      anchor: "250000 lines/s",
      ratio: lines / ours / 250,
      target: ">= 1",
    },
    {
      name: "parse, warm, per byte",
      value: text.length / ours / 1000,
      unit: "MB/s",
      anchor: "ts.createSourceFile",
      ratio: perByte,
      target: "<= 1.0",
    },
    {
      name: "parse, every 20th line broken",
      value: oursBroken,
      unit: "ms",
      anchor: "the same file, whole",
      ratio: oursBroken / ours,
      target: "<= 3.5",
    },
    {
      name: "parse, a broken line in 500",
      value: oursSingle,
      unit: "ms",
      anchor: "the same file, whole",
      ratio: oursSingle / ours,
      target: "<= 1.15",
    },
  ];
}

/** The parser as it ships, in one minified file: loaders that keep function names make closures several times slower. */
async function loadBundled(): Promise<typeof Parse> {
  const directory = await mkdtemp(join(tmpdir(), "llnet-bench-"));
  const outfile = join(directory, "grammar.mjs");
  try {
    const entry = fileURLToPath(new URL("../../grammar/index.ts", import.meta.url));
    await build({
      entryPoints: [entry],
      outfile,
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const bundled = (await import(pathToFileURL(outfile).href)) as { parse: typeof Parse };
    return bundled.parse;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Medians in milliseconds, after a warm-up, the contenders taking turns so that a busy moment hits all of them. */
function interleave(contenders: readonly (() => number)[]): number[] {
  const samples: number[][] = contenders.map(() => []);
  const rounds = 150;
  for (let round = 0; round < rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const start = performance.now();
      if (contender() < 0) throw new Error("nothing was read");
      if (round >= rounds / 2) samples[index]?.push(performance.now() - start);
    }
  }
  return samples.map((times) => times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN);
}

/** Takes the first `=` or `(` out of every n-th line. */
function breakEvery(text: string, count: number): string {
  const damage = (line: string, index: number): string =>
    index % count === count - 1 ? line.replace(/[=(]/, "") : line;
  return text.split("\n").map(damage).join("\n");
}

/** TypeScript that says about the same, as long as `length` characters. */
function sampleTypeScript(length: number): string {
  const piece = `
/** Basic residual block (He et al., 2016, section 3.3). */
export function basic(x: Tensor, width: number, stride = 1): Tensor {
  const body = relu(batchNorm(conv(x, width, 3, { stride: stride, bias: false })));
  const skip = stride === 1 && x.channels === width ? x : batchNorm(conv(x, width, 1, { stride: stride }));
  tap("residual", body);
  return relu(add(body, skip));
}
export const resnet32 = model({
  input: [32, 32, 3], classes: 10, backbone: resnet({ depth: 32 }),
  train: { optimizer: sgd({ momentum: 0.9, nesterov: true }), rate: cosine({ peak: 0.8, warmup: 10 }), batch: 1024 },
});
`;
  return piece.repeat(Math.ceil(length / piece.length)).slice(0, Math.ceil(length / piece.length) * piece.length);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const { name, value, unit, anchor, ratio, target } of await benchParse()) {
    const shown = value >= 1000 ? Math.round(value).toLocaleString("en") : value.toFixed(2);
    console.log(
      `${name.padEnd(32)} ${shown.padStart(10)} ${unit.padEnd(8)} ${ratio.toFixed(2)} of ${anchor} (target ${target})`,
    );
  }
}
