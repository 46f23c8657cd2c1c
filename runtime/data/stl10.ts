import type { DataDirectory } from "./data-directory.ts";
import { openDataDirectory } from "./data-directory.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount, isDataError } from "./data-error.ts";
import type { SplitWithFiles } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";
import { findLabelOutOfRange, labelOutOfRange } from "./labels.ts";

const SIZE = 96;
const PLANE = SIZE * SIZE;
const PIXELS = 3 * PLANE;
const CLASSES = 10;

/**
 * Reads the labelled splits of STL-10 in their binary format (Coates, Lee and Ng, AISTATS 2011): `train_X.bin` and
 * `test_X.bin` hold red, green and blue planes of 96 x 96 column by column, `train_y.bin` and `test_y.bin` a label byte
 * 1..10 each.
 */
export async function readStl10Dataset(
  directory: string,
): Promise<{ train: SplitWithFiles; test: SplitWithFiles; classNames: string[] | null } | DataError> {
  const opened = await openDataDirectory(directory, ["stl10_binary"]);
  if (isDataError(opened)) return opened;
  const [train, test, names] = await Promise.all([
    readSplit(opened, "train"),
    readSplit(opened, "test"),
    opened.loadIfPresent(["class_names.txt"]),
  ]);
  if (isDataError(train)) return train;
  if (isDataError(test)) return test;
  const classNames =
    names === null || isDataError(names) ? [] : new TextDecoder().decode(names.content).trim().split(/\s+/);
  return { train, test, classNames: classNames.length === CLASSES ? classNames : null };
}

async function readSplit(directory: DataDirectory, name: "train" | "test"): Promise<SplitWithFiles | DataError> {
  const help = "get `stl10_binary.tar.gz` and unpack it";
  const imageFile = await directory.load([`${name}_X.bin`], help);
  if (isDataError(imageFile)) return imageFile;
  const labelFile = await directory.load([`${name}_y.bin`], help);
  if (isDataError(labelFile)) return labelFile;
  const { content } = imageFile;
  if (content.length === 0) return dataError("LL8010", imageFile.path, "the file holds no images", "download it again");
  if (content.length % PIXELS !== 0) {
    return dataError(
      "LL8005",
      imageFile.path,
      `expected a multiple of ${formatCount(PIXELS)} bytes, found ${formatCount(content.length)}`,
      "the file is cut short or damaged: download it again",
    );
  }
  const count = content.length / PIXELS;
  if (labelFile.content.length !== count) {
    return dataError(
      "LL8008",
      labelFile.path,
      `expected ${formatCount(count)} labels, one for each image of \`${imageFile.file.name}\`, ` +
        `found ${formatCount(labelFile.content.length)}`,
      "take both files from the same download",
    );
  }
  const wrong = findLabelOutOfRange(labelFile.content, 1, CLASSES);
  if (wrong !== null) return labelOutOfRange(labelFile.path, wrong, 1, CLASSES);
  return {
    split: {
      count,
      images: toRows(content, count),
      labels: sharedLabels(Int32Array.from(labelFile.content, (label) => label - 1)),
    },
    imageShape: [SIZE, SIZE, 3],
    files: [imageFile.file, labelFile.file],
  };
}

/** `[count, channel, column, row]` becomes `[count, row, column, channel]`. */
function toRows(content: Uint8Array, count: number): Uint8Array {
  const images = sharedBytes(content.length);
  let to = 0;
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        const from = image * PIXELS + column * SIZE + row;
        for (let channel = 0; channel < 3; channel++) images[to++] = content[from + channel * PLANE] as number;
      }
    }
  }
  return images;
}
