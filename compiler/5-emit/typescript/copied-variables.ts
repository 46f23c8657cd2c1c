/** Blocks whose variables begin as copies of another block's, or follow them: said in one line. */
import { type Code, call } from "./code.ts";
import { stringLiteral } from "./literals.ts";
import type { Entry } from "./variable-entries.ts";

export interface Copies {
  /** Makes the variables of an owner known, by the name of their list. */
  add(owner: string, entries: readonly Entry[], list: string): void;
  /** The code of entries, a block that copies a known owner in one call. */
  write(entries: readonly Entry[], codeOf: (entry: Entry) => Code): Code[];
}

export function createCopies(): Copies {
  const owners = new Map<string, { readonly entries: readonly Entry[]; readonly list: string }>();

  function findCopy(entries: readonly Entry[], start: number) {
    const { address, initializer } = entries[start] as Entry;
    if (initializer.kind !== "copy") return undefined;
    for (let end = initializer.of.lastIndexOf("."); end > 0; end = initializer.of.lastIndexOf(".", end - 1)) {
      const owner = initializer.of.slice(0, end);
      const known = owners.get(owner);
      const rest = initializer.of.slice(end);
      if (known === undefined || !address.endsWith(rest) || address.length === rest.length) continue;
      const place = address.slice(0, -rest.length);
      const own = entries.slice(start, start + known.entries.length);
      const kind = kindOf(own, known.entries, owner, place);
      if (kind !== undefined) return { ...known, owner, place, kind };
    }
    return undefined;
  }

  return {
    add: (owner, entries, list) => owners.set(owner, { entries, list }),
    write(entries, codeOf) {
      const codes: Code[] = [];
      for (let start = 0; start < entries.length; ) {
        const copy = findCopy(entries, start);
        if (copy === undefined) codes.push(codeOf(entries[start++] as Entry));
        else {
          codes.push(call(`...${copy.kind}`, stringLiteral(copy.place), stringLiteral(copy.owner), copy.list));
          start += copy.entries.length;
        }
      }
      return codes;
    },
  };
}

/** Whether the entries at a place are, one by one, copies or averages of an owner's. */
function kindOf(
  own: readonly Entry[],
  copied: readonly Entry[],
  owner: string,
  place: string,
): "copiesOf" | "averagesOf" | undefined {
  const isPlaced = own.every(({ address, shape, initializer }, index) => {
    const other = copied[index] as Entry;
    const isCopy = initializer.kind === "copy" && initializer.of === `${owner}.${other.address}`;
    return isCopy && address === `${place}.${other.address}` && String(shape) === String(other.shape);
  });
  if (!isPlaced || own.length !== copied.length) return undefined;
  const isLike = (like: (entry: Entry, other: Entry) => boolean) =>
    own.every((entry, index) => like(entry, copied[index] as Entry));
  if (isLike(({ role, slots }, other) => role === other.role && slots.join() === other.slots.join())) return "copiesOf";
  const isAverage = isLike(({ role, slots }, other) => slots.length === 0 && role === averageRole(other.role));
  return isAverage ? "averagesOf" : undefined;
}

function averageRole(role: Entry["role"]): Entry["role"] {
  return role === "weight" ? "average" : role;
}
