/** `unit stem`, `units stem and norm`, `12 units (stem, stage[1].block[1], stage[1].block[2], …)` */
export function listed(noun: string, names: readonly string[]): string {
  if (names.length === 1) return `${noun} ${names[0]}`;
  if (names.length <= 3) return `${noun}s ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.length} ${noun}s (${names.slice(0, 3).join(", ")}, …)`;
}

/** `module 4`, `modules 1 to 3`, `modules 1 to 3 and 5` */
export function moduleRanges(indices: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const index of indices) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === index - 1) last.to = index;
    else ranges.push({ from: index, to: index });
  }
  const texts = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  const all = texts.length === 1 ? texts[0] : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
  return `${indices.length === 1 ? "module" : "modules"} ${all}`;
}

/** `1 layer`, `2 layers`, without a sign. */
export function difference(count: number, noun: string): string {
  const size = Math.abs(count);
  return `${size} ${noun}${size === 1 ? "" : "s"}`;
}

/** `1,437` */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
