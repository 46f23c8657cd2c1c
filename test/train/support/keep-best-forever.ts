/** Goes on with a run of made-up epochs, each better than the one before, until it is killed; weights repeat their epoch. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createCheckpointKeeper,
  findCheckpoint,
  initialState,
  isTrainingError,
  type TrainingState,
} from "../../../runtime/train/loop/index.ts";
import { recordOf } from "./records.ts";
import { smallProgram } from "./training.ts";

const run = process.argv[2] ?? "";
const before = findCheckpoint(join(run, "checkpoint"));
let state: TrainingState = isTrainingError(before) ? initialState : before.state;
const keeper = createCheckpointKeeper(run, smallProgram(), {
  weights: async () => new Map(),
  async save(folder) {
    mkdirSync(folder);
    writeFileSync(join(folder, "weights.bin"), `epoch ${state.epochs.length}`.repeat(20_000));
  },
});
keeper.begin(state);
for (;;) {
  const epoch = state.epoch;
  const record = recordOf(epoch, 1 - 1 / (epoch + 1));
  state = { ...state, epoch: epoch + 1, totalSteps: epoch * 5, epochs: [...state.epochs, record] };
  for (const write of [keeper.keepBest, keeper.checkpoint]) {
    const written = await write(state);
    if (typeof written !== "string") throw new Error(written.message);
  }
  process.stdout.write(".");
}
