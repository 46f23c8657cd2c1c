/** Names for TypeScript from addresses, labels and primitives. */

/** `stage[1].block[2]` → `stage1Block2`, `batch_norm[1].scale` → `batchNorm1Scale`; empty where nothing is left. */
export function camelCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word, index) => (index === 0 ? lowerFirst(word) : upperFirst(word))).join("");
  return /^\d/.test(joined) ? `value${joined}` : joined;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

export interface Names {
  /** The wish, or the wish with a number behind it where it is taken. */
  take(wish: string): string;
  has(name: string): boolean;
}

/** Names of a scope: what is taken in the one around it, now or later, is not given again. */
export function createNames(taken: readonly string[] = [], around?: Names): Names {
  const used = new Set(taken);
  const has = (name: string): boolean => used.has(name) || (around?.has(name) ?? reserved.has(name));
  /** The next number to try for a wish; lower ones are taken and stay so. */
  const counts = new Map<string, number>();
  return {
    has,
    take(wish) {
      const base = wish === "" ? "value" : wish;
      let name = base;
      if (has(base)) {
        const separator = /\d$/.test(base) ? "x" : "";
        let count = counts.get(base) ?? 2;
        while (has(`${base}${separator}${count}`)) count++;
        counts.set(base, count + 1);
        name = `${base}${separator}${count}`;
      }
      used.add(name);
      return name;
    },
  };
}

const reserved: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);
