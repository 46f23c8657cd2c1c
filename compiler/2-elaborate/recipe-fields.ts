/** Reads the values of recipe fields and of the parts in them, with ranges; what does not fit is reported. */
import type { Place } from "../../grammar/span.ts";
import { nearNames } from "../diagnostics/near-names.ts";
import type { Evaluation } from "./evaluation.ts";
import { describe, type Given, type PartValue } from "./value.ts";

export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
  readonly above?: number;
  readonly below?: number;
}

/** Every reader gives undefined where the value does not fit or is not given. */
export interface FieldReader {
  integer(name: string, given: Given | undefined, least: number): number | undefined;
  number(name: string, given: Given | undefined, range?: NumberRange): number | undefined;
  numbers(name: string, given: Given | undefined, range?: NumberRange): number[] | undefined;
  boolean(name: string, given: Given | undefined): boolean | undefined;
  string(name: string, given: Given | undefined): string | undefined;
  /** One of the strings; `fallback` where nothing is given. */
  option<Option extends string>(
    name: string,
    given: Given | undefined,
    options: readonly Option[],
    fallback: Option,
  ): Option | undefined;
  /** A built piece, `sgd(…)`, that is one of those named. */
  part(name: string, given: Given, names: readonly string[]): PartValue | undefined;
  wrong(field: string, expected: string, found: string, place: Place): void;
}

/** How to write what a field needs, where its name alone may not tell. */
const ways: Readonly<Record<string, string>> = {
  "an int": "write a whole number, for example `64`",
  "a number": "write a number, for example `0.1`",
  "a list of numbers": "write numbers in brackets, for example `[60, 120]`",
  "a string": 'write it in double quotes, for example `"digits"`',
};

export function createFieldReader(evaluation: Evaluation): FieldReader {
  function wrong(field: string, expected: string, found: string, place: Place, help?: string): undefined {
    evaluation.report("wrong-part", { field, expected, found }, { place, help });
    return undefined;
  }

  function mismatch(field: string, expected: string, given: Given | undefined): undefined {
    if (given === undefined || given.value.kind === "unknown") return undefined;
    return wrong(field, expected, describe(given.value), given.place, ways[expected]);
  }

  function inRange(field: string, value: number, range: NumberRange, place: Place): number | undefined {
    const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = range;
    if (value >= least && value <= most && value > above && value < below) return value;
    const words = [
      range.least !== undefined && `at least ${range.least}`,
      range.most !== undefined && `at most ${range.most}`,
      range.above !== undefined && `more than ${range.above}`,
      range.below !== undefined && `less than ${range.below}`,
    ].filter((word) => word !== false);
    evaluation.report("field-out-of-range", { field, range: words.join(" and "), found: String(value) }, { place });
    return undefined;
  }

  return {
    wrong,
    integer(name, given, least) {
      if (given?.value.kind !== "number" || !given.value.isInteger) return mismatch(name, "an int", given);
      return inRange(name, given.value.value, { least }, given.place);
    },
    number(name, given, range = {}) {
      if (given?.value.kind !== "number") return mismatch(name, "a number", given);
      return inRange(name, given.value.value, range, given.place);
    },
    numbers(name, given, range = {}) {
      if (given?.value.kind !== "list") return mismatch(name, "a list of numbers", given);
      const numbers: number[] = [];
      for (const item of given.value.items) {
        if (item.kind !== "number")
          return item.kind === "unknown" ? undefined : mismatch(name, "a list of numbers", given);
        const number = inRange(name, item.value, range, given.place);
        if (number === undefined) return undefined;
        numbers.push(number);
      }
      return numbers;
    },
    boolean(name, given) {
      return given?.value.kind === "boolean" ? given.value.value : mismatch(name, "true or false", given);
    },
    string(name, given) {
      return given?.value.kind === "string" ? given.value.value : mismatch(name, "a string", given);
    },
    option(name, given, options, fallback) {
      if (given === undefined) return fallback;
      if (given.value.kind !== "string")
        return mismatch(name, `one of ${options.map((each) => JSON.stringify(each)).join(", ")}`, given);
      const { value } = given.value;
      const found = options.find((each) => each === value);
      if (found === undefined) {
        const near = nearNames(value, options);
        const shown = (near.length > 0 ? near : options).map((each) => JSON.stringify(each)).join(" or ");
        const help = near.length > 0 ? `did you mean ${shown}?` : `it can be ${shown}`;
        evaluation.report("unknown-option", { parameter: name, value }, { place: given.place, help });
      }
      return found;
    },
    part(name, given, names) {
      if (given.value.kind === "part" && names.includes(given.value.name)) return given.value;
      return mismatch(name, names.map((each) => `\`${each}(…)\``).join(" or "), given);
    },
  };
}
