import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Binding, DataType, TensorData } from "../../engine/binding.ts";
import type { Procedures, StepProgram } from "../../program/step-program.ts";
import type { Feeds, TensorValues } from "../executor.ts";
import type { SignatureTensor } from "./graph-definition.ts";
import { writeGraph } from "./write-graph.ts";

/** A loaded graph and its variables. */
export interface GraphSession {
  run(name: keyof Procedures, feeds: Feeds): ReadonlyMap<string, TensorValues>;
  read(): Map<string, TensorValues>;
  /** Sets all variables. */
  write(values: ReadonlyMap<string, TensorValues>): void;
  close(): void;
}

/** Writes the procedures as a SavedModel in a temporary folder, loads it and removes the folder. */
export function openGraphSession(
  program: StepProgram,
  names: readonly (keyof Procedures)[],
  binding: Binding,
): GraphSession {
  const { bytes, procedures, chunks } = writeGraph(program, names);
  const session = loadFromTemporaryFolder(bytes, binding);

  /** Feeds, runs, copies what is fetched, and gives every tensor back. */
  function call(
    inputs: readonly SignatureTensor[],
    feeds: ReadonlyMap<string, TensorValues>,
    batch: number,
    outputs: readonly SignatureTensor[],
  ): Map<string, TensorValues> {
    const fed: number[] = [];
    try {
      for (const { name, type, shape } of inputs) {
        const values = feeds.get(name);
        if (values === undefined) throw new Error(`nothing is fed to ${name}`);
        const lengths = shape.map((length) => (length < 0 ? batch : length));
        fed.push(binding.createTensor(lengths, type as DataType, values as TensorData));
      }
      const results = binding.runSavedModel(session, fed, tensorNames(inputs), tensorNames(outputs));
      const values = new Map<string, TensorValues>();
      results.forEach(({ id }, position) => {
        values.set((outputs[position] as SignatureTensor).name, binding.tensorDataSync(id) as TensorValues);
        binding.deleteTensor(id);
      });
      return values;
    } finally {
      for (const id of fed) binding.deleteTensor(id);
    }
  }

  return {
    run(name, { batch, values }) {
      const signature = procedures.get(name);
      if (signature === undefined) throw new Error(`procedure ${name} is not in this graph`);
      return call(signature.inputs, values, batch, signature.outputs);
    },
    read: () => new Map(chunks.flatMap(({ read }) => [...call([], new Map(), 0, read)])),
    write(values) {
      for (const { write } of chunks) call(write.inputs, values, 0, [write.done]);
    },
    close: () => binding.deleteSavedModel(session),
  };
}

function loadFromTemporaryFolder(bytes: Uint8Array, binding: Binding): number {
  const folder = mkdtempSync(join(tmpdir(), "llnet-graph-"));
  try {
    mkdirSync(join(folder, "variables"));
    writeFileSync(join(folder, "saved_model.pb"), bytes);
    return binding.loadSavedModel(folder, "serve");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tensorNames(tensors: readonly SignatureTensor[]): string {
  return tensors.map(({ tensor }) => tensor).join(",");
}
