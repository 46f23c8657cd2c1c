import { createHash } from "node:crypto";
import { findBeside } from "./beside.ts";
import { readCifarDataset } from "./cifar.ts";
import type { DataError } from "./data-error.ts";
import { dataError, formatCount, isDataError } from "./data-error.ts";
import type { Dataset, DatasetResult, SplitWithFiles } from "./dataset.ts";
import { readIdxDataset } from "./idx.ts";
import { nearNames } from "./near-names.ts";
import { readStl10Dataset } from "./stl10.ts";
import { readSvhnDataset } from "./svhn.ts";
import { makeSyntheticDataset, parseSyntheticShape } from "./synthetic.ts";

/**
 * Opens a dataset by name: `digits` (embedded), `synthetic` or `synthetic:CLASSESxHxWxC:TRAIN:TEST`, and, with the
 * directory of the original files, `cifar10:DIR`, `cifar100:DIR`, `mnist:DIR`, `fashion_mnist:DIR`, `svhn:DIR`,
 * `stl10:DIR`.
 *
 * All files are read and checked here, so that every mistake in them is reported before training starts. With `classes`
 * the number of classes must be that.
 *
 *     const { dataset, error } = await openDataset("mnist:downloads/mnist", { classes: 10 });
 */
export async function openDataset(spec: string, options: { classes?: number } = {}): Promise<DatasetResult> {
  const colon = spec.indexOf(":");
  const name = colon < 0 ? spec : spec.slice(0, colon);
  const rest = colon < 0 ? "" : spec.slice(colon + 1);
  const format = formats[name];
  const opened = format === undefined ? unknownDataset(name) : await open(name, format, rest);
  if (isDataError(opened)) return { dataset: null, error: opened };
  if (options.classes !== undefined && options.classes !== opened.classes) {
    const error = dataError(
      "LL8009",
      null,
      `the model has ${options.classes} classes, \`${name}\` has ${opened.classes}`,
      `give the model ${opened.classes} classes or choose another dataset`,
    );
    return { dataset: null, error };
  }
  return { dataset: opened, error: null };
}

/** What reading one format gives: the splits, and what the files say beyond pixels and labels. */
interface Content {
  readonly train: SplitWithFiles;
  readonly test: SplitWithFiles;
  readonly classes?: number;
  readonly classNames?: readonly string[] | null;
  readonly notes?: readonly string[];
}

interface Format {
  /** What follows the colon: a directory it cannot do without, a shape, or nothing. */
  readonly argument: "directory" | "shape" | "none";
  readonly classes: number;
  readonly classNames: readonly string[] | null;
  readonly read: (argument: string) => Promise<Content | DataError>;
}

const digitNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
const fashionNames = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

const formats: Readonly<Record<string, Format>> = Object.assign(Object.create(null) as object, {
  digits: { argument: "none", classes: 10, classNames: digitNames, read: readDigits },
  synthetic: { argument: "shape", classes: 10, classNames: null, read: readSynthetic },
  cifar10: { argument: "directory", classes: 10, classNames: null, read: (path: string) => readCifarDataset(path, 10) },
  cifar100: {
    argument: "directory",
    classes: 100,
    classNames: null,
    read: (path: string) => readCifarDataset(path, 100),
  },
  mnist: {
    argument: "directory",
    classes: 10,
    classNames: digitNames,
    read: (path: string) => readIdxDataset(path, 10),
  },
  fashion_mnist: {
    argument: "directory",
    classes: 10,
    classNames: fashionNames,
    read: (path: string) => readIdxDataset(path, 10),
  },
  svhn: { argument: "directory", classes: 10, classNames: digitNames, read: readSvhnDataset },
  stl10: { argument: "directory", classes: 10, classNames: null, read: readStl10Dataset },
} satisfies Record<string, Format>);

async function open(name: string, format: Format, argument: string): Promise<Dataset | DataError> {
  if (format.argument === "directory" && argument === "") {
    return dataError(
      "LL8002",
      null,
      `\`${name}\` needs the directory of its files`,
      `write \`${name}:DIR\`, for example \`${name}:data/${name}\``,
    );
  }
  if (format.argument === "none" && argument !== "") {
    return dataError(
      "LL8002",
      null,
      `\`${name}\` is embedded and takes no directory, found \`:${argument}\``,
      `write \`${name}\``,
    );
  }
  const content = await format.read(argument);
  if (isDataError(content)) return content;
  const { train, test } = content;
  if (train.imageShape.join() !== test.imageShape.join()) {
    return dataError(
      "LL8011",
      argument,
      `training images are [${train.imageShape.join(", ")}], ` +
        `test images are [${test.imageShape.join(", ")}] (height, width, channels)`,
      "take both from the same download",
    );
  }
  const files = [...train.files, ...test.files];
  return {
    name,
    classes: content.classes ?? format.classes,
    classNames: content.classNames ?? format.classNames,
    imageShape: train.imageShape,
    train: train.split,
    test: test.split,
    files,
    checksum: createHash("sha256")
      .update(files.map((file) => `${file.sha256}  ${file.name}\n`).join(""))
      .digest("hex"),
    notes: content.notes ?? [],
  };
}

function unknownDataset(name: string): DataError {
  const near = nearNames(name, Object.keys(formats));
  return dataError(
    "LL8001",
    null,
    `no dataset is called \`${name}\``,
    near.length > 0
      ? `did you mean ${near.map((candidate) => `\`${candidate}\``).join(" or ")}?`
      : `choose one of ${Object.keys(formats)
          .map((known) => `\`${known}\``)
          .join(", ")}`,
  );
}

async function readDigits(): Promise<Content | DataError> {
  const directory = findBeside("digits");
  if (directory === null) throw new Error("the embedded digits are not part of this installation");
  return readIdxDataset(directory, 10);
}

async function readSynthetic(argument: string): Promise<Content | DataError> {
  const shape = parseSyntheticShape(argument);
  if (isDataError(shape)) return shape;
  const images = formatCount(shape.trainCount);
  return {
    ...makeSyntheticDataset(shape),
    classes: shape.classes,
    notes: [`${images} generated images, not photographs`],
  };
}
