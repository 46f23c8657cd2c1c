import type { EngineTensor, PortableEngine } from "../../engine/portable-engine.ts";
import { ProgramError } from "../../primitives/primitive.ts";
import { findPrimitive } from "../../primitives/registry.ts";
import type { Instruction, Procedure } from "../../program/step-program.ts";
import type { TensorType } from "../../program/tensor-type.ts";
import { bytesAt, shapeAt } from "../../program/tensor-type.ts";
import type { ByteTracker } from "../eager/byte-tracker.ts";
import type { TensorValues } from "../executor.ts";
import { createKit } from "./kit.ts";
import type { PortableCall, PortableKernel } from "./portable-kernel.ts";
import type { KernelSet } from "./portable-kernels.ts";
import type { PortableVariableStore } from "./variable-store.ts";

/** A procedure prepared for one batch size on one engine. */
export interface BoundPortable {
  /** Computes at once; the outputs are read afterwards. */
  run(
    feeds: ReadonlyMap<string, TensorValues>,
    tracker: ByteTracker,
    onInstruction?: (instruction: Instruction, index: number, milliseconds: number) => void,
  ): Promise<ReadonlyMap<string, TensorValues>>;
  dispose(): void;
}

/** Everything about an instruction that does not change between runs. */
interface BoundCall extends Omit<PortableCall, "operands"> {
  readonly instruction: Instruction;
  readonly kernel: PortableKernel;
  readonly alias: "operand" | "variable" | undefined;
}

export function bindPortable(
  procedure: Procedure,
  batch: number,
  store: PortableVariableStore,
  engine: PortableEngine,
  { kernels, repairs }: KernelSet,
): BoundPortable {
  const kit = createKit(engine, repairs);
  const typeOf = (value: number): TensorType => defined(procedure.values[value], `%${value}`);
  const calls = procedure.instructions.map<BoundCall>((instruction) => ({
    instruction,
    kernel: defined(kernels[instruction.primitive], instruction.primitive),
    alias: findPrimitive(instruction.primitive)?.alias,
    types: instruction.operands.map(typeOf),
    attributes: instruction.attributes,
    batch,
    results: instruction.results.map((value) => shapeAt(typeOf(value).shape, batch)),
    variables: instruction.variables.map(store.variable),
  }));

  function run(
    feeds: ReadonlyMap<string, TensorValues>,
    tracker: ByteTracker,
    onInstruction?: (instruction: Instruction, index: number, milliseconds: number) => void,
  ): Promise<ReadonlyMap<string, TensorValues>> {
    const live = new Map<number, EngineTensor>();
    tracker.reset();

    function release(value: number): void {
      const tensor = live.get(value) as EngineTensor;
      live.delete(value);
      tracker.release(value);
      engine.release(tensor);
    }

    function feed(name: string, value: number): void {
      const type = typeOf(value);
      const fed = feeds.get(name);
      if (fed === undefined) throw new Error(`nothing is fed to ${name}`);
      const tensor = engine.create(fed, shapeAt(type.shape, batch), type.dataType);
      if (fed instanceof Int32Array) kit.known.set(tensor.dataId, fed);
      live.set(value, tensor);
      tracker.own(value, bytesAt(type, batch));
    }

    function execute({ instruction, kernel, alias, ...call }: BoundCall): void {
      const operands = instruction.operands.map((value) => live.get(value) as EngineTensor);
      const results = kernel.run(kit, { ...call, operands });
      instruction.results.forEach((value, index) => {
        const result = defined(results[index], `result ${index} of ${instruction.primitive}`);
        // An operand that is a result as it is gets a reference of its own.
        live.set(value, operands.includes(result) ? engine.share(result, result.shape) : result);
        if (alias === "operand") tracker.share(value, instruction.operands[0] as number);
        else if (alias === undefined) tracker.own(value, bytesAt(typeOf(value), batch));
      });
      kit.finish(results);
      instruction.free.forEach(release);
    }

    try {
      for (const { name, value } of procedure.inputs) feed(name, value);
      calls.forEach((call, index) => {
        const start = onInstruction === undefined ? 0 : performance.now();
        execute(call);
        onInstruction?.(call.instruction, index, performance.now() - start);
      });
    } catch (error) {
      kit.finish([]);
      for (const value of [...live.keys()]) release(value);
      throw error;
    }
    return readOutputs(procedure, live, engine).finally(() => {
      for (const value of [...live.keys()]) release(value);
    });
  }

  return { run, dispose: kit.dispose };
}

async function readOutputs(
  { outputs }: Procedure,
  live: ReadonlyMap<number, EngineTensor>,
  engine: PortableEngine,
): Promise<ReadonlyMap<string, TensorValues>> {
  const read = outputs.map(
    async ({ name, value }): Promise<[string, TensorValues]> => [
      name,
      await engine.read(defined(live.get(value), name)),
    ],
  );
  return new Map(await Promise.all(read));
}

function defined<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ProgramError(`${name} is not defined`);
  return value;
}
