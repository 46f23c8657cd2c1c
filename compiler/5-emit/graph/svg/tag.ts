/** Well-formed markup from values: names and doc comments come from users. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; undefined attributes are left out, children are markup already. */
export function tag(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(`${value}`)}"`)
    .join("");
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join("")}</${name}>`;
}

/** Also leaves out what XML has no way to write. */
export function escapeText(text: string): string {
  return [...text]
    .filter(isWritable)
    .join("")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function isWritable(letter: string): boolean {
  const code = letter.codePointAt(0) as number;
  const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return !isControl && !(code >= 0xd800 && code <= 0xdfff) && code !== 0xfffe && code !== 0xffff;
}
