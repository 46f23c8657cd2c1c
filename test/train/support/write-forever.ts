/** Writes one checkpoint after another until it is killed; the weights repeat the number of their step. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { emptySums, findCheckpoint, isTrainingError, writeCheckpoint } from "../../../runtime/train/loop/index.ts";

const directory = process.argv[2] ?? "";
const before = findCheckpoint(directory);
for (let step = isTrainingError(before) ? 1 : before.state.totalSteps + 1; ; step += 1) {
  const written = await writeCheckpoint(
    directory,
    { epoch: 1, step, totalSteps: step, sums: emptySums, epochs: [] },
    {
      weights: async () => new Map(),
      async save(folder) {
        mkdirSync(folder);
        writeFileSync(join(folder, "weights.bin"), `weights ${step}`.repeat(20_000));
      },
    },
  );
  if (typeof written !== "string") throw new Error(written.message);
  process.stdout.write(".");
}
