/** Every file in `examples/`: what it compiles to, what it learns, and that the executors agree about it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { printScopedModel } from "../../compiler/3-scope/print.ts";
import { probeLosses } from "../../compiler/index.ts";
import { createTrainer, verifyProgram } from "../../runtime/index.ts";
import { withoutEngine } from "../train/support/training.ts";
import type { Trained } from "./support/examples.ts";
import { compileExample, examples, firstBatches, goldens, trainThreeSteps } from "./support/examples.ts";

const expectedFiles = ["expected.losses.json", "expected.scopes.txt"];

test.for(examples)("$name compiles without diagnostics to a well-formed program", (example) => {
  expect(verifyProgram(compileExample(example).program)).toEqual([]);
});

test.for(examples)("$name has the expected gradient scopes", async (example) => {
  const printed = printScopedModel(compileExample(example).scoped);
  await expect(printed).toMatchFileSnapshot(join(goldens, example.name, "expected.scopes.txt"));
});

test.skipIf(withoutEngine).for(examples)(
  "$name: both executors train it alike, and the plan's peak is the tracked one to the byte",
  async (example) => {
    const { program } = compileExample(example);
    const eager = await trainThreeSteps(program, "eager");
    expect(eager.memory.tracked).toBe(eager.memory.planned);

    const golden = join(goldens, example.name, "expected.losses.json");
    await expect(lossesText(eager.losses, golden)).toMatchFileSnapshot(golden);

    const graph = await trainThreeSteps(program, "graph");
    expect(largestRelative(graph.losses, eager.losses)).toBeLessThan(1e-4);
    // After one step: later a rounding difference may decide whether a ReLU lets something through.
    expectStateNear(graph.states[0], eager.states[0], 1e-5);
  },
);

/** A loss trains what the matrix says, and the gradient of any other weight is not zero but absent. */
test.skipIf(withoutEngine).for(examples)(
  "$name: the gradients are where the isolation matrix says",
  async (example) => {
    const { program, scoped } = compileExample(example);
    const [first] = await firstBatches(program, 1);
    if (first === undefined) throw new Error("no batch");
    // Pairs of one class, without which a contrastive loss has nothing to compare.
    const batch = {
      input: first.input,
      label: first.label.map((_, sample) => Math.floor(sample / 2) % program.classes),
    };
    const measured = new Map<string, boolean[]>();
    for (const { loss, program: alone } of probeLosses(scoped)) {
      const trainer = await createTrainer(alone, { executor: "eager" });
      try {
        await trainer.setWeights(awayFromZero(await trainer.weights()));
        const gradients = await trainer.gradients(batch);
        const trained = scoped.losses.find(({ name }) => name === loss)?.trains ?? [];
        expect([...gradients.keys()].sort(), loss).toEqual([...trained].sort());
        const moves = (address: string): boolean => gradients.get(address)?.some((value) => value !== 0) === true;
        measured.set(
          loss,
          scoped.owners.map(({ weights }) => weights.some(({ address }) => moves(address))),
        );
      } finally {
        trainer.dispose();
      }
    }
    expect(scoped.isolation.losses.map((loss) => measured.get(loss))).toEqual(scoped.isolation.reaches);
  },
);

// Last, so that `npm run golden` finds the files of a new example written.
test("every example has its expected files, and no expected file is left over", () => {
  const directories = readdirSync(goldens, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "support")
    .map(({ name }) => name);
  expect(directories.sort()).toEqual(examples.map(({ name }) => name).sort());
  for (const name of directories) expect(readdirSync(join(goldens, name)).sort()).toEqual(expectedFiles);
});

type Losses = Trained["losses"];

/** The golden file's own text where it agrees to 1e-4, so that other machines' last digits are no difference. */
function lossesText(losses: Losses, golden: string): string {
  const text = `${JSON.stringify(losses, (_, value) => (typeof value === "number" ? Number(value.toPrecision(6)) : value), 2)}\n`;
  if (!existsSync(golden)) return text;
  const expected = readFileSync(golden, "utf8");
  return largestRelative(losses, JSON.parse(expected) as Losses) < 1e-4 ? expected : text;
}

/** A layer that starts from zeros, as PredSim's classifiers do, passes no gradient back yet. */
function awayFromZero(weights: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> {
  const moved = (values: Float32Array): Float32Array => values.map((_, index) => 0.01 * Math.sin(1 + index));
  return new Map(
    [...weights].map(([name, values]) => [name, values.some((one) => one !== 0) ? values : moved(values)]),
  );
}

type State = ReadonlyMap<string, Float32Array>;

/**
 * Weights and statistics relative to their own largest number, slots (which hold gradients) to the largest of their kind in the
 * network: rounding is as large as the largest gradients make it. Adam divides a gradient by its own size, which turns rounding
 * into a whole step where a gradient is zero but for it (a bias before batch normalisation): such elements are left out.
 */
function expectStateNear(found: State = new Map(), expected: State = new Map(), tolerance: number): void {
  expect([...found.keys()]).toEqual([...expected.keys()]);
  const largestOf = (values: Float32Array): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const slotScale = new Map<string, number>();
  for (const [address, values] of expected) {
    const slot = slotName(address);
    if (slot !== undefined) slotScale.set(slot, Math.max(slotScale.get(slot) ?? 1e-2, largestOf(values)));
  }
  for (const [address, values] of expected) {
    const scale = slotScale.get(slotName(address) ?? "") ?? Math.max(largestOf(values), 1e-2);
    const moment = expected.get(`${address}/first_moment`);
    const noise = 1e-3 * (slotScale.get("first_moment") ?? 0);
    const isCompared = (index: number): boolean => moment === undefined || Math.abs(moment[index] ?? 0) > noise;
    expect(largestDifference(values, found.get(address), isCompared) / scale, address).toBeLessThan(tolerance);
  }
}

/** `….kernel/momentum` is a slot, `….kernel` none. */
function slotName(address: string): string | undefined {
  return address.split("/")[1];
}

/** Infinite where names or numbers of steps differ. */
function largestRelative(found: Losses, expected: Losses): number {
  const names = (losses: Losses): string => JSON.stringify(losses.map((step) => Object.keys(step)));
  if (names(found) !== names(expected)) return Number.POSITIVE_INFINITY;
  const errors = found.flatMap((step, index) =>
    Object.entries(step).map(([name, value]) => {
      const wanted = expected[index]?.[name] ?? Number.NaN;
      return Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-6);
    }),
  );
  return errors.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...errors);
}

function largestDifference(
  one: Float32Array,
  other: Float32Array | undefined,
  isCompared: (index: number) => boolean,
): number {
  if (other?.length !== one.length) return Number.POSITIVE_INFINITY;
  return one.reduce(
    (most, value, index) => (isCompared(index) ? Math.max(most, Math.abs(value - (other[index] as number))) : most),
    0,
  );
}
