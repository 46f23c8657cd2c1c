import type { Place } from "../../grammar/span.ts";
import type { Model } from "../2-elaborate/model.ts";
import type { Label } from "../diagnostics/diagnostic.ts";
import { selectHead } from "./select-head.ts";

/** The line that gives a module its head, where the mistake itself lies in another file, such as one of the library's. */
export function assignedHere(model: Model, place: Place, module: number, count: number): readonly Label[] {
  const line = selectHead(model, module, count)?.place;
  return line === undefined || line.file === place.file ? [] : [{ place: line, text: `the head of module ${module}` }];
}
