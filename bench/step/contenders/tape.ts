/**
 * `tape.ts START`: the training loop people write with TensorFlow.js: its layers as core operations, `variableGrads` and
 * an optimizer, on the native engine. Modules are isolated the way one does it there: the output is kept and handed on as data.
 */
import type { Optimizer, Rank, Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D, Variable } from "@tensorflow/tfjs";
import { loadTfjs } from "../../../runtime/engine/load-tfjs.ts";
import { serve } from "../../serve.ts";
import { timed } from "../answer.ts";
import type { NetworkModule, Unit } from "../network.ts";
import { readStartPoint } from "../start-point.ts";

const { tf } = loadTfjs();
const start = readStartPoint(process.argv[2] ?? "");
const given = new Map(start.weights.map((weight) => [weight.address, weight]));
const images = tf.tensor4d(start.images, [start.batch, 32, 32, 3]);
const labels = tf.tensor1d(start.labels, "int32");

interface Layer<Input extends Tensor, Output extends Tensor> {
  readonly call: (x: Input) => Output;
  readonly variables: readonly Variable[];
}

function weight<R extends Rank>(address: string): Variable<R> {
  const { shape } = given.get(address) as { shape: readonly number[] };
  return tf.variable<R>(tf.tensor<R>(start.values.get(address) as Float32Array, [...shape] as never), true, address);
}

function conv(address: string, stride: number): Layer<Tensor4D, Tensor4D> {
  const kernel = weight<Rank.R4>(`${address}.kernel`);
  const margin = ((kernel.shape[0] as number) - 1) / 2;
  function call(x: Tensor4D): Tensor4D {
    if (stride === 1) return tf.conv2d(x, kernel, 1, "same");
    // "same" pads one side only at stride 2, and tfjs-node has no gradient for padding given in numbers.
    const sides: [number, number] = [margin, margin];
    return tf.conv2d(margin === 0 ? x : tf.pad(x, [[0, 0], sides, sides, [0, 0]]), kernel, stride, "valid");
  }
  return { call, variables: [kernel] };
}

/** Normalises with the batch's statistics and moves the running ones by a tenth. */
function batchNorm(channels: number): Layer<Tensor4D, Tensor4D> {
  const scale = tf.variable(tf.ones<Rank.R1>([channels]));
  const offset = tf.variable(tf.zeros<Rank.R1>([channels]));
  const runningMean = tf.variable(tf.zeros([channels]), false);
  const runningVariance = tf.variable(tf.ones([channels]), false);
  function call(x: Tensor4D): Tensor4D {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const count = x.size / channels;
    tf.tidy(() => {
      runningMean.assign(runningMean.mul(0.9).add(mean.mul(0.1)));
      runningVariance.assign(runningVariance.mul(0.9).add(variance.mul((0.1 * count) / (count - 1))));
    });
    return tf.batchNorm4d(x, mean as Tensor1D, variance as Tensor1D, offset, scale, 1e-5);
  }
  return { call, variables: [scale, offset] };
}

function dense(address: string): Layer<Tensor2D, Tensor2D> {
  const kernel = weight<Rank.R2>(`${address}.kernel`);
  const bias = weight<Rank.R1>(`${address}.bias`);
  return { call: (x) => tf.add(tf.matMul(x, kernel), bias), variables: [kernel, bias] };
}

function unit({ address, kind, inputs, outputs, stride }: Unit): Layer<Tensor4D, Tensor4D> {
  const first = conv(`${address}.conv[1]`, stride);
  const firstNorm = batchNorm(outputs);
  if (kind === "stem") {
    return {
      call: (x) => tf.relu(firstNorm.call(first.call(x))),
      variables: [...first.variables, ...firstNorm.variables],
    };
  }
  const second = conv(`${address}.conv[2]`, 1);
  const secondNorm = batchNorm(outputs);
  const shortcut = inputs === outputs ? undefined : conv(`${address}.conv[3]`, stride);
  const shortcutNorm = shortcut === undefined ? undefined : batchNorm(outputs);
  function call(x: Tensor4D): Tensor4D {
    const body = secondNorm.call(second.call(tf.relu(firstNorm.call(first.call(x)))));
    const skip = shortcut === undefined || shortcutNorm === undefined ? x : shortcutNorm.call(shortcut.call(x));
    return tf.relu(tf.add(body, skip));
  }
  const layers = [first, firstNorm, second, secondNorm, shortcut, shortcutNorm];
  return { call, variables: layers.flatMap((layer) => layer?.variables ?? []) };
}

function head({ address, convolution }: NetworkModule["head"]): Layer<Tensor4D, Tensor2D> {
  const pool = (x: Tensor4D): Tensor2D => tf.mean(x, [1, 2]);
  const last = dense(`${address}.dense[${convolution === undefined ? 1 : 2}]`);
  if (convolution === undefined) return { call: (x) => last.call(pool(x)), variables: last.variables };
  const first = conv(`${address}.conv[1]`, convolution.stride);
  const norm = batchNorm(convolution.width);
  const hidden = dense(`${address}.dense[1]`);
  return {
    call: (x) => last.call(tf.relu(hidden.call(pool(tf.relu(norm.call(first.call(x))))))),
    variables: [first, norm, hidden, last].flatMap(({ variables }) => variables),
  };
}

interface LocalModule {
  readonly units: readonly Layer<Tensor4D, Tensor4D>[];
  readonly head: Layer<Tensor4D, Tensor2D>;
  readonly variables: Variable[];
  // One for each module: the optimizer numbers its slots by position, so that a shared one mixes them up.
  readonly optimizer: Optimizer;
}

const modules = start.network.modules.map((module): LocalModule => {
  const units = module.units.map(unit);
  const own = head(module.head);
  const variables = [...units, own].flatMap((layer) => layer.variables);
  return { units, head: own, variables, optimizer: tf.train.momentum(start.rate, start.momentum) };
});

function trainModule(module: LocalModule, x: Tensor4D): { output: Tensor4D; loss: number } {
  let output = x;
  const { value, grads } = tf.variableGrads(() => {
    output = tf.keep(module.units.reduce((h, { call }) => call(h), x));
    const logits = module.head.call(output);
    return tf.losses.softmaxCrossEntropy(tf.oneHot(labels, start.classes), logits) as Scalar;
  }, module.variables);
  module.optimizer.applyGradients(grads);
  const loss = value.dataSync()[0] as number;
  tf.dispose([value, grads]);
  return { output, loss };
}

function step(): number[] {
  let x = images;
  return modules.map((module) => {
    const { output, loss } = trainModule(module, x);
    if (x !== images) x.dispose();
    x = output;
    if (module === modules.at(-1)) output.dispose();
    return loss;
  });
}

await serve(() => timed(step));
