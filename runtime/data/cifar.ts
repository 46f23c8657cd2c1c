import type { DataDirectory, LoadedFile } from "./data-directory.ts";
import { openDataDirectory } from "./data-directory.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount, isDataError } from "./data-error.ts";
import type { SplitWithFiles } from "./dataset.ts";
import { sharedBytes, sharedLabels } from "./dataset.ts";
import { findLabelOutOfRange, labelOutOfRange } from "./labels.ts";

interface CifarLayout {
  /** Label bytes before the pixels; the last of them is the class. */
  readonly labelBytes: 1 | 2;
  readonly classes: 10 | 100;
  readonly archive: string;
  readonly trainNames: readonly string[];
  readonly testName: string;
  readonly classFiles: readonly string[];
}

const cifar10: CifarLayout = {
  labelBytes: 1,
  classes: 10,
  archive: "cifar-10-batches-bin",
  trainNames: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  testName: "test_batch.bin",
  classFiles: ["batches.meta.txt"],
};

const cifar100: CifarLayout = {
  labelBytes: 2,
  classes: 100,
  archive: "cifar-100-binary",
  trainNames: ["train.bin"],
  testName: "test.bin",
  classFiles: ["fine_label_names.txt"],
};

/** Red, green and blue planes of 32 x 32. */
const PLANE = 32 * 32;
const PIXELS = 3 * PLANE;

/**
 * Reads the "binary version" of CIFAR-10 or CIFAR-100 (Krizhevsky, 2009): records of one or two label bytes (CIFAR-100:
 * coarse, then fine) and 3,072 pixel bytes, plane by plane. The number of records comes from the size of the file; of
 * the five training batches of CIFAR-10 those that are there are read, and a note names the others.
 */
export async function readCifarDataset(
  directory: string,
  classes: 10 | 100,
): Promise<{ train: SplitWithFiles; test: SplitWithFiles; classNames: string[] | null; notes: string[] } | DataError> {
  const layout = classes === 10 ? cifar10 : cifar100;
  const opened = await openDataDirectory(directory, [layout.archive]);
  if (isDataError(opened)) return opened;
  const help =
    `get the binary version of CIFAR-${classes} (\`cifar-${classes}-binary.tar.gz\`) and unpack it; ` +
    "the Python and MATLAB versions are not read";
  const [found, test, names] = await Promise.all([
    Promise.all(layout.trainNames.map((name) => opened.loadIfPresent([name]))),
    opened.load([layout.testName], help),
    readClassNames(opened, layout),
  ]);
  const present = found.filter((file) => file !== null);
  const failed = present.find(isDataError);
  if (failed !== undefined) return failed;
  const trainFiles = present.filter((file): file is LoadedFile => !isDataError(file));
  if (trainFiles.length === 0) return (await opened.load(layout.trainNames, help)) as DataError;
  if (isDataError(test)) return test;

  const trainSplit = decode(trainFiles, layout);
  if (isDataError(trainSplit)) return trainSplit;
  const testSplit = decode([test], layout);
  if (isDataError(testSplit)) return testSplit;
  const absent = layout.trainNames.filter((_, index) => found[index] === null);
  const notes =
    absent.length === 0
      ? []
      : [
          `${absent.map((name) => `\`${name}\``).join(", ")} not there: ` +
            `training on ${formatCount(trainSplit.split.count)} images`,
        ];
  return { train: trainSplit, test: testSplit, classNames: names, notes };
}

async function readClassNames(directory: DataDirectory, layout: CifarLayout): Promise<string[] | null> {
  const loaded = await directory.loadIfPresent(layout.classFiles);
  if (loaded === null || isDataError(loaded)) return null;
  const names = new TextDecoder()
    .decode(loaded.content)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return names.length === layout.classes ? names : null;
}

function decode(files: readonly LoadedFile[], layout: CifarLayout): SplitWithFiles | DataError {
  const recordBytes = layout.labelBytes + PIXELS;
  for (const { path, content } of files) {
    const left = content.length % recordBytes;
    if (content.length === 0) return dataError("LL8010", path, "the file holds no images", "download it again");
    if (left !== 0) {
      const whole = Math.floor(content.length / recordBytes);
      return dataError(
        "LL8005",
        path,
        `expected whole records of ${formatCount(recordBytes)} bytes, so ${formatCount((whole + 1) * recordBytes)} ` +
          `or ${formatCount(whole * recordBytes)} bytes, found ${formatCount(content.length)}`,
        `the file is cut short or not the binary version of CIFAR-${layout.classes}: download it again`,
      );
    }
  }
  const count = files.reduce((sum, file) => sum + file.content.length / recordBytes, 0);
  const images = sharedBytes(count * PIXELS);
  const labels = new Uint8Array(count);
  let first = 0;
  for (const { path, content } of files) {
    const records = content.length / recordBytes;
    for (let record = 0; record < records; record++) {
      const start = record * recordBytes + layout.labelBytes;
      labels[first + record] = content[start - 1] as number;
      interleave(content, start, images, (first + record) * PIXELS);
    }
    const wrong = findLabelOutOfRange(labels.subarray(first, first + records), 0, layout.classes);
    if (wrong !== null) return labelOutOfRange(path, wrong, 0, layout.classes);
    first += records;
  }
  return {
    split: { count, images, labels: sharedLabels(labels) },
    imageShape: [32, 32, 3],
    files: files.map((file) => file.file),
  };
}

/** Three planes become pixels of three channels. */
function interleave(planes: Uint8Array, from: number, pixels: Uint8Array, to: number): void {
  for (let pixel = 0; pixel < PLANE; pixel++) {
    pixels[to + 3 * pixel] = planes[from + pixel] as number;
    pixels[to + 3 * pixel + 1] = planes[from + PLANE + pixel] as number;
    pixels[to + 3 * pixel + 2] = planes[from + 2 * PLANE + pixel] as number;
  }
}
