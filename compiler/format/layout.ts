/** Lays a document out in at most `lineWidth` columns where it can. Linear in its size, and without recursion. */
import { type Document, widthOf } from "./document.ts";

export const lineWidth = 120;

interface Waiting {
  readonly document: Document;
  readonly indentation: number;
  readonly isFlat: boolean;
}

export function layout(document: Document, indentation = 0): string {
  const waiting: Waiting[] = [{ document, indentation, isFlat: false }];
  let output = "";
  let column = indentation;
  /** Spaces owed at the beginning of a line; an empty line never gets them. */
  let owed = 0;
  const write = (text: string): void => {
    if (text === "") return;
    output += " ".repeat(owed) + text;
    owed = 0;
    column += text.length;
  };
  const breakLine = (spaces: number, isBlank: boolean): void => {
    output += isBlank ? "\n\n" : "\n";
    owed = spaces;
    column = spaces;
  };

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { document, indentation, isFlat } = next;
    if (typeof document === "string") {
      write(document);
      continue;
    }
    switch (document.kind) {
      case "concat":
        for (let index = document.parts.length - 1; index >= 0; index--)
          waiting.push({ document: document.parts[index] ?? "", indentation, isFlat });
        break;
      case "line":
        if (isFlat) write(document.flat);
        else breakLine(indentation, false);
        break;
      case "hard-line":
        breakLine(indentation, document.isBlank);
        break;
      case "nest":
        waiting.push({ document: document.content, indentation: indentation + 2, isFlat });
        break;
      case "align":
        waiting.push({ document: document.content, indentation: column, isFlat });
        break;
      case "flat":
        waiting.push({ document: document.content, indentation, isFlat: true });
        break;
      case "group":
        waiting.push({ document: document.content, indentation, isFlat: isFlat || fits(document, column, waiting) });
        break;
      case "choice": {
        const takesFlat = isFlat || fits(document, column, waiting);
        const chosen = takesFlat ? document.flat : document.broken(column, indentation);
        waiting.push({ document: chosen, indentation, isFlat: takesFlat });
        break;
      }
      case "fill": {
        const [content = "", separator = "", ...rest] = document.parts;
        if (document.parts.length > 2) {
          const second = rest[0] ?? "";
          const isTogether = isFlat || column + widthOf(content) + widthOf(separator) + widthOf(second) < lineWidth;
          waiting.push({ document: { ...document, parts: rest }, indentation, isFlat });
          waiting.push({ document: separator, indentation, isFlat: isTogether });
        }
        waiting.push({ document: content, indentation, isFlat });
        break;
      }
      case "when-broken":
        if (!isFlat) write(document.text);
        break;
      case "comment":
        write(document.text);
        break;
      default:
        assertNever(document);
    }
  }
  return output;
}

/** Whether the document and what follows it up to the next possible line break end within the line. */
function fits(document: Document, column: number, waiting: readonly Waiting[]): boolean {
  let end = column + widthOf(document);
  for (let index = waiting.length - 1; index >= 0 && end <= lineWidth; index--) {
    const after = waiting[index];
    if (after === undefined) break;
    const { width, ends } = widthToBreak(after.document, after.isFlat);
    end += width;
    if (ends) break;
  }
  return end <= lineWidth;
}

/** How wide a document is up to its first line break, and whether it has one. A comment may run past the edge. */
function widthToBreak(document: Document, isFlat: boolean): { readonly width: number; readonly ends: boolean } {
  if (typeof document === "string") return { width: document.length, ends: false };
  switch (document.kind) {
    case "line":
      return isFlat ? { width: document.width, ends: false } : { width: 0, ends: true };
    case "hard-line":
    case "comment":
      return { width: 0, ends: true };
    case "when-broken":
      return { width: isFlat ? 0 : document.text.length, ends: false };
    case "concat":
    case "fill":
      return widthOfParts(document.parts, isFlat);
    case "nest":
    case "align":
    case "group":
      // A group further on may break, whatever it will do: the answer must not depend on breaks the author put inside it.
      return widthToBreak(document.content, isFlat);
    case "flat":
      return widthToBreak(document.content, true);
    case "choice":
      return widthToBreak(document.flat, true);
    default:
      return assertNever(document);
  }
}

function widthOfParts(parts: readonly Document[], isFlat: boolean): { readonly width: number; readonly ends: boolean } {
  let width = 0;
  for (const part of parts) {
    const inner = widthToBreak(part, isFlat);
    width += inner.width;
    if (inner.ends) return { width, ends: true };
    if (width > lineWidth) break;
  }
  return { width, ends: false };
}

function assertNever(document: never): never {
  throw new Error(`no such kind of document: ${JSON.stringify(document)}`);
}
