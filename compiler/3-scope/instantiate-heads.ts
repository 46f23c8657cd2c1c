/** Heads of one split. Modules that are alike in all their head looks at get one head, evaluated once. */
import type { HeadAssignment, InstantiatedHead, Model, ModuleView } from "../2-elaborate/model.ts";
import { createDescriptions, type ViewPath, watchView } from "./watch-view.ts";

/** The head a line of `heads` gives to module `index` (1-based). */
export type HeadInstantiation = (assignment: HeadAssignment, view: ModuleView, index: number) => InstantiatedHead;

const none: InstantiatedHead = { head: undefined, diagnostics: [] };

/** `ends` are the modules' last units, 1-based and ascending. */
export function createHeadInstantiation(model: Model, ends: readonly number[]): HeadInstantiation {
  const { describe } = createDescriptions(model);
  const lines = new Map<HeadAssignment, Line>();
  const keyOf = (looked: readonly ViewPath[], index: number): string =>
    looked.map((path) => describe(path, ends.slice(0, index), ends.length)).join(" ");
  return (assignment, view, index) => {
    const { instantiate } = assignment;
    if (instantiate === undefined) return none;
    const line: Line = lines.get(assignment) ?? { tables: [], looksAhead: false };
    lines.set(assignment, line);
    if (line.looksAhead) return instantiate(view);
    // What a head looks at may depend on what it has seen: one that sees what another saw looks at the same.
    for (const { looked, known } of line.tables) {
      const found = known.get(keyOf(looked, index));
      if (found !== undefined) return found;
    }
    const seen = new Set<ViewPath>();
    const made = instantiate(watchView(view, seen));
    // From a later module it may come back to its own, which it would not know for its own.
    if ([...seen].some((path) => path.endsWith("next"))) {
      line.looksAhead = true;
      return instantiate(view);
    }
    const looked = [...seen].sort();
    const table = line.tables.find((other) => other.looked.join() === looked.join()) ?? { looked, known: new Map() };
    if (!line.tables.includes(table)) line.tables.push(table);
    table.known.set(keyOf(looked, index), made);
    return made;
  };
}

/** The heads a line of `heads` has given. */
interface Line {
  readonly tables: Table[];
  /** Whether one of them has looked at a later module. */
  looksAhead: boolean;
}

/** Heads that looked at the same, by what they saw. */
interface Table {
  readonly looked: readonly ViewPath[];
  readonly known: Map<string, InstantiatedHead>;
}
