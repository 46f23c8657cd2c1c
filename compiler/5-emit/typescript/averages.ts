/** Weights that follow others: a few instructions for each, the same for all weights of a block that follows a block. */
import type { Instruction } from "../../../runtime/program/step-program.ts";
import { call, statement } from "./code.ts";
import { attributeLiteral } from "./literals.ts";
import type { FunctionText } from "./source-text.ts";

/** The weights of one block that follow those of another, and nothing between them. */
export interface Averaging {
  /** `head[2].ema[1]` */
  readonly average: string;
  /** `stage[2].block[1]` */
  readonly followed: string;
  /** Below both: `conv[1].kernel`. */
  readonly weights: readonly string[];
  readonly instructions: readonly Instruction[];
}

/** The averaging that begins with the instruction at `start` and ends before `limit`, if one does. */
export function findAveraging(
  instructions: readonly Instruction[],
  start: number,
  limit: number,
): Averaging | undefined {
  if (instructions[start]?.label !== "average") return undefined;
  const first = findOne(instructions, start, limit);
  if (first === undefined) return undefined;
  const weights = [first.weight];
  let end = start + length;
  for (let next = findOne(instructions, end, limit); next !== undefined; next = findOne(instructions, end, limit)) {
    if (next.average !== first.average || next.followed !== first.followed) break;
    weights.push(next.weight);
    end += length;
  }
  const own = instructions.slice(start, end);
  const [, , kept, taken] = own as [Instruction, Instruction, Instruction, Instruction];
  const isAlike = own.every(
    ({ primitive, attributes }, index) =>
      primitive !== "scale" || flatFactor(attributes) === flatFactor((index % length === 2 ? kept : taken).attributes),
  );
  return isAlike ? { average: first.average, followed: first.followed, weights, instructions: own } : undefined;
}

/** Instructions for one weight. */
const length = 6;

/** `read` what is followed, `read` the average, `scale` both, `add`, `assign`. */
function findOne(instructions: readonly Instruction[], start: number, limit: number) {
  const own = instructions.slice(start, Math.min(start + length, limit));
  const [value, before, kept, taken, sum, assigned] = own;
  if (assigned === undefined || own.some(({ label }) => label !== "average")) return undefined;
  const primitives = own.map(({ primitive }) => primitive).join(" ");
  if (primitives !== "read read scale scale add assign") return undefined;
  const isWired =
    uses(kept, before) &&
    uses(taken, value) &&
    uses(sum, kept, taken) &&
    uses(assigned, sum) &&
    assigned.variables[0] === before?.variables[0];
  return isWired ? splitAddresses(assigned.variables[0] ?? "", value?.variables[0] ?? "") : undefined;
}

function uses(instruction: Instruction | undefined, ...sources: readonly (Instruction | undefined)[]): boolean {
  return (
    instruction?.operands.length === sources.length &&
    sources.every((source, index) => source?.results[0] === instruction.operands[index])
  );
}

/** What two addresses share at their ends, and what comes before it. */
function splitAddresses(average: string, followed: string) {
  const [parts, others] = [average.split("."), followed.split(".")];
  let shared = 0;
  while (shared < Math.min(parts.length, others.length) - 1 && parts.at(-1 - shared) === others.at(-1 - shared))
    shared++;
  if (shared === 0) return undefined;
  return {
    average: parts.slice(0, -shared).join("."),
    followed: others.slice(0, -shared).join("."),
    weight: parts.slice(-shared).join("."),
  };
}

function flatFactor({ factor }: Instruction["attributes"]): string {
  return JSON.stringify(factor);
}

export interface AveragingTemplates {
  /** The first of every kind. */
  list(): readonly Averaging[];
  /** The identity of its kind. */
  describe(averaging: Averaging): string;
}

export function createAveragingTemplates(): AveragingTemplates {
  const kinds = new Map<string, Averaging>();
  return {
    list: () => [...kinds.values()],
    describe(averaging) {
      const kind = kindOfAveraging(averaging);
      if (!kinds.has(kind)) kinds.set(kind, averaging);
      return kind;
    },
  };
}

/** Equal for what one function can do. */
export function kindOfAveraging({ instructions: [, , kept, taken] }: Averaging): string {
  return `${flatFactor(kept?.attributes ?? {})} ${flatFactor(taken?.attributes ?? {})}`;
}

export function writeAveraging({ instructions: [, , kept, taken] }: Averaging, name: string): FunctionText {
  const factorOf = (scale: Instruction | undefined) => attributeLiteral(scale?.attributes.factor ?? 0);
  const label = '"average"';
  const scaled = (value: string, scale: Instruction | undefined) =>
    call("step.scale", label, value, { kind: "object", entries: [["factor", factorOf(scale)]] });
  const inside = (variable: string, code: ReturnType<typeof call>) =>
    statement(variable === "" ? "" : `const ${variable} = `, code, ";", 2);
  return {
    name,
    documentation: ["Moves weights towards those they follow, as these are before they move."],
    parameters: ["step: Step", "average: string", "followed: string", "weights: readonly string[]"],
    returnType: "void",
    body: [
      "for (const weight of weights) {",
      inside("value", call("step.read", label, "`${followed}.${weight}`")),
      inside("before", call("step.read", label, "`${average}.${weight}`")),
      inside("kept", scaled("before", kept)),
      inside("taken", scaled("value", taken)),
      inside("", call("step.assign", label, "`${average}.${weight}`", call("step.add", label, "kept", "taken"))),
      "}",
    ],
  };
}
