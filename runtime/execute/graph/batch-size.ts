import { dataTypes } from "../../engine/binding.ts";
import type { BatchScalar, DataType, Shape } from "../../program/tensor-type.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { FLOAT64, typeAttribute } from "./graph-builder.ts";

/** Nodes for what depends on the batch size, taken from the length of the first axis of something fed. */
export interface BatchNodes {
  /** An int32 vector of axis lengths. */
  shape(shape: Shape): string;
  scalar(scalar: BatchScalar, dataType: DataType): string;
}

/** `fed` is a placeholder whose first axis is the batch; every node is made once, when it is first asked for. */
export function createBatchNodes(
  graph: GraphBuilder,
  prefix: string,
  fed: { readonly node: string; readonly dataType: DataType } | undefined,
): BatchNodes {
  const made = new Map<string, string>();

  function once(key: string, make: () => string): string {
    const node = made.get(key) ?? make();
    made.set(key, node);
    return node;
  }

  /** An int32 scalar: the batch size. */
  function batch(): string {
    return once("batch", () => {
      if (fed === undefined) throw new Error(`${prefix} depends on the batch size, but nothing of that length is fed`);
      const shape = graph.add(`${prefix}/batch/shape`, "Shape", [fed.node], {
        T: typeAttribute(dataTypes[fed.dataType]),
        out_type: typeAttribute(dataTypes.int32),
      });
      const masks = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask"].map(
        (name) => [name, { kind: "integer", value: 0 }] as const,
      );
      const [zero, one] = [graph.integers([0]), graph.integers([1])];
      return graph.add(`${prefix}/batch/size`, "StridedSlice", [shape, zero, one, one], {
        T: typeAttribute(dataTypes.int32),
        Index: typeAttribute(dataTypes.int32),
        ...Object.fromEntries(masks),
        shrink_axis_mask: { kind: "integer", value: 1 },
      });
    });
  }

  function length(dimension: number): string {
    if (dimension >= 0) return graph.integers([dimension], []);
    if (dimension === -1) return batch();
    return once(`length ${dimension}`, () =>
      graph.add(`${prefix}/batch/times_${-dimension}`, "Mul", [batch(), graph.integers([-dimension], [])], {
        T: typeAttribute(dataTypes.int32),
      }),
    );
  }

  /** A 64-bit scalar, `batch ^ power`: computed as JavaScript does, so that both executors round alike. */
  function power(exponent: number): string {
    return once(`power ${exponent}`, () => {
      const size = once("power 1", () =>
        graph.add(`${prefix}/batch/float`, "Cast", [batch()], {
          SrcT: typeAttribute(dataTypes.int32),
          DstT: typeAttribute(FLOAT64),
        }),
      );
      if (exponent === 1) return size;
      const T = typeAttribute(FLOAT64);
      if (exponent === -1) {
        return graph.add(`${prefix}/batch/inverse`, "RealDiv", [graph.scalar(1, "float64"), size], { T });
      }
      return graph.add(`${prefix}/batch/power`, "Pow", [size, graph.scalar(exponent, "float64")], { T });
    });
  }

  return {
    shape(shape) {
      if (shape.every((dimension) => dimension >= 0)) return graph.integers(shape);
      return once(`shape ${shape}`, () =>
        graph.add(`${prefix}/batch/lengths`, "Pack", shape.map(length), {
          N: { kind: "integer", value: shape.length },
          T: typeAttribute(dataTypes.int32),
          axis: { kind: "integer", value: 0 },
        }),
      );
    },
    scalar({ value, batchPower }, dataType) {
      if (batchPower === 0) return graph.scalar(value, dataType);
      return once(`scalar ${value} ${batchPower} ${dataType}`, () => {
        const factor = graph.scalar(value, "float64");
        const product = graph.add(`${prefix}/batch/product`, "Mul", [factor, power(batchPower)], {
          T: typeAttribute(FLOAT64),
        });
        return graph.add(`${prefix}/batch/scalar`, "Cast", [product], {
          SrcT: typeAttribute(FLOAT64),
          DstT: typeAttribute(dataTypes[dataType]),
        });
      });
    },
  };
}
