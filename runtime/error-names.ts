/** Every code of the runtime with its name: what `llnet explain` and the page of diagnostics list beside the compiler's. */
import { dataErrorNames } from "./data/data-error.ts";
import { engineErrorNames } from "./engine/engine-error.ts";
import { trainingErrorNames } from "./train/loop/training-error.ts";
import { trainerErrorNames } from "./train/trainer-error.ts";

export const runtimeErrorNames: Readonly<Record<string, string>> = {
  ...dataErrorNames,
  ...trainerErrorNames,
  ...trainingErrorNames,
  ...engineErrorNames,
};
