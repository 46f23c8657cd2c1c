import "./also-portable.ts";
import { expect, test } from "vitest";
import type { Emitter, Operation } from "../../compiler/operations/operation.ts";
import { findOperation } from "../../compiler/operations/registry.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import { differentiate } from "./differentiate.ts";
import { execute } from "./execute.ts";
import { createRecorder } from "./recorder.ts";

// Golden test A: features sin(1 + 1.7 i) [6, 3], labels 0 0 1 1 1 2, temperature 0.07; float64 values from the reference code.
test("the supervised contrastive loss of normalised features and its gradient equal the reference", () => {
  const features: TensorType = { dataType: "float32", shape: [-1, 3] };
  const labels: TensorType = { dataType: "int32", shape: [-1] };
  const recorder = createRecorder("train", [features, labels]);
  const [x, label] = recorder.tensors as [number, number];
  const rows = emit("normalize", { ...recorder, tensors: [x] }, [features], {});
  const loss = emit("supervised_contrastive", { ...recorder, tensors: [rows, label] }, [features, labels], {
    temperature: 0.07,
  });
  const [gradient] = differentiate(recorder, loss, { kind: "uniform", scalar: { value: 1, batchPower: 0 } }, [x]);
  const inputs = new Map<number, Float32Array | Int32Array>([
    [x, Float32Array.from({ length: 18 }, (_, index) => Math.sin(1 + 1.7 * index))],
    [label, Int32Array.of(0, 0, 1, 1, 1, 2)],
  ]);
  const [unit, value, slopes] = execute(recorder, 6, inputs, [rows, loss, gradient as number]) as Float32Array[];
  expectClose([...(unit as Float32Array).slice(0, 3)], [0.6278456875, 0.3188804125, -0.7100176584]);
  expectClose([...(value as Float32Array)], [6.1338426457]);
  expectClose([...(slopes as Float32Array).slice(0, 3)], [1.2110096181, -3.2284233992, -0.3790804577]);
  // The last row has no positive, but is a negative for all others.
  expectClose([...(slopes as Float32Array).slice(15)], [0.1542304186, -0.9200113259, 0.0828463695]);
  expectClose([(slopes as Float32Array).reduce((sum, slope) => sum + Math.abs(slope), 0)], [30.5326456685]);
});

function emit(name: string, emitter: Emitter, tensors: readonly TensorType[], given: Record<string, number>): number {
  return (findOperation(name) as Operation).emit({ tensors, arguments: given }, emitter);
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  found.forEach((value, index) => {
    const wanted = expected[index] as number;
    expect(Math.abs(value - wanted), `expected ${wanted}, found ${value}`).toBeLessThan(
      1e-5 * Math.max(1, Math.abs(wanted)),
    );
  });
}
