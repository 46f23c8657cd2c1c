import type { DataError } from "./data-error.ts";

/** The height and width of an image in pixels and its number of colour channels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Images and their labels, in the order of the files they came from. */
export interface DatasetSplit {
  readonly count: number;
  /**
   * `[count, height, width, channels]`, 0 to 255. In shared memory where we made it, so that a worker needs no copy.
   */
  readonly images: Uint8Array;
  /** `[count]`, 0 to classes - 1. */
  readonly labels: Int32Array;
}

/** A file a dataset was read from, for the manifest of a run. */
export interface DataFile {
  readonly name: string;
  readonly bytes: number;
  /** SHA-256 of the bytes on disk (compressed where the file is), in hexadecimal. */
  readonly sha256: string;
}

export interface Dataset {
  /** The name it is asked for by, such as `cifar10`. */
  readonly name: string;
  readonly classes: number;
  /** In label order, or null where nobody named them. */
  readonly classNames: readonly string[] | null;
  readonly imageShape: ImageShape;
  readonly train: DatasetSplit;
  readonly test: DatasetSplit;
  /** Held out of the training images, which `train` is then without; see `holdOut`. */
  readonly validation?: DatasetSplit;
  readonly files: readonly DataFile[];
  /** SHA-256 over the checksums and names of all files, in hexadecimal: equal if and only if the data are. */
  readonly checksum: string;
  /** What a reader of the results should know, such as batches that are absent; for people. */
  readonly notes: readonly string[];
}

export type DatasetResult =
  | { readonly dataset: Dataset; readonly error: null }
  | { readonly dataset: null; readonly error: DataError };

/** One split as a reader of some format hands it over. */
export interface SplitWithFiles {
  readonly split: DatasetSplit;
  readonly imageShape: ImageShape;
  readonly files: readonly DataFile[];
}

/** Zeroed bytes in shared memory. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

/** Labels in shared memory. */
export function sharedLabels(labels: ArrayLike<number>): Int32Array {
  const shared = new Int32Array(new SharedArrayBuffer(4 * labels.length));
  shared.set(labels);
  return shared;
}
