import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { renderDataError } from "../../runtime/data/data-error.ts";
import { openDataset } from "../../runtime/data/open-dataset.ts";
import { randomStream } from "../../runtime/random/stream.ts";
import {
  cifarRecord,
  directoryOf,
  failure,
  idxImages,
  idxLabels,
  matlabFile,
  opened,
  smallCifar10,
  smallMnist,
} from "./generated-files.ts";

test("the embedded digits open without a directory", async () => {
  const digits = await opened("digits", { classes: 10 });
  expect(digits.imageShape).toEqual([8, 8, 1]);
  expect([digits.train.count, digits.test.count]).toEqual([1437, 360]);
  expect(digits.train.images.length).toBe(1437 * 64);
  expect(digits.files[0]).toEqual({
    name: "train-images-idx3-ubyte.gz",
    bytes: 35604,
    sha256: "2fb0e53f935aeb10e3c5a5dac541bed7ca60591fadb994afdefd3d29204aa96d",
  });
  expect(new Set(digits.train.labels)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

test("IDX files are read plain and compressed", async () => {
  const mnist = await opened(`mnist:${directoryOf(smallMnist())}`);
  expect(mnist.imageShape).toEqual([2, 3, 1]);
  expect([...mnist.train.images]).toEqual([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  expect([...mnist.train.labels]).toEqual([7, 9]);
  expect([...mnist.test.images]).toEqual([21, 22, 23, 24, 25, 26]);
});

test("IDX files are found in the folder other loaders keep them in", async () => {
  const files = Object.fromEntries(Object.entries(smallMnist()).map(([name, bytes]) => [`MNIST/raw/${name}`, bytes]));
  expect((await opened(`mnist:${directoryOf(files)}`)).train.count).toBe(2);
});

test("CIFAR-10 planes become pixels, absent batches are noted", async () => {
  const cifar = await opened(
    `cifar10:${directoryOf({ ...smallCifar10(), "batches.meta.txt": "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n" })}`,
  );
  expect([...cifar.train.labels]).toEqual([3, 4, 9]);
  expect([...cifar.train.images.subarray(0, 9)]).toEqual([200, 20, 30, 201, 20, 30, 10, 20, 30]);
  expect([...cifar.train.images.subarray(3 * 3072 - 3)]).toEqual([12, 22, 32]);
  expect(cifar.classNames).toEqual(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
  expect(cifar.notes).toEqual([
    "`data_batch_2.bin`, `data_batch_4.bin`, `data_batch_5.bin` not there: training on 3 images",
  ]);
});

test("CIFAR-100 takes the fine label", async () => {
  const directory = directoryOf({
    "train.bin": cifarRecord([19, 99], 1, 2, 3),
    "test.bin": cifarRecord([0, 42], 4, 5, 6),
  });
  const cifar = await opened(`cifar100:${directory}`);
  expect([...cifar.train.labels, ...cifar.test.labels]).toEqual([99, 42]);
  expect([...cifar.test.images.subarray(6, 9)]).toEqual([4, 5, 6]);
  expect(cifar.classes).toBe(100);
});

test("STL-10 columns become rows and labels start at zero", async () => {
  const image = new Array<number>(27648).fill(0);
  image[1] = 5; // red, column 0, row 1
  image[9216 + 96] = 6; // green, column 1, row 0
  const directory = directoryOf({ "train_X.bin": image, "train_y.bin": [10], "test_X.bin": image, "test_y.bin": [1] });
  const stl = await opened(`stl10:${directory}`);
  expect(stl.train.images[96 * 3]).toBe(5);
  expect(stl.train.images[3 + 1]).toBe(6);
  expect([...stl.train.labels, ...stl.test.labels]).toEqual([9, 0]);
});

test("SVHN arrays are turned to rows and its label 10 is the digit 0", async () => {
  const bytes = new Array<number>(2 * 3072).fill(0);
  bytes[1] = 5; // row 1, column 0, red
  bytes[32] = 6; // row 0, column 1, red
  bytes[3072 + 2 * 1024] = 7; // second image, blue
  const file = matlabFile([
    { name: "X", sizes: [32, 32, 3, 2], type: 2, bytes },
    { name: "y", sizes: [2, 1], type: 2, bytes: [10, 4] },
  ]);
  const svhn = await opened(`svhn:${directoryOf({ "train_32x32.mat": file, "test_32x32.mat": file })}`);
  expect([svhn.train.images[96], svhn.train.images[3], svhn.train.images[3072 + 2]]).toEqual([5, 6, 7]);
  expect([...svhn.train.labels]).toEqual([0, 4]);
});

test("synthetic data are the recorded ones, with the sizes asked for", async () => {
  const synthetic = await opened("synthetic:3x4x5x2:7:2");
  expect([synthetic.classes, ...synthetic.imageShape, synthetic.train.count, synthetic.test.count]).toEqual([
    3, 4, 5, 2, 7, 2,
  ]);
  expect([...synthetic.train.labels]).toEqual([0, 1, 2, 0, 1, 2, 0]);
  expect([...synthetic.train.images.subarray(0, 8)]).toMatchInlineSnapshot(`
    [
      66,
      226,
      39,
      76,
      98,
      68,
      102,
      171,
    ]
  `);
  expect((await opened("synthetic:3x4x5x2:7:2")).checksum).toBe(synthetic.checksum);
});

test("a synthetic test image is nearest to the mean training image of its class", async () => {
  const { train, test: held, classes, imageShape } = await opened("synthetic:4x8x8x3:200:100");
  const size = imageShape[0] * imageShape[1] * imageShape[2];
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  for (let sample = 0; sample < train.count; sample++) {
    const mean = means[train.labels[sample] as number] as Float64Array;
    for (let at = 0; at < size; at++)
      mean[at] = (mean[at] as number) + (train.images[sample * size + at] as number) / 50;
  }
  let right = 0;
  for (let sample = 0; sample < held.count; sample++) {
    const image = held.images.subarray(sample * size, (sample + 1) * size);
    const distances = means.map((mean) =>
      mean.reduce((sum, value, at) => sum + (value - (image[at] as number)) ** 2, 0),
    );
    if (distances.indexOf(Math.min(...distances)) === held.labels[sample]) right += 1;
  }
  expect(right).toBeGreaterThan(90);
});

test("the checksum follows the bytes of the files", async () => {
  const first = await opened(`mnist:${directoryOf(smallMnist())}`);
  const same = await opened(`mnist:${directoryOf(smallMnist())}`);
  const other = await opened(`mnist:${directoryOf({ ...smallMnist(), "train-labels-idx1-ubyte": idxLabels([7, 8]) })}`);
  expect(first.checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(same.checksum).toBe(first.checksum);
  expect(other.checksum).not.toBe(first.checksum);
});

const wholeCifar = cifarRecord([1], 1, 2, 3);
const svhnArrays = [
  { name: "X", sizes: [32, 32, 3, 1], type: 2, bytes: new Array<number>(3072).fill(1) },
  { name: "y", sizes: [1, 1], type: 2, bytes: [1] },
];

const refusals: {
  title: string;
  dataset: string;
  files: Record<string, Uint8Array | number[] | string>;
  code: string;
  says: RegExp;
}[] = [
  {
    title: "a label file without its images",
    dataset: "mnist",
    files: { "train-image-idx3-ubyte": [], "train-labels-idx1-ubyte": idxLabels([1]) },
    code: "LL8003",
    says: /`train-images-idx3-ubyte` or .*similar names there: .*`train-image-idx3-ubyte`/,
  },
  { title: "an empty directory", dataset: "cifar10", files: {}, code: "LL8003", says: /the directory is empty/ },
  {
    title: "the Python version of CIFAR-10",
    dataset: "cifar10",
    files: { data_batch_1: [1], test_batch: [1] },
    code: "LL8003",
    says: /similar names there: `data_batch_1`/,
  },
  {
    title: "a plain file called .gz",
    dataset: "mnist",
    files: { ...smallMnist(), "t10k-labels-idx1-ubyte.gz": idxLabels([0]) },
    code: "LL8004",
    says: /cannot decompress/,
  },
  {
    title: "a truncated IDX file",
    dataset: "mnist",
    files: { ...smallMnist(), "train-images-idx3-ubyte": idxImages(2, 2, 3, [1, 2, 3]) },
    code: "LL8005",
    says: /expected 28 \(images 2 x 2 x 3 and the header\) bytes, found 19/,
  },
  {
    title: "an IDX file with bytes to spare",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": Uint8Array.of(...idxLabels([7, 9]), 1) },
    code: "LL8005",
    says: /expected 10 .*found 11/,
  },
  {
    title: "a truncated .gz",
    dataset: "mnist",
    files: {
      ...smallMnist(),
      "t10k-images-idx3-ubyte.gz": new Uint8Array(gzipSync(idxImages(1, 2, 3, [21, 22, 23, 24, 25, 26]))).subarray(
        0,
        24,
      ),
    },
    code: "LL8005",
    says: /after decompression/,
  },
  {
    title: "an IDX header that is cut",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": [0, 0, 8, 1, 0] },
    code: "LL8005",
    says: /a header of 8 bytes, found 5/,
  },
  {
    title: "an empty IDX file",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": [] },
    code: "LL8005",
    says: /found 0/,
  },
  {
    title: "images where labels should be",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": idxImages(1, 1, 1, [1]) },
    code: "LL8006",
    says: /expected the magic number 2049 \(IDX labels\), found 2051 \(IDX images\)/,
  },
  {
    title: "a file that is not IDX",
    dataset: "mnist",
    files: { ...smallMnist(), "train-images-idx3-ubyte": "<!doctype html>" },
    code: "LL8006",
    says: /2051/,
  },
  {
    title: "an IDX label out of range",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": idxLabels([7, 10]) },
    code: "LL8007",
    says: /expected labels from 0 to 9, found 10 at record 1/,
  },
  {
    title: "fewer labels than images",
    dataset: "mnist",
    files: { ...smallMnist(), "train-labels-idx1-ubyte": idxLabels([7]) },
    code: "LL8008",
    says: /expected 2 labels.*found 1/,
  },
  {
    title: "IDX files without images",
    dataset: "mnist",
    files: {
      ...smallMnist(),
      "train-images-idx3-ubyte": idxImages(0, 2, 3, []),
      "train-labels-idx1-ubyte": idxLabels([]),
    },
    code: "LL8010",
    says: /no images/,
  },
  {
    title: "training and test images of different size",
    dataset: "mnist",
    files: {
      ...smallMnist(),
      "t10k-images-idx3-ubyte.gz": new Uint8Array(gzipSync(idxImages(1, 3, 2, [1, 2, 3, 4, 5, 6]))),
    },
    code: "LL8011",
    says: /\[2, 3, 1\].*\[3, 2, 1\]/,
  },
  {
    title: "a truncated CIFAR-10 batch",
    dataset: "cifar10",
    files: { ...smallCifar10(), "data_batch_3.bin": wholeCifar.slice(0, 3000) },
    code: "LL8005",
    says: /3,073 or 0 bytes, found 3,000/,
  },
  {
    title: "an empty CIFAR-10 batch",
    dataset: "cifar10",
    files: { ...smallCifar10(), "data_batch_3.bin": [] },
    code: "LL8010",
    says: /no images/,
  },
  {
    title: "a CIFAR-10 label out of range",
    dataset: "cifar10",
    files: { ...smallCifar10(), "data_batch_3.bin": [...wholeCifar, ...cifarRecord([10], 1, 2, 3)] },
    code: "LL8007",
    says: /found 10 at record 1/,
  },
  {
    title: "a CIFAR-100 label out of range",
    dataset: "cifar100",
    files: { "train.bin": cifarRecord([0, 100], 1, 2, 3), "test.bin": cifarRecord([0, 1], 1, 2, 3) },
    code: "LL8007",
    says: /from 0 to 99, found 100/,
  },
  {
    title: "STL-10 images cut short",
    dataset: "stl10",
    files: { "train_X.bin": [1, 2], "train_y.bin": [1] },
    code: "LL8005",
    says: /multiple of 27,648 bytes, found 2/,
  },
  {
    title: "an STL-10 label of zero",
    dataset: "stl10",
    files: { "train_X.bin": new Uint8Array(27648), "train_y.bin": [0] },
    code: "LL8007",
    says: /from 1 to 10, found 0/,
  },
  {
    title: "STL-10 with too few labels",
    dataset: "stl10",
    files: { "train_X.bin": new Uint8Array(27648), "train_y.bin": [] },
    code: "LL8008",
    says: /expected 1 labels.*found 0/,
  },
  {
    title: "an SVHN file that is not MATLAB",
    dataset: "svhn",
    files: { "train_32x32.mat": "hello" },
    code: "LL8006",
    says: /found 5 bytes/,
  },
  {
    title: "an SVHN file without y",
    dataset: "svhn",
    files: { "train_32x32.mat": matlabFile(svhnArrays.slice(0, 1)) },
    code: "LL8006",
    says: /found `X` \[32, 32, 3, 1\]/,
  },
  {
    title: "an SVHN label out of range",
    dataset: "svhn",
    files: {
      "train_32x32.mat": matlabFile([...svhnArrays.slice(0, 1), { name: "y", sizes: [1, 1], type: 2, bytes: [11] }]),
    },
    code: "LL8007",
    says: /from 1 to 10, found 11/,
  },
  {
    title: "an SVHN file cut short",
    dataset: "svhn",
    files: { "train_32x32.mat": matlabFile(svhnArrays).subarray(0, 1000) },
    code: "LL8005",
    says: /expected at least 3,\d+ bytes, found 1,000/,
  },
];

test.for(refusals)("$title is refused", async ({ dataset, files, code, says }) => {
  const error = await failure(`${dataset}:${directoryOf(files)}`);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(says);
  expect(error.path).not.toBeNull();
  expect(error.help).not.toBe("");
});

test.for([
  ["mnits:x", "LL8001", /`mnits`/, /did you mean `mnist`/],
  ["imagenet:x", "LL8001", /`imagenet`/, /choose one of `digits`/],
  ["constructor", "LL8001", /`constructor`/, /choose one of/],
  ["cifar10", "LL8002", /needs the directory/, /cifar10:DIR/],
  ["digits:somewhere", "LL8002", /takes no directory/, /`digits`/],
  ["synthetic:10x32x32:5:5", "LL8002", /found `synthetic:10x32x32:5:5`/, /synthetic:10x32x32x3/],
  ["synthetic:0x2x2x3:5:5", "LL8002", /positive sizes/, /write for example/],
  ["mnist:no/such/place", "LL8003", /does not exist/, /check the path/],
] as const)("the name `%s` is refused", async ([spec, code, says, helps]) => {
  const error = await failure(spec);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(says);
  expect(error.help).toMatch(helps);
});

test("a model with another number of classes is refused", async () => {
  const error = await failure("digits", { classes: 100 });
  expect(renderDataError(error)).toBe(
    "error[LL8009]: the model has 100 classes, `digits` has 10\nhelp: give the model 10 classes or choose another dataset",
  );
});

test("a file instead of a directory is refused", async () => {
  const directory = directoryOf({ file: "x" });
  expect((await failure(`mnist:${join(directory, "file")}`)).message).toBe("expected a directory, found a file");
});

test("a directory instead of a file is refused", async () => {
  const directory = directoryOf(smallCifar10());
  mkdirSync(join(directory, "data_batch_2.bin"));
  const error = await failure(`cifar10:${directory}`);
  expect([error.code, error.message]).toEqual(["LL8004", "expected a file, found a directory"]);
});

test.skipIf(process.getuid?.() === 0)("an unreadable file is refused (not testable as root)", async () => {
  const directory = directoryOf(smallCifar10());
  chmodSync(join(directory, "test_batch.bin"), 0);
  const error = await failure(`cifar10:${directory}`);
  expect([error.code, error.message]).toEqual(["LL8004", "cannot read the data file (EACCES)"]);
});

test("damaged headers are errors, never exceptions", async () => {
  const formats: [string, Record<string, Uint8Array | number[]>][] = [
    ["mnist", smallMnist()],
    ["svhn", { "train_32x32.mat": matlabFile(svhnArrays), "test_32x32.mat": matlabFile(svhnArrays) }],
  ];
  const stream = randomStream(1, "damage");
  for (const [name, files] of formats) {
    const victim = Object.keys(files)[0] as string;
    const header = name === "svhn" ? 300 : 16;
    for (let attempt = 0; attempt < 150; attempt++) {
      const damaged = Uint8Array.from(files[victim] as Uint8Array);
      damaged[stream.integer(header)] = stream.integer(256);
      const { dataset, error } = await openDataset(`${name}:${directoryOf({ ...files, [victim]: damaged })}`);
      expect(dataset === null ? error.code : dataset.name).toMatch(/^(LL80\d\d|mnist|svhn)$/);
    }
  }
});
