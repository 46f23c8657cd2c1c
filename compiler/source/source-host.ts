/** Where source texts come from. The compiler reads only through this, so that editors and tests can answer instead. */
export interface SourceHost {
  /**
   * The text of a file. `std/heads.llnet` is the standard library's; other paths are relative to the working folder or
   * absolute, with `/` between parts.
   */
  read(path: string): SourceText | SourceProblem;
  /** What can be imported from the standard library, `std/backbones` and so on, in order of names. */
  library?(): readonly string[];
}

export interface SourceText {
  readonly text: string;
}

export interface SourceProblem {
  readonly problem: "missing" | "unreadable" | "folder" | "binary" | "too_large" | "outside";
  /** What is wrong, in words for people: `it is a folder`. */
  readonly reason: string;
}

/** A host over texts held in memory; what it does not hold is asked of `next`. */
export function createMemoryHost(files: Readonly<Record<string, string>>, next?: SourceHost): SourceHost {
  return {
    read(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text !== undefined) return { text };
      return next?.read(path) ?? { problem: "missing", reason: "it does not exist" };
    },
    library() {
      const own = Object.keys(files).filter((path) => path.startsWith("std/"));
      return [...new Set([...own.map((path) => path.replace(/\.llnet$/, "")), ...(next?.library?.() ?? [])])].sort();
    },
  };
}
