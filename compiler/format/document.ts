/**
 * Documents: text with places where it may break, after Wadler ("A prettier printer", 2003) and Oppen. Built from the tree,
 * laid out by `layout.ts`.
 *
 *     document = text | { document } | line | hardLine | nest | align | group | choice | whenBroken | comment
 *
 * Every document knows its width on one line, so asking whether a group fits costs nothing; what cannot stand on one line is
 * infinitely wide.
 */
export type Document =
  | string
  | { readonly kind: "concat"; readonly width: number; readonly parts: readonly Document[] }
  /** A line break, or `flat` where the group around it fits on one line. */
  | { readonly kind: "line"; readonly width: number; readonly flat: string }
  | { readonly kind: "hard-line"; readonly width: number; readonly isBlank: boolean }
  /** Lines begun inside are indented by two more. */
  | { readonly kind: "nest"; readonly width: number; readonly content: Document }
  /** Lines begun inside start where the content starts. */
  | { readonly kind: "align"; readonly width: number; readonly content: Document }
  /** All its lines break, or none does. */
  | { readonly kind: "group"; readonly width: number; readonly content: Document }
  /** Each line in it breaks only where the next part does not fit. */
  | { readonly kind: "fill"; readonly width: number; readonly parts: readonly Document[] }
  /** `flat` where it fits; else what `broken` makes of the column it starts at and the indentation it stands in. */
  | {
      readonly kind: "choice";
      readonly width: number;
      readonly flat: Document;
      readonly broken: (column: number, indentation: number) => Document;
    }
  /** On one line, whatever follows. */
  | { readonly kind: "flat"; readonly width: number; readonly content: Document }
  | { readonly kind: "when-broken"; readonly width: number; readonly text: string }
  /** Ends its line, so everything around it breaks. */
  | { readonly kind: "comment"; readonly width: number; readonly text: string };

export function widthOf(document: Document): number {
  return typeof document === "string" ? document.length : document.width;
}

export function concat(...parts: readonly Document[]): Document {
  return { kind: "concat", width: parts.reduce<number>((sum, part) => sum + widthOf(part), 0), parts };
}

/** A space, or a line break. */
export const line: Document = { kind: "line", width: 1, flat: " " };

/** Nothing, or a line break. */
export const softLine: Document = { kind: "line", width: 0, flat: "" };

export const hardLine: Document = { kind: "hard-line", width: Number.POSITIVE_INFINITY, isBlank: false };

/** A line break with an empty line after it. */
export const blankLine: Document = { kind: "hard-line", width: Number.POSITIVE_INFINITY, isBlank: true };

/** The comma behind the last of several lines. */
export const trailingComma: Document = { kind: "when-broken", width: 0, text: "," };

export function nest(...parts: readonly Document[]): Document {
  const content = concat(...parts);
  return { kind: "nest", width: widthOf(content), content };
}

export function align(...parts: readonly Document[]): Document {
  const content = concat(...parts);
  return { kind: "align", width: widthOf(content), content };
}

export function group(...parts: readonly Document[]): Document {
  const content = concat(...parts);
  return { kind: "group", width: widthOf(content), content };
}

/** `parts` alternates between contents and the `line`s between them. */
export function fill(parts: readonly Document[]): Document {
  return { kind: "fill", width: widthOf(concat(...parts)), parts };
}

/** `isForced`: `flat` is never taken, because the author broke the line or a comment does. */
export function choice(
  flat: Document,
  broken: (column: number, indentation: number) => Document,
  isForced = false,
): Document {
  return { kind: "choice", width: isForced ? Number.POSITIVE_INFINITY : widthOf(flat), flat, broken };
}

export function flat(content: Document): Document {
  return { kind: "flat", width: widthOf(content), content };
}

/** A line comment. Whoever places it lets a line break follow. */
export function comment(text: string): Document {
  return { kind: "comment", width: Number.POSITIVE_INFINITY, text };
}

/** The documents with `separator` between them. */
export function join(documents: readonly Document[], ...separator: readonly Document[]): Document {
  return concat(...documents.flatMap((document, index) => (index === 0 ? [document] : [...separator, document])));
}
