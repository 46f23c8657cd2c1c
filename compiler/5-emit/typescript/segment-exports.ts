/** What a module hands on to later ones. */
import type { ValueNumber } from "../../../runtime/program/step-program.ts";
import { createNames } from "./identifiers.ts";
import { holds, valuesIn } from "./record-values.ts";
import type { BodyWriter } from "./segment-body.ts";
import type { Given, SegmentNaming } from "./segment-function.ts";
import type { Segment } from "./segments.ts";
import type { Instance } from "./templates.ts";

/** Something a module hands on: the record of a unit that a later pass goes back through, or a value. */
export interface Export {
  readonly name: string;
  readonly type: string;
  readonly code: string;
  /** Its position among the exported records or values of the segment. */
  readonly of: { readonly kind: "value" | "record"; readonly position: number };
}

/** Records with all they hold, then the values that are in none of them. */
export function listExports(segment: Segment, { expression, recordOf }: BodyWriter, naming: SegmentNaming): Export[] {
  const fields = createNames();
  const records = segment.exportedRecords.map((instance, position): Export => {
    const code = recordOf(instance);
    const type = naming.functionOf(instance.template).recordType as string;
    return { name: fields.take(code), type, code, of: { kind: "record", position } };
  });
  const values = segment.exports.flatMap((value, position): Export[] => {
    if (segment.exportedRecords.some((instance) => holds(instance, value))) return [];
    const { name: wish } = naming.importOf(value, segment);
    const name = fields.take(wish === "x" ? "output" : wish);
    return [{ name, type: "Tensor", code: expression(value), of: { kind: "value", position } }];
  });
  return [...records, ...values];
}

export function givenBy(segment: Segment, variable: string, exports: readonly Export[], naming: SegmentNaming): Given {
  const values: [ValueNumber, string][] = [];
  const records: [Instance, string][] = [];
  for (const { name, of } of exports) {
    const code = exports.length === 1 ? variable : `${variable}.${name}`;
    if (of.kind === "value") values.push([segment.exports[of.position] as ValueNumber, code]);
    else {
      const instance = segment.exportedRecords[of.position] as Instance;
      records.push([instance, code]);
      values.push(...valuesIn(instance, code, naming.functionOf(instance.template)));
    }
  }
  return { values, records };
}
