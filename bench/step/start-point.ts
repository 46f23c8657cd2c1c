/** What all contenders start from, in files that TypeScript and Python read alike: one batch and the same initial weights. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomStream } from "../../runtime/random/stream.ts";
import {
  classes,
  describeNetwork,
  headFeatures,
  imageShape,
  type ModuleCount,
  momentum,
  type Network,
  rate,
} from "./network.ts";

export interface StartPoint {
  readonly batch: number;
  readonly classes: number;
  readonly rate: number;
  readonly momentum: number;
  readonly network: Network;
  /** Kernels and biases by address, at `offset` numbers into `weights.bin`; scales are 1 and offsets 0. */
  readonly weights: readonly { readonly address: string; readonly shape: readonly number[]; readonly offset: number }[];
}

/** Writes `start.json`, `weights.bin`, `images.bin` (float32) and `labels.bin` (int32) to a new folder and returns its path. */
export function writeStartPoint(modules: ModuleCount, batch: number): string {
  const folder = mkdtempSync(join(tmpdir(), "llnet-bench-"));
  const network = describeNetwork(modules);
  const shapes = weightShapes(network);
  let offset = 0;
  const weights = [...shapes].map(([address, shape]) => {
    const weight = { address, shape, offset };
    offset += elements(shape);
    return weight;
  });
  const values = new Float32Array(offset);
  for (const weight of weights) values.set(initialWeight(weight.address, weight.shape), weight.offset);
  const start: StartPoint = { batch, classes, rate, momentum, network, weights };
  const { images, labels } = makeBatch(batch);
  writeFileSync(join(folder, "start.json"), JSON.stringify(start));
  writeFileSync(join(folder, "weights.bin"), new Uint8Array(values.buffer));
  writeFileSync(join(folder, "images.bin"), new Uint8Array(images.buffer));
  writeFileSync(join(folder, "labels.bin"), new Uint8Array(labels.buffer));
  return folder;
}

export interface LoadedStart extends StartPoint {
  /** `[batch, height, width, channels]`, row-major. */
  readonly images: Float32Array<ArrayBuffer>;
  readonly labels: Int32Array<ArrayBuffer>;
  readonly values: ReadonlyMap<string, Float32Array>;
}

export function readStartPoint(folder: string): LoadedStart {
  const start = JSON.parse(readFileSync(join(folder, "start.json"), "utf8")) as StartPoint;
  const bytes = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(folder, name))).buffer;
  const all = new Float32Array(bytes("weights.bin"));
  const values = start.weights.map(({ address, shape, offset }): [string, Float32Array] => [
    address,
    all.slice(offset, offset + elements(shape)),
  ]);
  return {
    ...start,
    images: new Float32Array(bytes("images.bin")),
    labels: new Int32Array(bytes("labels.bin")),
    values: new Map(values),
  };
}

/** Kernels `[height, width, inputs, outputs]` and `[inputs, outputs]`, biases `[outputs]`. */
function weightShapes({ modules }: Network): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { units, head } of modules) {
    for (const { address, kind, inputs, outputs, stride } of units) {
      shapes.set(`${address}.conv[1].kernel`, [3, 3, inputs, outputs]);
      if (kind === "block") shapes.set(`${address}.conv[2].kernel`, [3, 3, outputs, outputs]);
      if (kind === "block" && stride > 1) shapes.set(`${address}.conv[3].kernel`, [1, 1, inputs, outputs]);
    }
    const layers =
      head.convolution === undefined ? [head.inputs, classes] : [head.convolution.width, headFeatures, classes];
    if (head.convolution) shapes.set(`${head.address}.conv[1].kernel`, [3, 3, head.inputs, head.convolution.width]);
    layers.slice(1).forEach((outputs, index) => {
      shapes.set(`${head.address}.dense[${index + 1}].kernel`, [layers[index] as number, outputs]);
      shapes.set(`${head.address}.dense[${index + 1}].bias`, [outputs]);
    });
  }
  return shapes;
}

/** He's normal initialisation (fan in) for kernels, zero for biases. */
function initialWeight(address: string, shape: readonly number[]): Float32Array {
  if (shape.length === 1) return new Float32Array(elements(shape));
  const inputs = elements(shape.slice(0, -1));
  return randomStream(1, "bench", address).normalArray(elements(shape), 0, Math.sqrt(2 / inputs));
}

/** Noise with a faint pattern for each class, so that the loss can fall. */
function makeBatch(batch: number): { images: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const size = elements(imageShape);
  const labels = Int32Array.from({ length: batch }, (_, index) => (index * 7) % classes);
  const noise = randomStream(1, "bench", "images").uniformArray(batch * size, -1, 1);
  const pattern = (index: number): number =>
    0.15 * Math.sin((labels[Math.floor(index / size)] as number) * ((index % size) % 37));
  return { images: Float32Array.from(noise, (value, index) => value + pattern(index)), labels };
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
