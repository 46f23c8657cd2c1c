/**
 * The toy network of the golden tests: dense layers with closed-form weights, gradient routing without data or batch
 * statistics. `Dense(tag, inputs, outputs)`: W[i][j] = 0.5·sin(1 + tag + 3i + j), b[j] = 0.1·cos(tag + j).
 */
import { expect } from "vitest";
import { compile, probeLosses } from "../../compiler/index.ts";
import { createTrainer, type Trainer } from "../../runtime/train/trainer.ts";
import { expectNear } from "./sine-weights.ts";

/** A layer of the toy: tag, inputs, outputs. */
export type Dense = readonly [tag: number, inputs: number, outputs: number];

export const batch = { input: Float32Array.of(0.5, -1, 2, 1.5, 0.3, -0.7), label: Int32Array.of(2, 0) };

/** f1, f2 and f3, the head of end-to-end training and the local heads a1 and a2. */
export const backbone: Record<string, Dense> = {
  "f[1].dense[1]": [10, 3, 4],
  "f[2].dense[1]": [20, 4, 4],
  "f[3].dense[1]": [30, 4, 4],
};
export const classifier: Dense = [40, 4, 3];
export const a1: Dense = [51, 4, 3];
export const a2: Dense = [52, 4, 3];

/** The chain f1, f2, f3 and a head that is one dense layer; `lines` are further declarations, `items` those of the model. */
export function toyModel(items: string, lines = ""): string {
  return `
    backbone toy() {
      for l in 1..3 { unit f[l]: dense(4) |> tanh }
    }
    head linear(module) {
      loss classes = cross_entropy(module.output |> dense(classes), label)
    }
    ${lines}
    model net {
      input [3] classes 3 backbone toy()
      ${items}
    }`;
}

/** Weights by the address of their layer. */
export function weights(layers: Record<string, Dense>): Map<string, Float32Array> {
  return new Map(
    Object.entries(layers).flatMap(([address, [tag, inputs, outputs]]) => {
      const kernel = Float32Array.from(
        { length: inputs * outputs },
        (_, flat) => 0.5 * Math.sin(1 + tag + 3 * Math.floor(flat / outputs) + (flat % outputs)),
      );
      const bias = Float32Array.from({ length: outputs }, (_, j) => 0.1 * Math.cos(tag + j));
      return [[`${address}.kernel`, kernel] as const, [`${address}.bias`, bias] as const];
    }),
  );
}

/** (Σ vₖ cos k, Σ vₖ²) over a layer's kernel, then its bias; over the values alone where the address is a single weight's. */
function signature(values: ReadonlyMap<string, Float32Array>, address: string): [number, number] {
  const all = values.has(address)
    ? [...(values.get(address) ?? [])]
    : [...(values.get(`${address}.kernel`) ?? []), ...(values.get(`${address}.bias`) ?? [])];
  if (all.length === 0) throw new Error(`nothing at ${address}: there is ${[...values.keys()].join(", ")}`);
  return [all.reduce((sum, value, k) => sum + value * Math.cos(k), 0), all.reduce((sum, value) => sum + value ** 2, 0)];
}

export function expectSignatures(
  values: ReadonlyMap<string, Float32Array>,
  golden: Record<string, readonly [number, number]>,
): void {
  for (const [address, expected] of Object.entries(golden)) {
    const found = signature(values, address);
    expectNear(found[0], expected[0]);
    expectNear(found[1], expected[1]);
  }
}

export async function expectGradients(
  trainer: Trainer,
  golden: Record<string, readonly [number, number]>,
): Promise<void> {
  expectSignatures(await trainer.gradients(batch), golden);
}

export async function expectLosses(trainer: Trainer, golden: Record<string, number>): Promise<void> {
  const { losses } = await trainer.evaluate(batch);
  for (const [name, value] of Object.entries(golden)) expectNear(losses[name], value);
}

/** Every loss alone gives a gradient exactly to the owners the isolation matrix names; the matrix, as printed rows. */
export async function measureIsolation(text: string, initial: ReadonlyMap<string, Float32Array>): Promise<string[]> {
  const { scoped } = compile({ file: "toy.llnet", text });
  if (scoped === undefined) throw new Error("the toy does not compile");
  const rows: string[] = [];
  for (const { loss, program } of probeLosses(scoped)) {
    const trainer = await createTrainer(program, { executor: "eager" });
    try {
      await trainer.setWeights(new Map([...(await trainer.weights()), ...initial]));
      const gradients = await trainer.gradients(batch);
      const moved = scoped.owners.filter(({ weights: own }) =>
        own.some(({ address }) => gradients.get(address)?.some((value) => value !== 0)),
      );
      const position = scoped.isolation.losses.indexOf(loss);
      const named = scoped.owners.filter((_, column) => scoped.isolation.reaches[position]?.[column]);
      expect(moved, loss).toEqual(named);
      rows.push(`${loss}: ${moved.map(({ name }) => name).join(" ")}`);
    } finally {
      trainer.dispose();
    }
  }
  return rows;
}
