/** What differs between the modules a function stands for: addresses, and attributes. */
import { ownerCode } from "./address-lists.ts";
import { type Code, flat } from "./code.ts";
import { camelCase, type Names } from "./identifiers.ts";
import { literal } from "./literals.ts";
import type { Item } from "./runs.ts";
import type { Parameter, SegmentNaming } from "./segment-function.ts";
import type { Segment } from "./segments.ts";

/** The addresses of each call or loop: written out where they are the same everywhere, else a parameter. */
export function nameOwners(
  segments: readonly Segment[],
  isShared: boolean,
  names: Names,
  parameters: Parameter[],
): Code[] {
  const known = new Map<string, Code>();
  return (segments[0] as Segment).items.map((_, position) => {
    const addresses = segments.map(({ items }) => ownersOf(items[position] as Item));
    const key = addresses.map((list) => list.join()).join(";");
    const code = known.get(key) ?? nameOwner(addresses, position);
    known.set(key, code);
    return code;
  });

  function nameOwner(addresses: readonly (readonly string[])[], position: number): Code {
    const [first] = addresses as [readonly string[]];
    const item = (segments[0] as Segment).items[position] as Item;
    // A backward call takes its address from the record.
    if (item.instances[0].partner !== undefined) return "";
    if (addresses.every((list) => list.join() === first.join())) return ownerCode(first);
    const byIndex = addresses.every(
      (list, index) => list.length === 1 && list[0] === `head[${segments[index]?.module}]`,
    );
    if (isShared && byIndex) return "`head[${index}]`";
    const isList = first.length > 1;
    const base = camelCase(
      (first[0] as string)
        .split(".")
        .at(-1)
        ?.replace(/\[\d+\]/g, "") ?? "",
    );
    const name = names.take(isList ? `${base}s` : base);
    const codeIn = (segment: Segment): Code => ownerCode(ownersOf(segment.items[position] as Item));
    parameters.push({ name, type: isList ? "readonly string[]" : "string", kind: "owner", codeIn });
    return name;
  }
}

function ownersOf({ instances }: Item): string[] {
  return instances.map(({ fragment }) => fragment.owner);
}

/** The attributes every call is given, in the order of the items: as they are, or parameters where segments differ. */
export function nameVarying(
  segments: readonly Segment[],
  naming: SegmentNaming,
  names: Names,
  parameters: Parameter[],
): (item: Item, index: number) => Code[] {
  return ({ instances: [instance] }, index) =>
    naming.functionOf(instance.template).varying.map(({ name, position, type }) => {
      const valueIn = ({ items }: Segment): Code => literal(items[index]?.instances[0].varying[position]?.value);
      const texts = segments.map((segment) => flat(valueIn(segment)));
      if (texts.every((text) => text === texts[0])) return valueIn(segments[0] as Segment);
      const same = parameters.find(
        (known) =>
          known.kind === "varying" && segments.every((segment, at) => flat(known.codeIn(segment)) === texts[at]),
      );
      if (same !== undefined) return same.name;
      const taken = names.take(name);
      parameters.push({ name: taken, type, kind: "varying", codeIn: valueIn });
      return taken;
    });
}
