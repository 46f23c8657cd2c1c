/** How many terminal cells a text takes: tabs end at multiples of four, East Asian and emoji characters take two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character === "\t" ? 4 - (width % 4) : cellsOf(character);
  return width;
}

/** The text with every tab replaced by the spaces it stands for. Control characters are shown as `�`. */
export function expandTabs(text: string): string {
  let result = "";
  let width = 0;
  for (const character of text) {
    const cells = character === "\t" ? 4 - (width % 4) : cellsOf(character);
    result += character === "\t" ? " ".repeat(cells) : isControl(character) ? "\ufffd" : character;
    width += cells;
  }
  return result;
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

function cellsOf(character: string): number {
  if (/\p{Mark}|\p{Default_Ignorable_Code_Point}/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  const isWide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return isWide ? 2 : 1;
}
