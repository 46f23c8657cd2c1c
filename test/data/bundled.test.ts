import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Prints who made the batches and their digest, and leaves the prefetcher open: the process has to end by itself. */
const program = `
import { createHash } from "node:crypto";
import { createBatches } from ${JSON.stringify(resolve("runtime/data/batches.ts"))};
import { openDataset } from ${JSON.stringify(resolve("runtime/data/open-dataset.ts"))};
import { createPrefetcher } from ${JSON.stringify(resolve("runtime/data/prefetcher.ts"))};

async function main() {
  const { dataset } = await openDataset("synthetic:3x6x6x3:50:10");
  const prefetcher = createPrefetcher();
  const who = await prefetcher.started;
  const hash = createHash("sha256");
  const augment = [{ kind: "pad_crop", padding: 2, mode: "zero" }, { kind: "flip" }];
  for await (const batch of createBatches({ dataset, split: "train", batch: 8, epoch: 1, seed: 1, shuffle: true, augment, prefetcher })) {
    hash.update(new Uint8Array(batch.input.buffer)).update(new Uint8Array(batch.label.buffer));
  }
  const rest = createBatches({ dataset, split: "train", batch: 8, epoch: 2, seed: 1, shuffle: true, augment, prefetcher });
  await rest.next();
  console.log(JSON.stringify({ who, digest: hash.digest("hex") }));
}
main();
`;

async function run(...arguments_: string[]): Promise<{ who: string; digest: string }> {
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { timeout: 240_000 });
  return JSON.parse(stdout) as { who: string; digest: string };
}

test("from source, bundled with and bundled without its worker, the batches are the same and the process ends", async () => {
  const directory = mkdtempSync(join(tmpdir(), "llnet-bundle-"));
  try {
    const source = join(directory, "program.mts");
    writeFileSync(source, program);
    const tsx = resolve("node_modules/tsx/dist/loader.mjs");
    const fromSource = await run("--import", tsx, source);
    expect(fromSource.who).toBe("worker");

    const settings = { bundle: true, platform: "node", format: "cjs", logLevel: "error" } as const;
    const bundle = join(directory, "program.cjs");
    await build({ ...settings, entryPoints: [source], outfile: bundle });
    expect(await run(bundle)).toEqual({ who: "in-process", digest: fromSource.digest });

    await build({
      ...settings,
      entryPoints: ["runtime/data/batch-worker.ts"],
      outfile: join(directory, "batch-worker.cjs"),
    });
    expect(await run(bundle)).toEqual({ who: "worker", digest: fromSource.digest });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
