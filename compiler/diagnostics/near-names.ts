/** The names a person may have meant: at most three, nearest first, none that only looks similar by accident. */
export function nearNames(wanted: string, known: Iterable<string>): string[] {
  const scored: { name: string; distance: number }[] = [];
  const lowered = wanted.toLowerCase();
  for (const name of new Set(known)) {
    if (name === wanted || name === "") continue;
    // A third of the letters may differ: `blok` finds `block`, `a` finds nothing.
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, name.length) / 3));
    const distance =
      name.toLowerCase() === lowered
        ? 0.5
        : wanted.length < 2
          ? Infinity
          : editDistance(lowered, name.toLowerCase(), limit);
    const extended = wanted.length >= 3 && name.toLowerCase().startsWith(lowered) ? limit : Infinity;
    const best = Math.min(distance, extended);
    if (best <= limit) scored.push({ name, distance: best });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  // Next to a slip of one letter, farther names are noise.
  const best = scored[0]?.distance ?? 0;
  return scored
    .filter(({ distance }) => distance <= Math.max(1, best) || best > 1)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** "did you mean `a`, `b` or `c`?", or undefined where nothing is near. */
export function didYouMean(wanted: string, known: Iterable<string>): string | undefined {
  const near = nearNames(wanted, known).map((name) => `\`${name}\``);
  if (near.length === 0) return undefined;
  const last = near.pop();
  return `did you mean ${near.length === 0 ? last : `${near.join(", ")} or ${last}`}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours; `Infinity` once it must exceed the limit. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  const distance = previous[b.length] ?? 0;
  return distance <= limit ? distance : Infinity;
}
