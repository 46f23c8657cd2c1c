/** At most three of `candidates` that `name` may be a slip for, nearest first. */
export function nearNames(name: string, candidates: readonly string[]): string[] {
  const wanted = plain(name);
  return candidates
    .map((candidate) => ({ candidate, distance: editDistance(wanted, plain(candidate)) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3)),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** Case and punctuation are what people most often get wrong in file names, so they cost nothing. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** Levenshtein's distance, where two neighbours that changed places count as one slip. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    const previous = rows[row - 1] as number[];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
          ? ((rows[row - 2] as number[])[column - 2] as number) + 1
          : Number.POSITIVE_INFINITY;
      const removed = (previous[column] as number) + 1;
      const added = (current[column - 1] as number) + 1;
      current.push(Math.min(replaced, swapped, removed, added));
    }
    rows.push(current);
  }
  return (rows[a.length] as number[])[b.length] as number;
}
