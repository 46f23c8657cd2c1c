/**
 * About how wide a text is in a sans-serif face, in pixels: there is no font to ask where a picture is made. A little wide on
 * purpose, so that no text leaves its box in a wider face.
 */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width * size;
}

export function boldWidth(text: string, size: number): number {
  return textWidth(text, size) * 1.1;
}

/** Words in lines that are no wider; `separator` stays between the words of a line. */
export function wrapText(words: readonly string[], separator: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last}${separator}${word}`, size) <= width) {
      lines[lines.length - 1] = `${last}${separator}${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** The text, or its beginning and an ellipsis where it would be wider. */
export function fitText(text: string, size: number, width: number): string {
  if (textWidth(text, size) <= width) return text;
  let kept = text;
  while (kept.length > 0 && textWidth(`${kept}…`, size) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}

function letterWidth(letter: string): number {
  if (/[ijl.,:;'|!()[\]/ ]/.test(letter)) return 0.37;
  if (/[ftr"-]/.test(letter)) return 0.44;
  if (/[mwMW@%]/.test(letter)) return 0.93;
  if (/[A-Z×·…→]/.test(letter)) return 0.72;
  return 0.6;
}
