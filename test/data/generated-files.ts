import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import type { DataError } from "../../runtime/data/data-error.ts";
import type { Dataset } from "../../runtime/data/dataset.ts";
import { openDataset } from "../../runtime/data/open-dataset.ts";

/** Writes files into a new directory that lasts as long as the test, and returns its path; a name may hold a folder. */
export function directoryOf(files: Record<string, Uint8Array | number[] | string>): string {
  const directory = mkdtempSync(join(tmpdir(), "llnet-data-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(directory, name, ".."), { recursive: true });
    writeFileSync(join(directory, name), typeof content === "string" ? content : Uint8Array.from(content));
  }
  return directory;
}

export async function opened(spec: string, options: { classes?: number } = {}): Promise<Dataset> {
  const { dataset, error } = await openDataset(spec, options);
  if (error !== null) throw new Error(`${error.code} ${error.message}`);
  return dataset;
}

export async function failure(spec: string, options: { classes?: number } = {}): Promise<DataError> {
  const { error } = await openDataset(spec, options);
  if (error === null) throw new Error(`\`${spec}\` opened`);
  return error;
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

export function idxImages(count: number, height: number, width: number, pixels: number[], magic = 2051): Uint8Array {
  return Uint8Array.from([magic, count, height, width].flatMap(bigEndian).concat(pixels));
}

export function idxLabels(labels: number[], magic = 2049): Uint8Array {
  return Uint8Array.from([magic, labels.length].flatMap(bigEndian).concat(labels));
}

/** A small valid MNIST: two training images and one test image of 2 x 3. */
export function smallMnist(): Record<string, Uint8Array> {
  return {
    "train-images-idx3-ubyte": idxImages(2, 2, 3, [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]),
    "train-labels-idx1-ubyte": idxLabels([7, 9]),
    "t10k-images-idx3-ubyte.gz": new Uint8Array(gzipSync(idxImages(1, 2, 3, [21, 22, 23, 24, 25, 26]))),
    "t10k-labels-idx1-ubyte.gz": new Uint8Array(gzipSync(idxLabels([0]))),
  };
}

/** A CIFAR record whose planes are constant but for the first two pixels of the red plane. */
export function cifarRecord(labels: number[], red: number, green: number, blue: number): number[] {
  const plane = (value: number): number[] => new Array<number>(1024).fill(value);
  const record = [...labels, ...plane(red), ...plane(green), ...plane(blue)];
  record[labels.length] = 200;
  record[labels.length + 1] = 201;
  return record;
}

export function smallCifar10(): Record<string, number[]> {
  return {
    "data_batch_1.bin": [...cifarRecord([3], 10, 20, 30), ...cifarRecord([4], 11, 21, 31)],
    "data_batch_3.bin": cifarRecord([9], 12, 22, 32),
    "test_batch.bin": cifarRecord([0], 13, 23, 33),
  };
}

/** A MATLAB 5 file with the arrays given, uncompressed, little-endian. */
export function matlabFile(arrays: { name: string; sizes: number[]; type: number; bytes: number[] }[]): Uint8Array {
  const header = new Uint8Array(128).fill(32);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file, written by a test"));
  header.set([0, 1, 0x49, 0x4d], 124);
  const little = (value: number): number[] => bigEndian(value).reverse();
  const element = (type: number, bytes: number[]): number[] => [
    ...little(type),
    ...little(bytes.length),
    ...bytes,
    ...new Array<number>(-bytes.length & 7).fill(0),
  ];
  const matrices = arrays.map(({ name, sizes, type, bytes }) =>
    element(14, [
      ...element(6, [...little(9), ...little(0)]),
      ...element(5, sizes.flatMap(little)),
      // A short name is packed into its tag, as MATLAB does.
      ...[1, 0, name.length, 0, ...[...name.padEnd(4, "\0")].map((letter) => letter.charCodeAt(0))],
      ...element(type, bytes),
    ]),
  );
  return Uint8Array.from([...header, ...matrices.flat()]);
}
