import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { directoryOf, failure, opened } from "./generated-files.ts";

/**
 * Real images beside the project; where they are absent these tests are skipped, the formats are tested on generated
 * files.
 */
const data = "../shared/data";

function tally(labels: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}

const realTest = test.skipIf(!existsSync(data));

realTest("the CIFAR-10 subset has 1,000 training and 200 test images of each class", async () => {
  const cifar = await opened(`cifar10:${data}/cifar-10-small`);
  expect(tally(cifar.train.labels, 10)).toEqual(new Array(10).fill(1000));
  expect(tally(cifar.test.labels, 10)).toEqual(new Array(10).fill(200));
  expect(cifar.classNames?.[9]).toBe("truck");
  expect(cifar.files[0]?.sha256).toBe("b2390229c2601e73e3a7cfe5b7d57c61ba2b1866573a87c5009c86a701e8413a");
});

realTest("the lossless CIFAR-10 batches have their own lengths", async () => {
  const cifar = await opened(`cifar10:${data}/cifar-10-lossless-small`);
  expect([cifar.train.count, cifar.test.count, cifar.notes.length]).toEqual([5438, 1017, 0]);
});

realTest("the CIFAR-100 subset shows all classes", async () => {
  const cifar = await opened(`cifar100:${data}/cifar-100-small`);
  expect([cifar.train.count, cifar.test.count]).toEqual([1117, 916]);
  expect(Math.min(...tally(cifar.train.labels, 100))).toBeGreaterThanOrEqual(5);
});

realTest("MNIST opens whole", async () => {
  const mnist = await opened(`mnist:${data}/mnist`);
  expect([mnist.train.count, mnist.test.count, ...mnist.imageShape]).toEqual([60000, 10000, 28, 28, 1]);
  expect([...mnist.test.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
});

realTest("the Fashion-MNIST subset opens", async () => {
  const fashion = await opened(`fashion_mnist:${data}/fashion-mnist-small`);
  expect([fashion.train.count, fashion.test.count]).toEqual([8517, 6978]);
});

realTest("compressed SVHN opens", async () => {
  const svhn = await opened(`svhn:${data}/svhn-small`);
  expect([svhn.train.count, svhn.test.count]).toEqual([832, 251]);
  expect([...svhn.train.labels.subarray(0, 5)]).toEqual([1, 9, 2, 3, 2]);
});

realTest("the original SVHN file cut short is refused", async () => {
  const directory = directoryOf({});
  copyFileSync(`${data}/samples/svhn-train_32x32-original-head-65536.mat`, join(directory, "train_32x32.mat"));
  const error = await failure(`svhn:${directory}`);
  expect([error.code, error.message]).toEqual([
    "LL8005",
    expect.stringMatching(/^expected at least [\d,]+ bytes, found 65,536$/),
  ]);
});

realTest("a MATLAB 7.3 file is refused", async () => {
  const directory = directoryOf({});
  copyFileSync(`${data}/samples/svhn-20-v73.mat`, join(directory, "train_32x32.mat"));
  const error = await failure(`svhn:${directory}`);
  expect([error.code, error.message]).toEqual(["LL8006", "expected a MATLAB 5 file, found MATLAB 7.3 (HDF5)"]);
});

realTest("STL-10 without its training split is refused, with it it opens", async () => {
  expect((await failure(`stl10:${data}/stl10-sample`)).message).toMatch(/no file `train_X.bin`/);
  const directory = directoryOf({});
  for (const split of ["train", "test"]) {
    for (const part of ["X", "y"])
      copyFileSync(`${data}/stl10-sample/test_${part}.bin`, join(directory, `${split}_${part}.bin`));
  }
  const stl = await opened(`stl10:${directory}`);
  expect(tally(stl.test.labels, 10)).toEqual(new Array(10).fill(1));
});
