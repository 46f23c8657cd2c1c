/** `split … by memory` against every other split, priced here a second time, with contexts, reach and recomputation. */

import { expect, test } from "vitest";
import type { Model } from "../../../compiler/2-elaborate/model.ts";
import { scope } from "../../../compiler/3-scope/index.ts";
import { measureSaved } from "../../../compiler/3-scope/measure-fragment.ts";
import type { ScopedModel } from "../../../compiler/index.ts";
import { bytesAt } from "../../../runtime/program/tensor-type.ts";
import { fc } from "../../support/fast-check.ts";
import { expectModel } from "../elaborate/elaborate-text.ts";

interface Net {
  /** Of every unit: its width and how many layers it has. */
  readonly units: readonly (readonly [width: number, layers: number])[];
  readonly head: string;
  readonly context: string;
  readonly memory: string;
}

function text({ units, head, context, memory }: Net, split: string): string {
  return `
    import { classifier } from "std/heads"
    block layers(x, width: int, count: int) { return x |> for i in 1..count { dense(width) |> tanh |> dense(width) |> relu } }
    backbone net() { ${units.map(([width, layers], index) => `unit u[${index + 1}]: layers(${width}, ${layers})`).join("\n")} }
    block recent(module, most) {
      return sum([module.previous(r).input |> dense(module.previous.output.features) |> tanh for r in 1..min(most, module.index - 1)])
    }
    head near(module, width) { loss classes = cross_entropy(module.output |> dense(width) |> relu |> dense(classes), label) }
    head far(module, width) {
      loss classes = cross_entropy(module.output |> dense(width) |> relu |> dense(classes), label) reach min(module.index, 2)
    }
    head behind(module, count) {
      loss classes = cross_entropy(dense(module.output, classes), label) reach min(count, module.units[1].index - 1) units
    }
    model m {
      input [6]  classes 3  backbone net()
      split ${split}
      ${context === "" ? "" : `context { 2..last: ${context} }`}
      heads { local: ${head}  last: classifier }
      train { batch: 4  ${memory} }
    }`;
}

function scopedModel(source: string): ScopedModel {
  return scopedAs(expectModel(source));
}

