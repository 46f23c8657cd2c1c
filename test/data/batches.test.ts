import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { Batch } from "../../runtime/data/batch-plan.ts";
import { checkBatchPlan, epochOrder } from "../../runtime/data/batch-plan.ts";
import type { BatchOptions } from "../../runtime/data/batches.ts";
import { createBatches } from "../../runtime/data/batches.ts";
import type { Prefetcher } from "../../runtime/data/prefetcher.ts";
import { createPrefetcher } from "../../runtime/data/prefetcher.ts";
import { opened } from "./generated-files.ts";

const dataset = await opened("digits");
const small: Omit<BatchOptions, "prefetcher"> = {
  dataset,
  split: "train",
  batch: 100,
  epoch: 1,
  seed: 1,
  shuffle: true,
  augment: [{ kind: "pad_crop", padding: 2, mode: "reflect" }, { kind: "flip" }],
  normalize: { mean: [0.3], standardDeviation: [0.4] },
};

async function collect(options: BatchOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of createBatches(options)) batches.push(batch);
  return batches;
}

function digest(batches: readonly Batch[]): string {
  const hash = createHash("sha256");
  for (const { input, label, size } of batches) {
    hash.update(new Uint8Array(input.buffer)).update(new Uint8Array(label.buffer)).update(String(size));
  }
  return hash.digest("hex");
}

/** Runs with a prefetcher that is known to work on its worker, or in-process. */
async function withPrefetcher<T>(
  options: { depth?: number; inProcess?: boolean },
  run: (p: Prefetcher) => Promise<T>,
): Promise<T> {
  const prefetcher = createPrefetcher(options);
  try {
    expect(await prefetcher.started).toBe(options.inProcess === true ? "in-process" : "worker");
    return await run(prefetcher);
  } finally {
    await prefetcher.close();
  }
}

const reference = digest(await withPrefetcher({ inProcess: true }, (prefetcher) => collect({ ...small, prefetcher })));

test.for([1, 2, 4, 100])(
  "a worker %i batches ahead makes the batches of the main thread, bit for bit",
  async (depth) => {
    const batches = await withPrefetcher({ depth }, (prefetcher) => collect({ ...small, prefetcher }));
    expect(digest(batches)).toBe(reference);
  },
);

test("the batches are the recorded ones", () => {
  expect(reference).toMatchInlineSnapshot(`"4c2ff62ebaf7a0298f04a156983fdab7d2cc448c4c860be29c17e8d381b8fcbe"`);
});

test("batches that begin before the worker is up are the same", async () => {
  expect(digest(await collect(small))).toBe(reference);
});

test("the last batch is short and kept, or dropped on request", async () => {
  const prefetcher = createPrefetcher({ inProcess: true });
  const kept = await collect({ ...small, prefetcher });
  expect(kept.map((batch) => batch.size)).toEqual([...new Array(14).fill(100), 37]);
  expect(kept.at(-1)?.input.length).toBe(37 * 64);
  expect(kept.at(-1)?.label.length).toBe(37);
  const dropped = await collect({ ...small, prefetcher, keepLast: false });
  expect(dropped.map((batch) => batch.size)).toEqual(new Array(14).fill(100));
  expect(createBatches({ ...small, prefetcher }).count).toBe(15);
});

test("an epoch visits every image once, each epoch in another order", () => {
  const plan = { split: dataset.train, shuffle: true, seed: 1 };
  const first = [...epochOrder({ ...plan, epoch: 1 })];
  expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1437 }, (_, index) => index));
  expect([...epochOrder({ ...plan, epoch: 1 })]).toEqual(first);
  expect([...epochOrder({ ...plan, epoch: 2 })]).not.toEqual(first);
  expect([...epochOrder({ ...plan, epoch: 1, seed: 2 })]).not.toEqual(first);
  expect([...epochOrder({ ...plan, epoch: 1, shuffle: false })]).toEqual(first.toSorted((a, b) => a - b));
});

test("without augmentation and shuffling the batches are the images in order, scaled and normalised", async () => {
  const prefetcher = createPrefetcher({ inProcess: true });
  const options = { ...small, shuffle: false, augment: [], prefetcher };
  const [first] = await collect({ ...options, normalize: undefined });
  expect([...(first as Batch).label]).toEqual([...dataset.train.labels.subarray(0, 100)]);
  expect([...(first as Batch).input]).toEqual(
    Array.from(dataset.train.images.subarray(0, 6400), (byte) => Math.fround(byte / 255)),
  );
  const [normalised] = await collect(options);
  expect([...(normalised as Batch).input]).toEqual(
    Array.from(dataset.train.images.subarray(0, 6400), (byte) => Math.fround((byte / 255 - 0.3) / 0.4)),
  );
});

