/** A set of instruction numbers, one bit each. */
export interface AncestorSet {
  has(index: number): boolean;
  /** Adds the members of another set and, if given, one more. */
  addAll(other: AncestorSet | undefined, also?: number): void;
  readonly words: Uint32Array;
}

export function createAncestorSet(size: number): AncestorSet {
  const words = new Uint32Array(Math.ceil(size / 32));
  return {
    words,
    has: (index) => (((words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1,
    addAll(other, also) {
      other?.words.forEach((word, position) => {
        words[position] = (words[position] ?? 0) | word;
      });
      if (also !== undefined) words[also >>> 5] = (words[also >>> 5] ?? 0) | (1 << (also & 31));
    },
  };
}
