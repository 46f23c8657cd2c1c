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
  const numbers = new Map<string, number>();
  let length = 0;
  for (const { primitive, operands, results, attributes, variables } of instructions) {
    write(numberOf(primitive));
    writeAll(operands);
    writeAll(results);
    writeAttributes(attributes);
    write(variables.length);
    for (const address of variables) write(numberOf(address));
  }
  const fed = inputs.map((input) => ({ ...input, type: values[input.value] }));
  const header = canonicalJson([name, fed, outputs, [...numbers.keys()]]);
  return createHash("sha256").update(header).update("\n").update(bytesOf(length)).digest("hex");

  /** The number a text stands for, in order of first use. */
  function numberOf(text: string): number {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  }

  function write(number: number): void {
    if (length === words.length) growWords();
    words[length++] = number;
  }

  function writeAll(list: readonly number[]): void {
    write(list.length);
    for (const number of list) write(number);
  }

  function writeAttributes(attributes: Readonly<Record<string, AttributeValue>>): void {
    const names = sortedNames(attributes);
    write(names.length);
    for (const each of names) {
      write(numberOf(each));
      writeValue(attributes[each] as AttributeValue);
    }
  }

  /** A list of integers is nearly every attribute; all others stand in the table. */
  function writeValue(value: AttributeValue): void {
    if (isIntegers(value)) {
      write(1);
      writeAll(value);
    } else {
      write(0);
      write(numberOf(attributeText(value)));
    }
  }
}

/** What a digest is made of; one digest is made after the other. */
let words = new Int32Array(1 << 15);

function growWords(): void {
  const larger = new Int32Array(2 * words.length);
  larger.set(words);
  words = larger;
}

/** The same on every machine. */
function bytesOf(length: number): Uint8Array {
  const bytes = Buffer.from(words.buffer, 0, 4 * length);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap32();
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
