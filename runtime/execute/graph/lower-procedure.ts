import { dataTypes } from "../../engine/binding.ts";
import type { TensorFlowAttribute, TensorFlowCall, TensorFlowInput } from "../../primitives/primitive.ts";
import { findPrimitive } from "../../primitives/registry.ts";
import type { Instruction, Procedure, Section } from "../../program/step-program.ts";
import type { Shape, TensorType } from "../../program/tensor-type.ts";
import { callOfInstruction } from "../call-of-instruction.ts";
import { createBatchNodes } from "./batch-size.ts";
import type { GraphBuilder } from "./graph-builder.ts";
import { typeAttribute } from "./graph-builder.ts";
import type { GraphAttribute, Signature, SignatureTensor } from "./graph-definition.ts";
import { type OrderingOptions, orderProcedure } from "./ordering.ts";

/** The variables of a graph: types, and the nodes that hold their handles. */
export interface GraphVariables {
  readonly types: ReadonlyMap<string, TensorType>;
  handleNode(address: string): string;
}

/** Writes a procedure into a graph and says what to feed and fetch. Fetching any output runs every update. */
export function lowerProcedure(
  procedure: Procedure,
  variables: GraphVariables,
  graph: GraphBuilder,
  options: OrderingOptions = {},
): Signature {
  const prefix = procedure.name;
  const tensors: string[] = []; // `node` or `node:1` of every value
  const inputs = procedure.inputs.map<SignatureTensor>(({ name, value }) => {
    const type = procedure.values[value] as TensorType;
    const node = graph.add(`${prefix}/${name}`, "Placeholder", [], {
      dtype: typeAttribute(dataTypes[type.dataType]),
      shape: { kind: "shape", value: openShape(type.shape) },
    });
    tensors[value] = node;
    return describeTensor(name, node, type);
  });
  const batched = procedure.inputs.find(({ value }) => procedure.values[value]?.shape[0] === -1);
  const batchNodes = createBatchNodes(
    graph,
    prefix,
    batched && {
      node: tensors[batched.value] as string,
      dataType: (procedure.values[batched.value] as TensorType).dataType,
    },
  );

  const ordering = orderProcedure(procedure, options);
  const nodes: string[] = [];
  const joins: string[] = [];
  const places = sectionOfInstruction(procedure);
  procedure.instructions.forEach((instruction, index) => {
    // A join may be added as soon as the last instruction it runs after has its node.
    const waits = ordering.waitsFor[index];
    if (waits !== undefined) addJoinsUpTo(waits);
    const controls = (ordering.after[index] ?? []).map((earlier) => `^${nodes[earlier]}`);
    if (waits !== undefined) controls.push(`^${joins[waits]}`);
    nodes.push(addInstruction(instruction, places[index] as Section, controls));
  });
  addJoinsUpTo(ordering.joins.length - 1);

  const changes = procedure.instructions.some(({ primitive }) => findPrimitive(primitive)?.hasEffect === true);
  const finished = changes ? joins.slice(-1).map((join) => `^${join}`) : [];
  const outputs = procedure.outputs.map<SignatureTensor>(({ name, value }, position) => {
    const type = procedure.values[value] as TensorType;
    const T = typeAttribute(dataTypes[type.dataType]);
    const node = graph.add(`${prefix}/${position}`, "Identity", [tensors[value] as string, ...finished], { T });
    return describeTensor(name, node, type);
  });
  return { inputs, outputs };

  function addJoinsUpTo(last: number): void {
    for (let join = joins.length; join <= last; join++) {
      const { module, instructions } = ordering.joins[join] as (typeof ordering.joins)[number];
      const before = join > 0 ? [`^${joins[join - 1]}`] : [];
      const controls = [...instructions.map((index) => `^${nodes[index]}`), ...before];
      joins.push(graph.add(`${prefix}/join_${module}`, "NoOp", controls));
    }
  }

  function addInstruction(instruction: Instruction, section: Section, controls: readonly string[]): string {
    const { call } = callOfInstruction(procedure, instruction, variables.types);
    const place = [prefix, `module_${section.module}`, section.part, section.owner, instruction.primitive];
    const node = graph.add(
      place.filter((part) => part !== "").join("/"),
      call.operation,
      [...call.inputs.map((input) => inputTensor(input, instruction, controls)), ...controls],
      attributesOf(call),
    );
    call.outputs.forEach((result, output) => {
      if (result !== null) tensors[instruction.results[result] as number] = output === 0 ? node : `${node}:${output}`;
    });
    return node;
  }

  function addPrepared(call: TensorFlowCall, instruction: Instruction, controls: readonly string[]): string {
    const inputs = call.inputs.map((input) => inputTensor(input, instruction, controls));
    return graph.add(`${prefix}/${call.operation}`, call.operation, [...inputs, ...controls], attributesOf(call));
  }

  function inputTensor(input: TensorFlowInput, instruction: Instruction, controls: readonly string[]): string {
    switch (input.kind) {
      case "call":
        return addPrepared(input.call, instruction, controls);
      case "operand":
        return tensors[instruction.operands[input.index] as number] as string;
      case "variable":
        return variables.handleNode(instruction.variables[input.index] as string);
      case "shape":
        return batchNodes.shape(input.shape);
      case "integers":
        return graph.integers(input.values, input.dimensions);
      case "floats":
        return graph.floats(input.values, input.dimensions);
      case "scalar":
        return batchNodes.scalar(input.value, input.dataType);
    }
  }
}

/** Batch-dependent axes are open in a graph. */
function openShape(shape: Shape): number[] {
  return shape.map((dimension) => (dimension < 0 ? -1 : dimension));
}

function describeTensor(name: string, node: string, type: TensorType): SignatureTensor {
  return { name, tensor: `${node}:0`, type: dataTypes[type.dataType], shape: openShape(type.shape) };
}

function sectionOfInstruction({ sections }: Procedure): Section[] {
  return sections.flatMap((section) => new Array<Section>(section.end - section.start).fill(section));
}

function attributesOf({ attributes }: TensorFlowCall): Record<string, GraphAttribute> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, graphAttribute(value)]));
}

function graphAttribute(attribute: TensorFlowAttribute): GraphAttribute {
  return attribute.kind === "type" ? typeAttribute(dataTypes[attribute.value]) : attribute;
}
