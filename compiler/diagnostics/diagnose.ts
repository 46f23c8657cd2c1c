/** Makes a diagnostic of the catalogue. A fact the message needs and the caller forgets is a compile error. */
import type { Place } from "../../grammar/span.ts";
import { type CatalogueEntry, catalogue, type DiagnosticName, type Facts } from "./catalogue.ts";
import type { Diagnostic, Fix, Label } from "./diagnostic.ts";

export interface Circumstances {
  readonly place: Place;
  /** Words under the primary span that make sense alone; may be empty where the message says it all. */
  readonly label?: string;
  readonly related?: readonly Label[];
  readonly help?: string | undefined;
  readonly fix?: Fix;
}

export function diagnose<Name extends DiagnosticName>(
  name: Name,
  facts: Facts<Name>,
  circumstances: Circumstances,
): Diagnostic {
  const entry = catalogue[name] as CatalogueEntry<Facts<Name>>;
  return {
    code: entry.code,
    name,
    severity: entry.severity,
    message: entry.message(facts),
    primary: { place: circumstances.place, text: circumstances.label ?? "" },
    related: circumstances.related ?? [],
    ...(circumstances.help !== undefined && { help: circumstances.help }),
    ...(circumstances.fix !== undefined && { fix: circumstances.fix }),
  };
}
