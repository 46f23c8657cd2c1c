/**
 * Where a text may be cut into pieces that are read one by one: before every line that begins, at its very first column, with
 * the word of a declaration, together with the comments and empty lines above it. This is only a guess, made without reading;
 * `read-pieces.ts` joins what does not stand alone.
 */
export function splitText(text: string): string[] {
  // A comment over several lines is a mistake that hides declarations; such a text is read in one piece.
  if (/\/\*[\s\S]*?\*\//.test(text)) return [text];
  const pieces: string[] = [];
  let start = 0;
  declarationWord.lastIndex = 0;
  for (let match = declarationWord.exec(text); match !== null; match = declarationWord.exec(text)) {
    const cut = withCommentsAbove(text, match.index + 1, start);
    if (cut <= start) continue;
    pieces.push(text.slice(start, cut));
    start = cut;
  }
  pieces.push(text.slice(start));
  return pieces;
}

const declarationWord = /\n(?:import|let|fn|block|head|backbone|recipe|model|ablate)\b/g;

/** The start of the first of the empty lines and comments directly above the line that starts at `line`. */
function withCommentsAbove(text: string, line: number, atLeast: number): number {
  let cut = line;
  while (cut > atLeast) {
    // A negative place to search from would find a line end at the very first character.
    const above = cut < 2 ? 0 : text.lastIndexOf("\n", cut - 2) + 1;
    const content = text.slice(Math.max(above, atLeast), cut - 1).trim();
    if (content !== "" && !content.startsWith("//")) {
      // A doc comment behind code would belong to the next declaration.
      return content.includes("///") ? atLeast : cut;
    }
    cut = Math.max(above, atLeast);
  }
  return cut;
}
