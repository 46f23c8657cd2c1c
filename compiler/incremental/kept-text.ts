/**
 * Every piece that was ever read stays where it was written, so that the places in its tree, and in everything computed from
 * it, hold for ever; what a person sees is a selection of the pieces in their order (`layout.ts`).
 */
export interface KeptText {
  readonly text: string;
  /** Writes a piece behind all others; its first offset. */
  append(piece: string): number;
}

export function createKeptText(): KeptText {
  // Places that mean the whole file are at its very beginning, where no piece stands.
  let text = "\n\n";
  return {
    get text() {
      return text;
    },
    append(piece) {
      const base = text.length;
      // Pieces do not touch, so that the end of one is not the start of another.
      text += `${piece}\n`;
      return base;
    },
  };
}

/** The first offset of the first piece. */
export const firstBase = 2;
