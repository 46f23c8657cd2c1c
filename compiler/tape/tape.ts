/**
 * A tape: forward primitives written into a procedure, remembered for differentiation.
 *
 * A `Value` of the tape is a *use* of a procedure's value. Detaching makes a second use of the same value through which no
 * gradient flows, so a gradient stop costs nothing and is nowhere in the program.
 */
import type { ProcedureBuilder } from "../../runtime/program/build.ts";
import type { Attributes, ValueNumber } from "../../runtime/program/step-program.ts";
import type { TensorType } from "../../runtime/program/tensor-type.ts";
import type { Value } from "../operations/operation.ts";

/** Where in the network an instruction belongs. */
export interface Position {
  readonly module: number;
  /** 1-based index of the unit; a head stands with the last unit of its module. */
  readonly unit: number;
  /** `stage[1].block[2]` or `head[1]` */
  readonly owner: string;
}

export interface TapeEntry {
  readonly primitive: string;
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly attributes: Attributes;
  readonly label: string;
  readonly position: Position;
}

export interface Tape {
  readonly entries: readonly TapeEntry[];
  /** A constant: an input, or something computed outside differentiation. */
  constant(number: ValueNumber): Value;
  /** Another use of the same value, through which no gradient flows. */
  detach(value: Value): Value;
  /** The current value of a variable; `isTrained` makes it something to differentiate for. */
  read(address: string, isTrained: boolean): Value;
  /** Appends an instruction at the current position. */
  emit(
    primitive: string,
    operands: readonly Value[],
    attributes?: Attributes,
    variables?: readonly string[],
    label?: string,
  ): readonly Value[];
  moveTo(position: Position): void;
  number(value: Value): ValueNumber;
  typeOf(value: Value): TensorType;
  /** The variable a value is the reading of. */
  addressOf(value: Value): string | undefined;
}

export function createTape(builder: ProcedureBuilder): Tape {
  const numbers: ValueNumber[] = [];
  /** Of readings, by value; of all others none. */
  const addresses: (string | undefined)[] = [];
  const entries: TapeEntry[] = [];
  let position: Position = { module: 1, unit: 1, owner: "" };

  const use = (number: ValueNumber): Value => {
    addresses.push(undefined);
    return numbers.push(number) - 1;
  };
  const number = (value: Value): ValueNumber => numbers[value] as ValueNumber;

  return {
    entries,
    number,
    constant: use,
    detach: (value) => use(number(value)),
    typeOf: (value) => builder.typeOf(number(value)),
    addressOf: (value) => addresses[value],
    moveTo(next) {
      position = next;
    },
    read(address, isTrained) {
      const [result] = builder.emit("read", [], undefined, [address]);
      const value = use(result as ValueNumber);
      if (isTrained) addresses[value] = address;
      return value;
    },
    emit(primitive, operands, attributes = {}, variables, label = "") {
      const results = builder.emit(primitive, operands.map(number), attributes, variables, label).map(use);
      entries.push({ primitive, operands, results, attributes, label, position });
      return results;
    },
  };
}
