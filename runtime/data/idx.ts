import type { DataDirectory, LoadedFile } from "./data-directory.ts";
import { openDataDirectory } from "./data-directory.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount, isDataError } from "./data-error.ts";
import type { SplitWithFiles } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";
import { findLabelOutOfRange, labelOutOfRange } from "./labels.ts";

/**
 * Reads the four IDX files of the MNIST family, plain or as .gz: two big-endian headers (magic 2051, count, rows,
 * columns; magic 2049, count) followed by unsigned bytes, images row by row. Format: http://yann.lecun.com/exdb/mnist.
 */
export async function readIdxDataset(
  directory: string,
  classes: number,
): Promise<{ train: SplitWithFiles; test: SplitWithFiles } | DataError> {
  const opened = await openDataDirectory(directory, ["MNIST/raw", "FashionMNIST/raw", "raw"]);
  if (isDataError(opened)) return opened;
  const [train, test] = await Promise.all([readSplit(opened, "train", classes), readSplit(opened, "t10k", classes)]);
  if (isDataError(train)) return train;
  if (isDataError(test)) return test;
  return { train, test };
}

async function readSplit(
  directory: DataDirectory,
  prefix: "train" | "t10k",
  classes: number,
): Promise<SplitWithFiles | DataError> {
  const help =
    "an IDX dataset has four files, `train-` and `t10k-` `images-idx3-ubyte` and `labels-idx1-ubyte`, plain or `.gz`";
  const [imageFile, labelFile] = await Promise.all([
    directory.load(candidates(`${prefix}-images`, "idx3-ubyte"), help),
    directory.load(candidates(`${prefix}-labels`, "idx1-ubyte"), help),
  ]);
  if (isDataError(imageFile)) return imageFile;
  if (isDataError(labelFile)) return labelFile;
  const images = decodeIdx(imageFile, 2051, "images");
  if (isDataError(images)) return images;
  const labels = decodeIdx(labelFile, 2049, "labels");
  if (isDataError(labels)) return labels;

  const [count, height, width] = images.sizes as [number, number, number];
  if (labels.sizes[0] !== count) {
    return dataError(
      "LL8008",
      labelFile.path,
      `expected ${formatCount(count)} labels, one for each image of \`${imageFile.file.name}\`, ` +
        `found ${formatCount(labels.sizes[0] as number)}`,
      "take both files from the same download",
    );
  }
  if (images.values.length === 0)
    return dataError("LL8010", imageFile.path, "the file holds no images", "download it again");
  const wrong = findLabelOutOfRange(labels.values, 0, classes);
  if (wrong !== null) return labelOutOfRange(labelFile.path, wrong, 0, classes);
  const pixels = sharedBytes(images.values.length);
  pixels.set(images.values);
  return {
    split: { count, images: pixels, labels: sharedLabels(labels.values) },
    imageShape: [height, width, 1],
    files: [imageFile.file, labelFile.file],
  };
}

/** The official name, and the one with a dot that some archives unpack to. */
function candidates(stem: string, suffix: string): string[] {
  return [`${stem}-${suffix}`, `${stem}-${suffix}.gz`, `${stem}.${suffix}`, `${stem}.${suffix}.gz`];
}

function decodeIdx(
  loaded: LoadedFile,
  magic: 2049 | 2051,
  what: "images" | "labels",
): { sizes: number[]; values: Uint8Array } | DataError {
  const { content, path } = loaded;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const dimensions = magic === 2051 ? 3 : 1;
  const headerBytes = 4 + 4 * dimensions;
  if (content.length >= 4 && view.getUint32(0) !== magic) {
    const found = view.getUint32(0);
    const other = found === 2049 ? " (IDX labels)" : found === 2051 ? " (IDX images)" : "";
    return dataError(
      "LL8006",
      path,
      `expected the magic number ${magic} (IDX ${what}), found ${found}${other}`,
      other === ""
        ? "this is not an IDX file of unsigned bytes: download it again"
        : "the images and labels seem to be swapped",
    );
  }
  if (content.length < headerBytes) return wrongLength(loaded, `a header of ${headerBytes}`);
  const sizes = Array.from({ length: dimensions }, (_, index) => view.getUint32(4 + 4 * index));
  const expected = headerBytes + sizes.reduce((product, size) => product * size, 1);
  if (content.length !== expected || loaded.cut) {
    return wrongLength(
      loaded,
      `${formatCount(expected)} (${what} ${sizes.map(formatCount).join(" x ")} and the header)`,
    );
  }
  return { sizes, values: content.subarray(headerBytes) };
}

function wrongLength(loaded: LoadedFile, expected: string): DataError {
  const unpacked = loaded.file.name.endsWith(".gz") ? " after decompression" : "";
  return dataError(
    "LL8005",
    loaded.path,
    `expected ${expected} bytes, found ${formatCount(loaded.content.length)}${unpacked}`,
    "the file is cut short or damaged: download it again",
  );
}
