/** Which properties of a module and of those before it something looks at, so that it is evaluated once per combination of them. */
import type { Model, ModuleView } from "../2-elaborate/model.ts";
import { unitOutput } from "./view-module.ts";

/** `output`, or of the module two places before: `previous.previous.input`. */
export type ViewPath = string;

const step = "previous.";

/** The view, with a note of every property looked at, its own and those of modules before it. */
export function watchView(view: ModuleView, seen: Set<ViewPath>): ModuleView {
  // One proxy per view: whether two are the same module is asked by identity.
  const proxies = new Map<ModuleView, ModuleView>();
  const watch = (target: ModuleView, prefix: string): ModuleView => {
    const known = proxies.get(target);
    if (known !== undefined) return known;
    const proxy = new Proxy(target, {
      get(object, property: keyof ModuleView) {
        if (property !== "previous") {
          seen.add(prefix + property);
          return object[property];
        }
        const before = object.previous;
        if (before === undefined) seen.add(`${prefix}index`);
        return before && watch(before, prefix + step);
      },
    });
    proxies.set(target, proxy);
    return proxy;
  };
  return watch(view, "");
}

/** How many boundaries before its own first unit decide what stands at a path; and whether their place does, or only what flows there. */
export function reachOfPath(path: ViewPath): { readonly depth: number; readonly isExact: boolean } {
  const property = path.slice(path.lastIndexOf(".") + 1);
  const back = path.split(".").length - 1;
  switch (property) {
    case "index":
    case "count":
      return { depth: 0, isExact: false };
    case "output":
      return { depth: Math.max(back - 1, 0), isExact: false };
    case "input":
      return { depth: back, isExact: false };
    case "head":
      return { depth: Number.POSITIVE_INFINITY, isExact: true };
    default:
      return { depth: back, isExact: true };
  }
}

/** A short text for what stands at a path, seen from the last of the modules that end at `ends`: equal texts for equal values. */
export function createDescriptions(model: Model): Descriptions {
  const texts = [0, ...model.backbone.units.map(({ index }) => index)].map((unit) =>
    JSON.stringify(unitOutput(model, unit).shape),
  );
  const typeAt = (unit: number): string => texts[unit] ?? "";
  return {
    typeAt,
    describe(path, ends, count) {
      const back = path.split(".").length - 1;
      if (back >= ends.length) return "none";
      const index = ends.length - back;
      const [first, last] = [(ends[index - 2] ?? 0) + 1, ends[index - 1] as number];
      switch (path.slice(path.lastIndexOf(".") + 1)) {
        case "index":
          return `${index}`;
        case "count":
          return `${count}`;
        case "input":
          return typeAt(first - 1);
        case "output":
          return typeAt(last);
        case "next":
          return `${last + 1}`;
        case "head":
          return ends.slice(0, index).join("-");
        default:
          return `${first}-${last}`;
      }
    },
  };
}

export interface Descriptions {
  describe(path: ViewPath, ends: readonly number[], count: number): string;
  /** What flows behind a unit; 0: what the model is fed. */
  typeAt(unit: number): string;
}
