import type { Procedures, StepProgram } from "../../program/step-program.ts";
import { createGraphBuilder } from "./graph-builder.ts";
import type { Signature } from "./graph-definition.ts";
import { encodeSavedModel } from "./graph-definition.ts";
import { lowerProcedure } from "./lower-procedure.ts";
import type { VariableChunk } from "./variable-nodes.ts";
import { addVariableAccess, addVariableHandles } from "./variable-nodes.ts";

/** Some procedures of a program as one TensorFlow graph over one set of variables. */
export interface WrittenGraph {
  /** The content of `saved_model.pb`. */
  readonly bytes: Uint8Array;
  readonly nodeCount: number;
  readonly procedures: ReadonlyMap<keyof Procedures, Signature>;
  readonly chunks: readonly VariableChunk[];
}

/** Every procedure becomes a signature of its name; variables are set and read by the signatures `init` and `read`. */
export function writeGraph(program: StepProgram, names: readonly (keyof Procedures)[]): WrittenGraph {
  const graph = createGraphBuilder();
  const handles = addVariableHandles(program.variables, graph);
  const modulesWait = program.recipe.order !== "parallel";
  const procedures = new Map(
    names.map((name) => [name, lowerProcedure(program.procedures[name], handles, graph, { modulesWait })] as const),
  );
  const chunks = addVariableAccess(program.variables, handles, graph);
  const signatures = new Map<string, Signature>(procedures);
  chunks.forEach(({ write, read }, index) => {
    const suffix = chunks.length === 1 ? "" : `_${index + 1}`;
    signatures.set(`init${suffix}`, { inputs: write.inputs, outputs: [write.done] });
    signatures.set(`read${suffix}`, { inputs: [], outputs: read });
  });
  return { bytes: encodeSavedModel(graph.nodes, signatures), nodeCount: graph.nodes.length, procedures, chunks };
}
