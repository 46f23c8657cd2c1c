import type { Recipe } from "../../runtime/program/recipe.ts";

/** Fields by their path: `rate.peak 0.1 → 0.8`. A rate or an optimizer of another kind is told whole. */
export function compareRecipes(before: Recipe, after: Recipe): readonly string[] {
  return [
    ...compareParts("optimizer", before.optimizer, after.optimizer),
    ...compareParts("rate", before.rate, after.rate),
    ...compareFields(fieldsOf(before), fieldsOf(after), ""),
  ];
}

function compareParts(name: string, before: Kinded, after: Kinded): readonly string[] {
  if (before.kind !== after.kind) return [`${name} ${call(before)} → ${call(after)}`];
  return compareFields(before, after, `${name}.`);
}

interface Kinded {
  readonly kind: string;
}

function fieldsOf({ optimizer: _optimizer, rate: _rate, augment, ...others }: Recipe): object {
  return { augment: augment.length === 0 ? undefined : augment.map(call).join(", "), ...others };
}

function compareFields(before: object, after: object, prefix: string): readonly string[] {
  const [from, to] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...from.keys(), ...to.keys()])].flatMap((name) => {
    const [was, is] = [from.get(name), to.get(name)].map((value) => (value === undefined ? "none" : plain(value)));
    return was === is ? [] : [`${prefix}${name} ${was} → ${is}`];
  });
}

/** `pad_crop(padding = 4, mode = reflect)` */
function call({ kind, ...settings }: Kinded): string {
  const shown = Object.entries(settings).map(([name, value]) => `${name} = ${plain(value)}`);
  return shown.length === 0 ? kind : `${kind}(${shown.join(", ")})`;
}

function plain(value: unknown): string {
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (Array.isArray(value)) return `[${value.map(plain).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, each]) => (name === "kind" ? plain(each) : `${name} ${plain(each)}`))
    .join(", ");
}
