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
}

export function createNames(taken: readonly string[] = []): Names {
  const used = new Set([...reserved, ...taken]);
  return {
    take(wish) {
      const base = wish === "" ? "value" : wish;
      let name = base;
      const separator = /\d$/.test(base) ? "x" : "";
      for (let count = 2; used.has(name); count++) name = `${base}${separator}${count}`;
      used.add(name);
      return name;
    },
  };
}

const reserved = (
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
  "finally for function if implements import in instanceof interface let new null package private protected public " +
  "return static super switch this throw true try typeof undefined var void while with yield"
).split(" ");
