/** A TensorFlow graph as plain data, and its encoding as a SavedModel (tensorflow/core/protobuf/saved_model.proto). */
import { bytesField, concatenate, floatField, integerField, mapEntryField, varint } from "./wire.ts";

export interface GraphNode {
  /** Letters, digits and `._/-`; no comma. */
  readonly name: string;
  readonly operation: string;
  /** `node`, `node:1` for its second output, `^node` to run after it; the latter last. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, GraphAttribute>>;
}

export type GraphAttribute =
  /** TensorFlow's number of an element type. */
  | { readonly kind: "type"; readonly value: number }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integers"; readonly value: readonly number[] }
  /** −1 for an axis whose length is known at run time only. */
  | { readonly kind: "shape"; readonly value: readonly number[] }
  | { readonly kind: "tensor"; readonly type: number; readonly shape: readonly number[]; readonly content: Uint8Array };

/** A named entry: what is fed and fetched. */
export interface Signature {
  readonly inputs: readonly SignatureTensor[];
  readonly outputs: readonly SignatureTensor[];
}

export interface SignatureTensor {
  readonly name: string;
  /** `node:0` */
  readonly tensor: string;
  readonly type: number;
  readonly shape: readonly number[];
}

/** Version of the operations used; every TensorFlow since 2.14 accepts it. */
const GRAPH_PRODUCER = 1500;

/** The content of `saved_model.pb`: one graph tagged `serve`, its variables set by a signature instead of files. */
export function encodeSavedModel(nodes: readonly GraphNode[], signatures: ReadonlyMap<string, Signature>): Uint8Array {
  const versions = bytesField(4, integerField(1, GRAPH_PRODUCER));
  const encodeEntry = createEntryEncoder();
  const graph = concatenate([...nodes.map((node) => bytesField(1, encodeNode(node, encodeEntry))), versions]);
  const information = bytesField(4, "serve");
  const entries = [...signatures].map(([name, signature]) => mapEntryField(5, name, encodeSignature(signature)));
  const metaGraph = concatenate([bytesField(1, information), bytesField(2, graph), ...entries]);
  return concatenate([integerField(1, 1), bytesField(2, metaGraph)]);
}

type EncodeEntry = (name: string, attribute: GraphAttribute) => Uint8Array;

function encodeNode({ name, operation, inputs, attributes }: GraphNode, encodeEntry: EncodeEntry): Uint8Array {
  return concatenate([
    bytesField(1, name),
    bytesField(2, operation),
    ...inputs.map((input) => bytesField(3, input)),
    ...Object.entries(attributes).map(([key, attribute]) => encodeEntry(key, attribute)),
  ]);
}

/** Attributes of a node; thousands of nodes share a few dozen different ones, each of which is encoded once. */
function createEntryEncoder(): EncodeEntry {
  const encoded = new Map<string, Uint8Array>();
  return (name, attribute) => {
    if (attribute.kind === "tensor") return mapEntryField(5, name, encodeAttribute(attribute));
    const key = `${name} ${attribute.kind} ${attribute.value}`;
    const entry = encoded.get(key) ?? mapEntryField(5, name, encodeAttribute(attribute));
    encoded.set(key, entry);
    return entry;
  };
}

function encodeAttribute(attribute: GraphAttribute): Uint8Array {
  switch (attribute.kind) {
    case "string":
      return bytesField(2, attribute.value);
    case "integer":
      return integerField(3, attribute.value);
    case "float":
      return floatField(4, attribute.value);
    case "boolean":
      return integerField(5, attribute.value ? 1 : 0);
    case "type":
      return integerField(6, attribute.value);
    case "shape":
      return bytesField(7, encodeShape(attribute.value));
    case "integers":
      return bytesField(1, bytesField(3, concatenate(attribute.value.map(varint))));
    case "tensor": {
      const shape = bytesField(2, encodeShape(attribute.shape));
      return bytesField(8, concatenate([integerField(1, attribute.type), shape, bytesField(4, attribute.content)]));
    }
  }
}

function encodeShape(shape: readonly number[]): Uint8Array {
  return concatenate(shape.map((length) => bytesField(2, integerField(1, length))));
}

function encodeSignature({ inputs, outputs }: Signature): Uint8Array {
  return concatenate([
    ...inputs.map((tensor) => mapEntryField(1, tensor.name, encodeTensorInfo(tensor))),
    ...outputs.map((tensor) => mapEntryField(2, tensor.name, encodeTensorInfo(tensor))),
    bytesField(3, "tensorflow/serving/predict"),
  ]);
}

function encodeTensorInfo({ tensor, type, shape }: SignatureTensor): Uint8Array {
  return concatenate([bytesField(1, tensor), integerField(2, type), bytesField(3, encodeShape(shape))]);
}
