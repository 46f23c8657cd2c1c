/** Digests of procedures: equal where they compute the same, whatever people call it. */
import { createHash } from "node:crypto";
import { endianness } from "node:os";
import type { AttributeValue, Procedure } from "../../runtime/program/step-program.ts";
import { canonicalJson } from "./canonical-json.ts";

/**
 * SHA-256 of a procedure's inputs with their types, instructions and outputs. Types of results, and what is freed where,
 * follow from these and are left out; labels and sections are for people.
 *
 * Programs are long and studies have many: an instruction is written as numbers, a text as its number in a table, so
 * that nothing is turned into text that is not text.
 */
export function procedureDigest({ name, inputs, values, instructions, outputs }: Procedure): string {
  const table = createTable();
  const { write } = table;
  for (const { primitive, operands, results, attributes, variables } of instructions) {
    write(table.numberOf(primitive));
    writeAll(table, operands);
    writeAll(table, results);
    writeAttributes(attributes);
    write(variables.length);
    for (const address of variables) write(table.numberOf(address));
  }
  const fed = inputs.map((input) => ({ ...input, type: values[input.value] }));
  const header = canonicalJson([name, fed, outputs, table.texts()]);
  return createHash("sha256").update(header).update("\n").update(table.bytes()).digest("hex");

  function writeAttributes(attributes: Readonly<Record<string, AttributeValue>>): void {
    const names = sortedNames(attributes);
    write(names.length);
    for (const each of names) {
      write(table.numberOf(each));
      writeValue(attributes[each] as AttributeValue);
    }
  }

  /** A list of integers is nearly every attribute; all others stand in the table. */
  function writeValue(value: AttributeValue): void {
    if (isIntegers(value)) {
      write(1);
      writeAll(table, value);
    } else {
      write(0);
      write(table.numberOf(attributeText(value)));
    }
  }
}

function attributeText(value: AttributeValue): string {
  if (typeof value === "number") return `${value}`;
  return typeof value === "object" && "batchPower" in value
    ? `${value.value} batch^${value.batchPower}`
    : canonicalJson(value);
}

function isIntegers(value: AttributeValue): value is readonly number[] {
  if (!Array.isArray(value)) return false;
  for (const each of value as readonly unknown[]) if (typeof each !== "number" || (each | 0) !== each) return false;
  return true;
}

/** Names of a handful of attributes, sorted by insertion: `sort` takes longer to begin than they take. */
function sortedNames(attributes: Readonly<Record<string, AttributeValue>>): readonly string[] {
  const names = Object.keys(attributes);
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string;
    let place = end;
    for (; place > 0 && (names[place - 1] as string) > name; place--) names[place] = names[place - 1] as string;
    names[place] = name;
  }
  return names;
}

interface Table {
  /** The number a text stands for, in order of first use. */
  numberOf(text: string): number;
  write(number: number): void;
  texts(): readonly string[];
  bytes(): Uint8Array;
}

function writeAll({ write }: Table, numbers: readonly number[]): void {
  write(numbers.length);
  for (const number of numbers) write(number);
}

function createTable(): Table {
  const numbers = new Map<string, number>();
  let words = new Int32Array(1 << 14);
  let length = 0;
  return {
    numberOf(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    },
    write(number) {
      if (length === words.length) {
        const larger = new Int32Array(2 * length);
        larger.set(words);
        words = larger;
      }
      words[length++] = number;
    },
    texts: () => [...numbers.keys()],
    bytes() {
      const bytes = Buffer.from(words.buffer, 0, 4 * length);
      // The same digest on every machine.
      return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
    },
  };
}
