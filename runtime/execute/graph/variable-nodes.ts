import { dataTypes } from "../../engine/binding.ts";
import type { Variable } from "../../program/step-program.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { typeAttribute } from "./graph-builder.ts";
import type { SignatureTensor } from "./graph-definition.ts";
import type { GraphVariables } from "./lower-procedure.ts";

/**
 * Ways in and out of the variables, a thousand at a time: every set of names costs the engine a look at the whole graph,
 * and memory that grows with the square of their number.
 */
export interface VariableChunk {
  readonly variables: readonly Variable[];
  /** What to feed to set them, and what to fetch so that it happens. */
  readonly write: { readonly inputs: readonly SignatureTensor[]; readonly done: SignatureTensor };
  readonly read: readonly SignatureTensor[];
}

const CHUNK = 1024;

/** Adds a resource handle for every variable. */
export function addVariableHandles(variables: readonly Variable[], graph: GraphBuilder): GraphVariables {
  const handles = new Map(
    variables.map(({ address, type }) => {
      const attributes = {
        container: { kind: "string", value: "" },
        shared_name: { kind: "string", value: address },
        dtype: typeAttribute(dataTypes[type.dataType]),
        shape: { kind: "shape", value: type.shape },
      } as const;
      return [address, graph.add(`variable/${address}`, "VarHandleOp", [], attributes)];
    }),
  );
  return {
    types: new Map(variables.map(({ address, type }) => [address, type])),
    handleNode(address) {
      const node = handles.get(address);
      if (node === undefined) throw new Error(`there is no variable ${address}`);
      return node;
    },
  };
}

/** Adds what sets and reads the variables. */
export function addVariableAccess(
  variables: readonly Variable[],
  handles: GraphVariables,
  graph: GraphBuilder,
): VariableChunk[] {
  const chunks: VariableChunk[] = [];
  for (let start = 0; start < variables.length; start += CHUNK) {
    const members = variables.slice(start, start + CHUNK);
    const assignments: string[] = [];
    const write: SignatureTensor[] = [];
    const read: SignatureTensor[] = [];
    for (const { address, type } of members) {
      const T = typeAttribute(dataTypes[type.dataType]);
      const handle = handles.handleNode(address);
      const fed = graph.add("new", "Placeholder", [], { dtype: T, shape: { kind: "shape", value: type.shape } });
      // A fed tensor may share JavaScript's memory, which must be given back on JavaScript's own thread: keep a copy.
      const copy = graph.add("new/copy", "DeepCopy", [fed], { T });
      assignments.push(graph.add("new/assign", "AssignVariableOp", [handle, copy], { dtype: T }));
      const current = graph.add("read", "ReadVariableOp", [handle], { dtype: T });
      const description = { name: address, type: dataTypes[type.dataType], shape: type.shape };
      write.push({ ...description, tensor: `${fed}:0` });
      read.push({ ...description, tensor: `${current}:0` });
    }
    const done = graph.add(
      "new/done",
      "Identity",
      [graph.scalar(1, "bool"), ...assignments.map((name) => `^${name}`)],
      {
        T: typeAttribute(dataTypes.bool),
      },
    );
    const doneTensor = { name: "done", tensor: `${done}:0`, type: dataTypes.bool, shape: [] };
    chunks.push({ variables: members, write: { inputs: write, done: doneTensor }, read });
  }
  return chunks;
}
