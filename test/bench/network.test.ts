import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { describeNetwork, type ModuleCount, networkText } from "../../bench/step/network.ts";
import { readStartPoint, writeStartPoint } from "../../bench/step/start-point.ts";
import { compile } from "../../compiler/index.ts";

/** Kernels and biases with their shapes: what a start point gives. */
function compiledWeights(modules: ModuleCount): Map<string, readonly number[]> {
  const { program, diagnostics } = compile({ file: "resnet32.llnet", text: networkText(modules, 2) });
  expect(diagnostics).toEqual([]);
  const weights = program?.variables.filter(({ address }) => /\.(kernel|bias)$/.test(address)) ?? [];
  return new Map(weights.map(({ address, type }) => [address, type.shape]));
}

test.each([1, 4] as const)("the hand-written networks cut in %d have the weights of the compiled one", (modules) => {
  const folder = writeStartPoint(modules, 2);
  try {
    const start = readStartPoint(folder);
    expect(new Map(start.weights.map(({ address, shape }) => [address, shape]))).toEqual(compiledWeights(modules));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the hand-written networks are cut where the compiled one is", () => {
  const { program } = compile({ file: "resnet32.llnet", text: networkText(4, 2) });
  const cuts = describeNetwork(4).modules.map(({ units }) => units.map(({ address }) => address));
  expect(program?.modules.map(({ units }) => units)).toEqual(cuts);
});
