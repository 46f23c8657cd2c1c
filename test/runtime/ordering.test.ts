import { expect, test } from "vitest";
import type { Ordering } from "../../runtime/execute/graph/ordering.ts";
import { orderProcedure } from "../../runtime/execute/graph/ordering.ts";
import { createProcedureBuilder } from "../../runtime/program/build.ts";
import type { Procedure } from "../../runtime/program/step-program.ts";
import { writeConvNet, writeMlp } from "./support/networks.ts";

/** Everything that must have run before each instruction: by values, control edges and joins. */
function ancestorsOf(procedure: Procedure, { after, waitsFor, joins }: Ordering): Set<number>[] {
  const producers = new Map(
    procedure.instructions.flatMap(({ results }, index) => results.map((value) => [value, index])),
  );
  const ancestors: Set<number>[] = [];
  procedure.instructions.forEach(({ operands }, index) => {
    const direct = [...operands.flatMap((value) => producers.get(value) ?? []), ...(after[index] ?? [])];
    const waits = waitsFor[index];
    if (waits !== undefined) for (const join of joins.slice(0, waits + 1)) direct.push(...join.instructions);
    ancestors.push(new Set(direct.flatMap((earlier) => [earlier, ...(ancestors[earlier] ?? [])])));
  });
  return ancestors;
}

test.each([writeMlp(), writeConvNet()])("no update can overtake a read of the old value or its use", (program) => {
  const { train } = program.procedures;
  const ancestors = ancestorsOf(train, orderProcedure(train));
  const views = new Map<number, string>();
  const touched = new Map<string, number[]>();
  let checked = 0;
  train.instructions.forEach(({ primitive, operands, results, variables }, index) => {
    if (primitive === "read") views.set(results[0] as number, variables[0] as string);
    const addresses = new Set([...variables, ...operands.flatMap((value) => views.get(value) ?? [])]);
    for (const address of addresses) {
      if (/^a/.test(primitive) && variables.includes(address)) {
        for (const earlier of touched.get(address) ?? []) {
          expect(ancestors[index]).toContain(earlier);
          checked += 1;
        }
      }
      touched.set(address, [...(touched.get(address) ?? []), index]);
    }
  });
  expect(checked).toBeGreaterThan(10);
});

const builders = () => {
  const builder = createProcedureBuilder("train", new Map([["w", { dataType: "float32", shape: [2] }]]));
  builder.beginSection({ module: 1, part: "forward", owner: "" });
  const emit = (primitive: string, operands: number[], attributes = {}, variables: string[] = []): number =>
    builder.emit(primitive, operands, attributes, variables)[0] as number;
  const gradient = builder.input("gradient", { dataType: "float32", shape: [2] }, { kind: "input" });
  const rate = builder.input("rate", { dataType: "float32", shape: [] }, { kind: "rate" });
  return { builder, emit, gradient, rate };
};

test("an update waits for reads that no value connects it with, and later reads wait for the update", () => {
  const { builder, emit, gradient, rate } = builders();
  builder.output("before", emit("square", [emit("read", [], {}, ["w"])]));
  emit("apply_sgd", [gradient, rate], {}, ["w"]);
  builder.output("after", emit("square", [emit("read", [], {}, ["w"])]));
  const ordering = orderProcedure(builder.finish());
  // 0 read, 1 square, 2 apply_sgd, 3 read, 4 square: waiting for the square includes its read.
  expect(ordering.after).toEqual([[], [], [1], [2], []]); // nothing here grows with the batch
});

test("an update that uses what it waits for needs no further edge", () => {
  const { builder, emit, gradient, rate } = builders();
  const decayed = emit("add", [gradient, emit("read", [], {}, ["w"])]);
  emit("apply_sgd", [decayed, rate], {}, ["w"]);
  expect(orderProcedure(builder.finish()).after.flat()).toEqual([]);
});

test("everything of module 2 that uses a feed or a value of module 1 waits for module 1's updates", () => {
  const { train } = writeConvNet().procedures;
  const ordering = orderProcedure(train);
  expect(ordering.joins.map(({ module }) => module)).toEqual([1, 2]);
  const updates = (ordering.joins[0]?.instructions ?? []).map((index) => train.instructions[index]?.variables[0]);
  expect([...updates].sort()).toEqual(
    ["head[1].bias", "head[1].kernel", "stem.kernel", "stem.mean", "stem.offset", "stem.scale", "stem.variance"].sort(),
  );
  const start = train.sections.find(({ module }) => module === 2)?.start as number;
  train.instructions.forEach(({ operands }, index) => {
    const early = new Set([
      ...train.inputs.map(({ value }) => value),
      ...train.instructions.slice(0, start).flatMap(({ results }) => results),
    ]);
    const expected = index >= start && operands.some((value) => early.has(value)) ? 0 : undefined;
    expect(ordering.waitsFor[index]).toBe(expected);
  });
});
