/**
 * Where a cursor stands, told from the text before it: half-typed text has no tree worth asking. Strings and comments on the way
 * are passed over line by line.
 */
export interface Surroundings {
  /** What the innermost open brace belongs to. */
  readonly room:
    | "file"
    | "import"
    | "model"
    | "heads"
    | "context"
    | "fields"
    | "body"
    | "backbone"
    | "ablate"
    | "other";
  /** The call whose parentheses are open, and how many arguments stand before. */
  readonly call: { readonly callee: string; readonly argument: number; readonly isPiped: boolean } | undefined;
  /** The line up to the cursor. */
  readonly line: string;
  /** The beginning of the word under the cursor. */
  readonly word: string;
  /** Whether the cursor stands in a string or a comment. */
  readonly inString: boolean;
  readonly inComment: boolean;
}

export function surroundingsOf(text: string, offset: number, from = 0): Surroundings {
  const before = text.slice(from, offset);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const { clean, inString, inComment } = withoutStrings(before);
  const openers: { readonly bracket: string; readonly at: number; commas: number }[] = [];
  for (let at = 0; at < clean.length; at++) {
    const character = clean[at] ?? "";
    if ("([{".includes(character)) openers.push({ bracket: character, at, commas: 0 });
    else if (")]}".includes(character)) openers.pop();
    else if (character === ",") {
      const top = openers.at(-1);
      if (top !== undefined) top.commas++;
    }
  }
  const brace = openers.findLast(({ bracket }) => bracket === "{");
  const inner = openers.findLast(({ bracket }) => bracket !== "[");
  const head = inner?.bracket === "(" ? /([A-Za-z_]\w*)\s*$/.exec(clean.slice(0, inner.at)) : null;
  const isDeclaration =
    /\b(?:fn|block|head|backbone)\s+\w+\s*$/.test(clean.slice(0, inner?.at ?? 0)) && brace === undefined;
  const isPiped = head !== null && /\|>\s*$/.test(clean.slice(0, head.index));
  return {
    room: brace === undefined ? "file" : roomOf(clean.slice(0, brace.at)),
    call:
      head?.[1] === undefined || isDeclaration ? undefined : { callee: head[1], argument: inner?.commas ?? 0, isPiped },
    line,
    word: /[A-Za-z_]\w*$/.exec(before)?.[0] ?? "",
    inString,
    inComment,
  };
}

function roomOf(before: string): Surroundings["room"] {
  const words = before.slice(-400);
  if (/\bimport\s*$/.test(words)) return "import";
  if (/\bheads\s*$/.test(words)) return "heads";
  if (/\bcontext\s*$/.test(words)) return "context";
  if (/\b(?:train(?:\s+\w+)?|recipe\s+\w+)\s*$/.test(words)) return "fields";
  if (/\bmodel\s+\w+\s*$/.test(words)) return "model";
  if (/\bablate\s+\w+\s+of\s+\w+\s*$/.test(words)) return "ablate";
  // A group, a loop or a condition belongs to whatever declaration it stands in.
  const declaration =
    /(?:^|\n)\s*(block|head|backbone)\s+\w+\s*\([^\n]*$|(?:^|\n)(block|head|backbone)\b(?![\s\S]*\n(?:block|head|backbone|model|fn|let|recipe)\b)/.exec(
      before,
    );
  const word = declaration?.[1] ?? declaration?.[2];
  if (word === "backbone") return /\bunit\s[^\n]*\)\s*$/.test(words) ? "body" : "backbone";
  return word === undefined ? "other" : "body";
}

/** The text with strings and comments blanked out, which leaves every offset where it was. */
function withoutStrings(text: string): {
  readonly clean: string;
  readonly inString: boolean;
  readonly inComment: boolean;
} {
  let last = { index: 0, text: "" };
  const clean = text.replace(/\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"?/g, (match, index: number) => {
    last = { index, text: match };
    return " ".repeat(match.length);
  });
  const isLast = last.text !== "" && last.index + last.text.length === text.length;
  const isClosed = /^"(?:[^"\\\n]|\\.)*"$/.test(last.text);
  return {
    clean,
    inString: isLast && last.text.startsWith('"') && !isClosed,
    inComment: isLast && last.text.startsWith("//"),
  };
}
