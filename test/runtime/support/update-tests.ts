/** The primitives that change variables, three times in a row, on an engine and natively. */
import { expect } from "vitest";
import { loadEngine } from "../../../runtime/engine/load-engine.ts";
import { bindProcedure } from "../../../runtime/execute/eager/bind-procedure.ts";
import { createByteTracker } from "../../../runtime/execute/eager/byte-tracker.ts";
import { createVariableStore } from "../../../runtime/execute/eager/variable-store.ts";
import type { TensorValues } from "../../../runtime/execute/executor.ts";
import { bindPortable } from "../../../runtime/execute/portable/bind-procedure.ts";
import { createPortableVariables } from "../../../runtime/execute/portable/variable-store.ts";
import type { Attributes, Procedure, Variable } from "../../../runtime/program/step-program.ts";
import { expectAlike } from "../../operations/alike.ts";
import type { PortableSetup } from "../../operations/execute-portable.ts";
import { wave } from "../../operations/harness.ts";

export interface UpdateCase {
  readonly primitive: string;
  readonly attributes?: Attributes;
  /** Variables it changes; the first starts from zeros, so that what is added can be seen to its last digits, the rest too. */
  readonly variables: number;
  /** Scalars behind the gradient, at step 1, 2, … */
  readonly scalars?: (step: number) => readonly number[];
}

const rate = 0.01;
const [beta1, beta2] = [0.9, 0.999];

export const updateCases: readonly UpdateCase[] = [
  { primitive: "assign", variables: 1 },
  { primitive: "assign_add", variables: 1 },
  { primitive: "assign_subtract", variables: 1 },
  { primitive: "apply_sgd", variables: 1, scalars: () => [rate] },
  {
    primitive: "apply_momentum",
    variables: 2,
    attributes: { momentum: 0.9, nesterov: false },
    scalars: () => [rate],
  },
  { primitive: "apply_momentum", variables: 2, attributes: { momentum: 0.9, nesterov: true }, scalars: () => [rate] },
  {
    primitive: "apply_adam",
    variables: 3,
    attributes: { beta1, beta2 },
    scalars: (step) => [rate, beta1 ** step, beta2 ** step, 1e-8 * Math.sqrt(1 - beta2 ** step)],
  },
];

type Run = (feeds: ReadonlyMap<string, TensorValues>) => Promise<readonly Float32Array[]>;

const length = 9;
const addresses = ["weight", "first", "second"];

/** Variables after each of three updates with other gradients are the native engine's to 1e-6 of the largest. */
export async function expectUpdateCase(updateCase: UpdateCase, setup: PortableSetup): Promise<void> {
  const native = openNative(updateCase);
  const portable = await openPortable(updateCase, setup);
  try {
    for (let step = 1; step <= 3; step++) {
      const feeds = feedsOf(updateCase, step);
      const [expected, found] = [await native.run(feeds), await portable.run(feeds)];
      expect(expected).toHaveLength(updateCase.variables);
      expected.forEach((values, index) => {
        expect(values.some((value) => value !== 0)).toBe(true);
        // Relative to this variable's own largest element: what a first step adds to zeros is compared to its last digits.
        const unit = Math.max(...values.map(Math.abs));
        const relative = (all: Float32Array | undefined) => all?.map((value) => value / unit);
        expectAlike(relative(found[index]), relative(values), `${addresses[index]} after step ${step}`, 1e-6);
      });
    }
  } finally {
    native.dispose();
    portable.dispose();
  }
}

/** Adam's first step is the rate against the gradient's sign, whatever its decays: √(1 − beta2) cancels. */
export async function adamsFirstStep(setup: PortableSetup): Promise<readonly number[]> {
  const adam = updateCases.find(({ primitive }) => primitive === "apply_adam") as UpdateCase;
  const { run, dispose } = await openPortable(adam, setup);
  const feeds = feedsOf(adam, 1);
  const [weight] = await run(feeds);
  dispose();
  return Array.from(weight as Float32Array, (value, index) => {
    return value / (-rate * Math.sign(feeds.get("gradient")?.[index] as number));
  });
}

function feedsOf({ scalars }: UpdateCase, step: number): ReadonlyMap<string, TensorValues> {
  const numbers = (scalars?.(step) ?? []).map((value, index) => [`${index}`, Float32Array.of(value)] as const);
  return new Map<string, TensorValues>([["gradient", wave(length, 40 + step)], ...numbers]);
}

function variablesOf({ variables }: UpdateCase): readonly Variable[] {
  return addresses.slice(0, variables).map((address) => {
    const type = { dataType: "float32", shape: [length] } as const;
    const owner = { kind: "unit", module: 1, name: "updated" } as const;
    return { address, type, role: "weight", owner, inference: false, initializer: { kind: "constant", value: 0 } };
  });
}

/** The update, then every variable read. */
function procedureOf({ primitive, attributes = {}, variables, scalars }: UpdateCase): Procedure {
  const own = addresses.slice(0, variables);
  const operands = ["gradient", ...(scalars?.(1) ?? []).map((_, index) => `${index}`)];
  const instruction = { attributes: {}, free: [], label: "" };
  return {
    name: "train",
    inputs: operands.map((name, value) => ({ name, value, role: { kind: "input" } })),
    values: [
      ...operands.map((_, index) => ({ dataType: "float32" as const, shape: index === 0 ? [length] : [] })),
      ...own.map(() => ({ dataType: "float32" as const, shape: [length] })),
    ],
    sections: [],
    instructions: [
      {
        ...instruction,
        primitive,
        attributes,
        operands: operands.map((_, value) => value),
        results: [],
        variables: own,
      },
      ...own.map((address, index) => {
        return {
          ...instruction,
          primitive: "read",
          operands: [],
          results: [operands.length + index],
          variables: [address],
        };
      }),
    ],
    outputs: own.map((name, index) => ({ name, value: operands.length + index })),
  };
}

function zeros(updateCase: UpdateCase): ReadonlyMap<string, TensorValues> {
  return new Map(variablesOf(updateCase).map(({ address }) => [address, new Float32Array(length)]));
}

function inOrder(outputs: ReadonlyMap<string, TensorValues>): readonly Float32Array[] {
  return [...outputs.values()].map((values) => Float32Array.from(values));
}

function openNative(updateCase: UpdateCase): { run: Run; dispose: () => void } {
  const { binding } = loadEngine();
  const store = createVariableStore(variablesOf(updateCase), binding);
  store.write(zeros(updateCase));
  const bound = bindProcedure(procedureOf(updateCase), 1, store, binding);
  return {
    run: async (feeds) => inOrder(bound.run(feeds, createByteTracker())),
    dispose() {
      bound.dispose();
      store.dispose();
    },
  };
}

async function openPortable(updateCase: UpdateCase, { load, kernelsOf }: PortableSetup) {
  const engine = await load();
  const store = createPortableVariables(variablesOf(updateCase), engine);
  store.write(zeros(updateCase));
  const bound = bindPortable(procedureOf(updateCase), 1, store, engine, kernelsOf(engine));
  const run: Run = async (feeds) => inOrder(await bound.run(feeds, createByteTracker()));
  return {
    run,
    dispose() {
      bound.dispose();
      store.dispose();
    },
  };
}
