/** The little SVG that the charts need: text is escaped, numbers are short. */

export type Attributes = Readonly<Record<string, string | number | undefined>>;

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? short(value) : escapeText(value ?? "")}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

export function text(content: string, attributes: Attributes): string {
  return element("text", attributes, escapeText(content));
}

/** A picture of its own, which says in words what it shows. Colours follow the page where there is one. */
export function picture(width: number, height: number, label: string, ...children: readonly string[]): string {
  const style =
    ".t{fill:var(--text,#1b1f24)}.q{fill:var(--quiet,#57606a)}.g{stroke:var(--line,#d0d7de)}.k{stroke:var(--text,#1b1f24)}text{font:12px system-ui,sans-serif}";
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${short(width)} ${short(height)}`,
      width,
      height,
      role: "img",
      "aria-label": label,
    },
    element("style", {}, style),
    ...children,
  );
}

export function escapeText(content: string): string {
  return content.replaceAll(/[&<>"']/g, (found) => entities[found] ?? found);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** About `wanted` round numbers that span a range. */
export function ticks(from: number, to: number, wanted = 5): readonly number[] {
  const rough = (to - from) / wanted;
  if (!(rough > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Where module `index` of `count` lies on a ramp from dark to light that survives grey print and colour blindness. */
export function moduleColor(index: number, count: number): string {
  const share = count <= 1 ? 0 : index / (count - 1);
  const place = share * (ramp.length - 1);
  const low = Math.min(Math.floor(place), ramp.length - 2);
  const mixed = ramp[low]!.map((value, channel) =>
    Math.round(value + (place - low) * (ramp[low + 1]![channel]! - value)),
  );
  return `rgb(${mixed.join(",")})`;
}

const ramp = [
  [96, 84, 170],
  [49, 104, 142],
  [33, 145, 140],
  [53, 183, 121],
  [170, 190, 50],
] as const;
