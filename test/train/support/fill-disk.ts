/** Writes a small checkpoint, then one that does not fit on the disk, and says what is left. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptySums, findCheckpoint, isTrainingError, writeCheckpoint } from "../../../runtime/train/loop/index.ts";

const directory = process.argv[2] ?? "";

function write(step: number, bytes: number) {
  return writeCheckpoint(
    directory,
    { epoch: 1, step, totalSteps: step, sums: emptySums, epochs: [] },
    {
      weights: async () => new Map(),
      async save(folder) {
        mkdirSync(folder);
        writeFileSync(join(folder, "weights.bin"), "x".repeat(bytes));
      },
    },
  );
}

await write(1, 20_000);
const error = await write(2, 100_000);
const found = findCheckpoint(directory);
const loads = !isTrainingError(found) && readFileSync(join(found.weights, "weights.bin")).length === 20_000;
console.log(
  JSON.stringify({ code: isTrainingError(error) ? error.code : "none", kept: readdirSync(directory).length, loads }),
);
