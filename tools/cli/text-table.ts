/** One column of a table for people. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Cells under their titles, two spaces apart, a rule below the titles and one above the last `totals` rows. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[], totals = 0): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) =>
        align === "left" ? (cells[index] ?? "").padEnd(widths[index]!) : (cells[index] ?? "").padStart(widths[index]!),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("──");
  const split = rows.length - totals;
  const body = rows.map(line);
  if (totals > 0) body.splice(split, 0, rule);
  return `${[line(columns.map(({ title }) => title)), rule, ...body].join("\n")}\n`;
}

/** `1,437` */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Multiply-adds with the field's letters: `12.4 M`. */
export function magnitude(value: number): string {
  for (const [factor, letter] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (value >= factor) return `${(value / factor).toPrecision(3)} ${letter}`;
  }
  return count(value);
}

/** Decimal units, as memory is advertised and papers report it: `115.3 MB`. */
export function bytes(value: number): string {
  for (const [factor, unit] of [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (value >= factor) return `${(value / factor).toFixed(1)} ${unit}`;
  }
  return `${value} B`;
}

/** `95.3 %` */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `0:32`, `1:05:00` */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