test("each channel has its own normalisation", async () => {
  const colours = await opened("synthetic:2x2x2x3:2:2");
  const normalize = { mean: [0.1, 0.2, 0.3], standardDeviation: [0.5, 0.6, 0.7] };
  const prefetcher = createPrefetcher({ inProcess: true });
  const [batch] = await collect({ ...small, dataset: colours, shuffle: false, augment: [], normalize, prefetcher });
  const expected = Array.from(colours.train.images, (byte, index) => {
    const channel = index % 3;
    return Math.fround(
      (byte / 255 - (normalize.mean[channel] as number)) / (normalize.standardDeviation[channel] as number),
    );
  });
  expect([...(batch as Batch).input]).toEqual(expected);
});

test("an epoch resumed at a batch goes on exactly, with and without a worker", async () => {
  const rest = await withPrefetcher({ inProcess: true }, async (prefetcher) =>
    (await collect({ ...small, prefetcher })).slice(6),
  );
  for (const inProcess of [true, false]) {
    const resumed = await withPrefetcher({ inProcess }, (prefetcher) =>
      collect({ ...small, startBatch: 6, prefetcher }),
    );
    expect(resumed.length).toBe(9);
    expect(digest(resumed)).toBe(digest(rest));
  }
});

test("an image is augmented the same in batches of any size", async () => {
  const prefetcher = createPrefetcher({ inProcess: true });
  const join = (batches: Batch[]): number[] => batches.flatMap((batch) => [...batch.input]);
  const wide = join(await collect({ ...small, batch: 500, prefetcher }));
  expect(join(await collect({ ...small, batch: 7, prefetcher }))).toEqual(wide);
  expect(join(await collect({ ...small, batch: 500, epoch: 2, prefetcher }))).not.toEqual(wide);
});

test("calls that overlap get batches one after the other", async () => {
  for (const inProcess of [true, false]) {
    await withPrefetcher({ inProcess }, async (prefetcher) => {
      const batches = createBatches({ ...small, prefetcher });
      const made = await Promise.all(Array.from({ length: 15 }, () => batches.next()));
      expect(digest(made.filter((batch) => batch !== null))).toBe(reference);
    });
  }
});

test("one prefetcher serves epoch after epoch and splits in between", async () => {
  await withPrefetcher({}, async (prefetcher) => {
    expect(digest(await collect({ ...small, prefetcher }))).toBe(reference);
    expect((await collect({ ...small, split: "test", augment: [], shuffle: false, prefetcher })).length).toBe(4);
    const interrupted = createBatches({ ...small, epoch: 2, prefetcher });
    await interrupted.next();
    await interrupted.close();
    expect(await interrupted.next()).toBeNull();
    expect(digest(await collect({ ...small, prefetcher }))).toBe(reference);
  });
});

test("a worker that is stopped in the middle of an epoch is replaced in-process", async () => {
  const prefetcher = createPrefetcher();
  await prefetcher.started;
  const batches = createBatches({ ...small, prefetcher });
  const made: Batch[] = [];
  for (let batch = await batches.next(); batch !== null; batch = await batches.next()) {
    made.push(batch);
    if (made.length === 5) await prefetcher.close();
  }
  expect(digest(made)).toBe(reference);
});

test("the worker goes on while the main thread is blocked", async () => {
  await withPrefetcher({ depth: 3 }, async (prefetcher) => {
    // A worker asked for one batch at a time would need an answer from the main thread between two of them. A loaded
    // machine may need several blocks until the worker has had its turn.
    for (let attempt = 1; attempt <= 100; attempt++) {
      const batches = createBatches({ ...small, epoch: attempt, prefetcher });
      await batches.next();
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20 * attempt);
      let arrived = 0;
      for (let ahead = 0; ahead < 3; ahead++) void batches.next().then(() => arrived++);
      await new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));
      await batches.close();
      if (arrived === 3) return;
    }
    expect.unreachable("three batches never waited for the main thread");
  });
});

test("normalisation and padding that do not fit the images are reported", () => {
  const plan = { imageShape: [8, 8, 3] as const, augment: [] };
  const twoValues = { mean: [0.1, 0.2], standardDeviation: [1, 1] };
  expect(checkBatchPlan({ ...plan, normalize: twoValues })).toMatchObject({
    code: "LL8012",
    message: "the images have 3 channels, the normalisation has 2 values",
  });
  expect(checkBatchPlan({ ...plan, augment: [{ kind: "pad_crop", padding: 8, mode: "reflect" }] })).toMatchObject({
    code: "LL8013",
    message: "images of 8 x 8 cannot be reflected over a border of 8 pixels",
  });
  expect(checkBatchPlan({ ...plan, augment: [{ kind: "pad_crop", padding: 7, mode: "reflect" }] })).toBeNull();
  expect(checkBatchPlan({ ...plan, normalize: { mean: [0.5], standardDeviation: [0.5] } })).toBeNull();
});
