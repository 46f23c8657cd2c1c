/** The function that stands for alike gradient scopes, as those who call it see it, and what its writing needs to know. */
import type { StepProgram, ValueNumber } from "../../../runtime/program/step-program.ts";
import type { Code } from "./code.ts";
import type { Fragment } from "./fragments.ts";
import type { Names } from "./identifiers.ts";
import type { Segment } from "./segments.ts";
import type { FunctionText } from "./source-text.ts";
import type { Instance, Template } from "./templates.ts";
import type { FragmentFunction } from "./write-fragment.ts";

export interface SegmentFunction extends FunctionText {
  /** The arguments of one segment after `step`, in the order of the parameters. */
  arguments(
    segment: Segment,
    expression: (value: ValueNumber) => string,
    record: (instance: Instance) => string,
  ): SegmentArgument[];
  readonly returns: "nothing" | "value" | "record";
  /** The code of every value and every unit's record that a call gives, where `variable` holds what it returns. */
  given(segment: Segment, variable: string): Given;
}

export interface SegmentArgument {
  readonly name: string;
  readonly kind: "index" | "owner" | "varying" | "value" | "record";
  readonly value: Code;
}

export interface Given {
  readonly values: readonly (readonly [ValueNumber, string])[];
  readonly records: readonly (readonly [Instance, string])[];
}

export interface SegmentNaming {
  readonly name: string;
  readonly program: StepProgram;
  functionOf(template: Template): FragmentFunction;
  /** Whether anything computed in the fragment is used on its own elsewhere. */
  isUsed(fragment: Fragment): boolean;
  importOf(value: ValueNumber, segment: Segment): { readonly name: string; readonly type: string };
  /** One name for what the function is given in several places. */
  agreed(imports: readonly { readonly name: string; readonly type: string }[]): {
    readonly name: string;
    readonly type: string;
  };
  /** Names of the file, which a local variable must not hide. */
  readonly names: Names;
}

/** Something that differs between the segments a function stands for. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly kind: SegmentArgument["kind"];
  readonly codeIn: (segment: Segment) => Code;
}
