import { readFileSync } from "node:fs";
import type { Dataset, StepProgram } from "../../../runtime/index.ts";
import type { ExitCode } from "../io.ts";
import { exitCodes } from "../io.ts";
import { isExitCode } from "../load-model.ts";
import { openData } from "../open-data.ts";
import { openTrained } from "../open-trained.ts";
import type { Problem } from "../problem.ts";
import { reportProblem } from "../problem.ts";
import type { Session } from "../session.ts";
import { printJson } from "../session.ts";
import { splitOf } from "../split-of.ts";
import { percent, textTable } from "../text-table.ts";
import type { PredictOptions } from "./predict.command.ts";

interface Samples {
  /** Pixels 0 to 255, one after the other. */
  readonly images: ArrayLike<number>;
  readonly count: number;
  /** Number of the first one. */
  readonly first: number;
  readonly labels: ArrayLike<number> | null;
  readonly classNames: readonly string[] | null;
}

interface Prediction {
  readonly sample: number;
  readonly predicted: number;
  readonly name?: string;
  readonly label?: number;
  /** By class. */
  readonly probabilities: readonly number[];
}

/** Classifies samples of a dataset, or images from a JSON file. */
export async function predict(session: Session, target: string, options: PredictOptions): Promise<ExitCode> {
  const trained = await openTrained(session, target, options);
  if (isExitCode(trained)) return trained;
  const { program } = trained.run;
  const samples =
    options.input === undefined
      ? await fromDataset(session, program, trained.run.manifest.dataset.specification, options)
      : fromFile(options.input, program);
  if (typeof samples === "number") return samples;
  if ("message" in samples) return reportProblem(session, samples, exitCodes.usage);

  const trainer = await trained.open(program);
  try {
    const predictions: Prediction[] = [];
    const size = samples.images.length / samples.count;
    for (let start = 0; start < samples.count; start += program.recipe.batch) {
      const end = Math.min(samples.count, start + program.recipe.batch);
      const logits = await trainer.predict({ input: feed(samples.images, start * size, end * size, program) });
      for (let row = start; row < end; row += 1)
        predictions.push(describe(samples, row, softmax(logits, (row - start) * program.classes, program.classes)));
    }
    if (session.json)
      printJson(session, {
        run: trained.run.directory,
        checkpoint: trained.checkpoint,
        classes: samples.classNames,
        predictions,
      });
    else session.io.out(render(predictions));
    return exitCodes.fine;
  } finally {
    trainer.dispose();
  }
}

async function fromDataset(
  session: Session,
  program: StepProgram,
  own: string,
  options: PredictOptions,
): Promise<Samples | Problem | ExitCode> {
  const dataset: Dataset | ExitCode = await openData(session, options.data ?? own, program);
  if (isExitCode(dataset)) return dataset;
  const split = splitOf(dataset, options.split);
  if ("message" in split) return split;
  const { from, to } = options.samples;
  if (from >= split.count) {
    return {
      message: `there is no sample ${from}: the split has ${split.count}`,
      help: `choose from 0..${split.count - 1}`,
    };
  }
  const end = Math.min(to + 1, split.count);
  const size = split.images.length / split.count;
  return {
    images: split.images.subarray(from * size, end * size),
    count: end - from,
    first: from,
    labels: split.labels.subarray(from, end),
    classNames: dataset.classNames,
  };
}

/** `[[0, 12, 255, …], …]`, nested as deep as one likes: rows, columns, channels. */
function fromFile(path: string, program: StepProgram): Samples | Problem {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    return {
      message: "the images cannot be read",
      help: error instanceof Error ? (error.message.split("\n")[0] ?? "") : "",
      path,
    };
  }
  const pixels = program.inputShape.reduce((product, axis) => product * axis, 1);
  const images = Array.isArray(value)
    ? value.map((image: unknown) => (Array.isArray(image) ? image.flat(Number.POSITIVE_INFINITY) : [image]))
    : [];
  const bad = images.findIndex(
    (image) =>
      image.length !== pixels || !image.every((pixel) => typeof pixel === "number" && pixel >= 0 && pixel <= 255),
  );
  if (images.length === 0 || bad >= 0) {
    const message =
      images.length === 0 ? "expected a list of images" : `image ${bad} is not ${pixels} numbers from 0 to 255`;
    return { message, help: `an image is [${program.inputShape.join(", ")}], nested or flat`, path };
  }
  return { images: images.flat() as number[], count: images.length, first: 0, labels: null, classNames: null };
}

/** Scaled to [0, 1] and normalised per channel, as the data pipeline does. */
function feed(
  pixels: ArrayLike<number>,
  start: number,
  end: number,
  { inputShape, recipe }: StepProgram,
): Float32Array {
  const { mean = [0], standardDeviation = [1] } = recipe.normalize ?? {};
  const channels = inputShape.length === 1 ? mean.length : (inputShape.at(-1) ?? 1);
  return Float32Array.from({ length: end - start }, (_, index) => {
    const channel = (start + index) % channels;
    const at = (list: readonly number[]) => list[list.length === 1 ? 0 : channel] ?? 0;
    return ((pixels[start + index] ?? 0) / 255 - at(mean)) / at(standardDeviation);
  });
}

function softmax(logits: Float32Array, start: number, classes: number): number[] {
  const row = Array.from(logits.subarray(start, start + classes));
  const largest = Math.max(...row);
  const powers = row.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function describe({ first, labels, classNames }: Samples, row: number, probabilities: number[]): Prediction {
  const predicted = probabilities.indexOf(Math.max(...probabilities));
  const name = classNames?.[predicted];
  const label = labels?.[row];
  return {
    sample: first + row,
    predicted,
    ...(name !== undefined && { name }),
    ...(label !== undefined && { label }),
    probabilities,
  };
}

function render(predictions: readonly Prediction[]): string {
  const labelled = predictions.some(({ label }) => label !== undefined);
  const rows = predictions.map(({ sample, predicted, name, label, probabilities }) => [
    String(sample),
    name !== undefined && name !== String(predicted) ? `${predicted} ${name}` : String(predicted),
    percent(probabilities[predicted] ?? 0),
    ...(labelled ? [label === undefined ? "" : `${label}${label === predicted ? "" : "  wrong"}`] : []),
  ]);
  return textTable(
    [
      { title: "sample", align: "right" },
      { title: "class", align: "left" },
      { title: "probability", align: "right" },
      ...(labelled ? [{ title: "label", align: "left" } as const] : []),
    ],
    rows,
  );
}