function scopedAs(model: Model): ScopedModel {
  const { value, diagnostics } = scope(model);
  if (value === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return value;
}

/** What the largest module keeps in every split into `count`. */
function everyLargest(model: Model, count: number): number[] {
  const { place } = model;
  return everySplit(model.backbone.units.length, count).map((cuts) =>
    largest(
      scopedAs({
        ...model,
        split: { kind: "after", cuts: cuts.map((unit) => ({ unit, place })), together: [], place },
      }),
    ),
  );
}

/** Bytes the largest module keeps: unit by unit, without the planner's tables. */
function largest({ model, modules, losses }: ScopedModel): number {
  const { batch, memory } = model.recipe;
  const saved = (fragment: Parameters<typeof measureSaved>[0], wanted: readonly number[]) =>
    measureSaved(fragment, wanted, batch, memory !== undefined);
  const type = (unit: number) => {
    const { inputs, nodes, output = 0 } = model.backbone.units[unit - 1]?.fragment ?? { inputs: [], nodes: [] };
    return inputs[output]?.type ?? nodes[output - inputs.length]?.type;
  };
  const handedOn = (unit: number): number => {
    const found = unit === 0 ? { dataType: "float32" as const, shape: [-1, ...model.inputShape] } : type(unit);
    return found === undefined ? 0 : bytesAt(found, batch);
  };
  const unitSaved = model.backbone.units.map(({ fragment }) => saved(fragment, [fragment.output ?? 0]));
  const inner = (first: number, last: number): number => {
    let bytes = 0;
    for (let unit = first; unit <= last; unit++) {
      bytes += unitSaved[unit - 1]?.inside ?? 0;
      const isBetween = unit > first && (unitSaved[unit - 1]?.keepsInput || unitSaved[unit - 2]?.keepsOutput);
      if (isBetween) bytes += handedOn(unit - 1);
    }
    return bytes;
  };
  const contextOf = ({ context }: (typeof modules)[number]): number => {
    if (context === undefined) return 0;
    const read = context.inputs.filter(({ source }) => source.kind === "module_input" && source.module !== 1);
    return read.reduce((sum, input) => sum + bytesAt(input.type, batch), saved(context, [context.output ?? 0]).inside);
  };
  const kept = modules.map((module) => {
    const [first, last] = [module.units[0]?.index ?? 1, module.units.at(-1)?.index ?? 1];
    const head = module.head?.fragment;
    const ofHead =
      head &&
      saved(
        head,
        head.losses.map(({ value }) => value),
      );
    const isOutputKept = unitSaved[last - 1]?.keepsOutput || ofHead?.keepsInput;
    let bytes = inner(first, last) + handedOn(first - 1) + (isOutputKept ? handedOn(last) : 0);
    bytes += (ofHead?.inside ?? 0) + contextOf(module);
    const reached = losses.filter((loss) => loss.module === module.index);
    const furthest = Math.min(first, ...reached.map(({ firstUnit }) => firstUnit));
    for (let unit = first - 1; unit >= furthest; ) {
      const other = modules.find(({ units }) => units.some(({ index }) => index === unit));
      const start = other?.units[0]?.index ?? 1;
      // Whole modules with what they were given, or the last units of one.
      if (other !== undefined && start >= furthest) {
        const later = modules[other.index];
        if (later && contextOf(later) > 0 && unitSaved[unit - 1]?.keepsOutput) bytes += handedOn(unit);
        bytes += inner(start, unit) + handedOn(start - 1) + contextOf(other);
        unit = start - 1;
      } else {
        bytes += inner(furthest, unit) + handedOn(furthest - 1);
        unit = furthest - 1;
      }
    }
    return bytes;
  });
  return Math.max(...kept);
}

function everySplit(length: number, count: number): number[][] {
  const extend = (cuts: number[], left: number): number[][] =>
    left === 0
      ? [cuts]
      : Array.from({ length: length - 1 }, (_, index) => index + 1)
          .filter((item) => item > (cuts.at(-1) ?? 0))
          .flatMap((item) => extend([...cuts, item], left - 1));
  return extend([], count - 1);
}

const net = (head: string): fc.Arbitrary<Net> =>
  fc.record({
    units: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3 })), {
      minLength: 3,
      maxLength: 6,
    }),
    head: fc.constant(head),
    context: fc.constantFrom(
      "",
      "dense(input, module.previous.output.features)",
      "recent(module, 1)",
      "recent(module, 2)",
    ),
    memory: fc.constantFrom("", "memory: recompute"),
  });

test.for([["near(4)"], ["near(module.units[1].output.features)"], ["far(4)"]])(
  "the split by memory is the best of all, with heads `%s`, contexts and recomputation",
  ([head = ""]) => {
    fc.assert(
      fc.property(net(head), fc.integer({ min: 2, max: 4 }), (small, wanted) => {
        const count = Math.min(wanted, small.units.length);
        const model = expectModel(text(small, `into ${count} by memory`));
        expect(largest(scopedAs(model))).toBe(Math.min(...everyLargest(model, count)));
      }),
      { numRuns: 25, seed: 11 },
    );
  },
);

test("a loss that reaches units behind the cut moves the cuts", () => {
  const small: Net = {
    units: [
      [9, 3],
      [2, 1],
      [2, 1],
      [9, 2],
    ],
    head: "behind(1)",
    context: "",
    memory: "",
  };
  const model = expectModel(text(small, "into 3 by memory"));
  expect(largest(scopedAs(model))).toBe(Math.min(...everyLargest(model, 3)));
});

test("a heavy context is priced: the cut moves to where it is light", () => {
  const units = [
    [1, 1],
    [9, 1],
    [1, 3],
    [1, 1],
  ] as const;
  const split = (context: string) =>
    scopedModel(text({ units, head: "near(1)", context, memory: "" }, "into 2 by memory")).modules[0]?.units.length;
  const light = split("");
  const heavy = split(
    "input |> dense(60) |> tanh |> dense(60) |> tanh |> dense(module.previous.output.features * 20) |> tanh |> dense(module.previous.output.features)",
  );
  expect(heavy).not.toBe(light);
});
