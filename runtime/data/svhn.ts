import type { DataDirectory } from "./data-directory.ts";
import { openDataDirectory } from "./data-directory.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount, isDataError } from "./data-error.ts";
import type { SplitWithFiles } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";
import { findLabelOutOfRange, labelOutOfRange } from "./labels.ts";
import { readMatlabFile } from "./matlab-file.ts";

const SIZE = 32;
const PIXELS = SIZE * SIZE * 3;

/**
 * Reads the cropped digits of SVHN (Netzer et al., NIPS workshop 2011): `train_32x32.mat` and `test_32x32.mat`, MATLAB
 * 5 files with `X` uint8 [32, 32, 3, count] and `y` [count, 1] from 1 to 10, where 10 stands for the digit 0.
 */
export async function readSvhnDataset(
  directory: string,
): Promise<{ train: SplitWithFiles; test: SplitWithFiles } | DataError> {
  const opened = await openDataDirectory(directory, []);
  if (isDataError(opened)) return opened;
  const train = await readSplit(opened, "train_32x32.mat");
  if (isDataError(train)) return train;
  const test = await readSplit(opened, "test_32x32.mat");
  return isDataError(test) ? test : { train, test };
}

async function readSplit(directory: DataDirectory, name: string): Promise<SplitWithFiles | DataError> {
  const loaded = await directory.load(
    [name],
    "get the cropped digits of SVHN (format 2), `train_32x32.mat` and `test_32x32.mat`",
  );
  if (isDataError(loaded)) return loaded;
  const arrays = readMatlabFile(loaded);
  if (isDataError(arrays)) return arrays;
  const X = arrays.get("X");
  const y = arrays.get("y");
  const count = X?.sizes[3] ?? 1; // MATLAB drops a last axis of size one
  if (
    X === undefined ||
    y === undefined ||
    X.sizes.slice(0, 3).join() !== "32,32,3" ||
    X.values.length !== count * PIXELS
  ) {
    const found = [...arrays].map(([array, { sizes }]) => `\`${array}\` [${sizes.join(", ")}]`).join(" and ");
    return dataError(
      "LL8006",
      loaded.path,
      `expected \`X\` [32, 32, 3, count] and \`y\` [count, 1], found ${found || "no arrays"}`,
      "this is not a file of SVHN's cropped digits: download it again",
    );
  }
  if (y.values.length !== count) {
    return dataError(
      "LL8008",
      loaded.path,
      `expected ${formatCount(count)} labels, one for each image, found ${formatCount(y.values.length)}`,
      "the file is damaged: download it again",
    );
  }
  const wrong = findLabelOutOfRange(y.values, 1, 10);
  if (wrong !== null) return labelOutOfRange(loaded.path, wrong, 1, 10);
  const labels = Int32Array.from(y.values, (label) => label % 10);
  return {
    split: { count, images: toRows(X.values, count), labels: sharedLabels(labels) },
    imageShape: [SIZE, SIZE, 3],
    files: [loaded.file],
  };
}

/** Column-major `[row, column, channel, count]` becomes `[count, row, column, channel]`. */
function toRows(values: ArrayLike<number>, count: number): Uint8Array {
  const images = sharedBytes(count * PIXELS);
  let to = 0;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        const from = image * PIXELS + column * SIZE + row;
        for (let channel = 0; channel < 3; channel++) images[to++] = values[from + channel * SIZE * SIZE] as number;
      }
    }
  }
  return images;
}
