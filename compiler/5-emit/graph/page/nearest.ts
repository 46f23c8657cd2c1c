import type { Box } from "../layout/place-inside.ts";

export type Direction = "left" | "right" | "up" | "down";

/** The box an arrow key goes to: along the row first, and above or below the one that is least to the side. */
export function nearest<Candidate extends Box>(
  from: Box,
  direction: Direction,
  candidates: readonly Candidate[],
): Candidate | undefined {
  const isAcross = direction === "left" || direction === "right";
  const forward = direction === "right" || direction === "down" ? 1 : -1;
  const start = middle(from);
  const ranked = candidates
    .map((candidate) => {
      const { x, y } = middle(candidate);
      const along = forward * (isAcross ? x - start.x : y - start.y);
      const aside = Math.abs(isAcross ? y - start.y : x - start.x);
      return { candidate, along, score: isAcross ? along + 12 * aside : 3 * along + aside };
    })
    .filter(({ along }) => along > 4)
    .sort((a, b) => a.score - b.score);
  return ranked[0]?.candidate;
}

function middle({ x, y, width, height }: Box): { readonly x: number; readonly y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}
