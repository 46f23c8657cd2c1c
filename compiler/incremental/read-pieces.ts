/**
 * Reads a text piece by piece and only what is new. The result is that of reading it in one go: a piece that reads without a
 * mistake is one or more whole declarations whatever stands around it; a piece with a mistake is read together with the next
 * one, to see that reading has found its feet where that begins. If it has not, the two are one.
 */
import { parse, type SyntaxProblem } from "../../grammar/index.ts";
import type { KeptText } from "./kept-text.ts";
import { moveSpans, type Piece, readPiece } from "./piece.ts";
import { splitText } from "./split-text.ts";

export interface PieceReader {
  read(text: string): readonly Piece[];
}

/** How many pieces a mistake may swallow one by one before the rest of the file is read as one. */
const patience = 3;

/** A text of this length is refused as a whole. */
const maximumLength = 4 * 1024 * 1024;

export function createPieceReader(path: string, kept: KeptText): PieceReader {
  /** Pieces of the text before, by their text; taken out as they are used, because equal texts are different pieces. */
  let before = new Map<string, Piece[]>();
  let used: Piece[] = [];
  /** What a wrong piece reads as in front of the one behind it. */
  const beside = new WeakMap<Piece, { readonly next: Piece; readonly result: Piece | undefined }>();

  function pieceOf(text: string): Piece {
    const piece = before.get(text)?.pop() ?? readPiece(text, path, kept);
    used.push(piece);
    return piece;
  }

  function read(text: string): readonly Piece[] {
    used = [];
    const pieces = text.length > maximumLength ? [pieceOf(text)] : assemble(splitText(text).map(pieceOf));
    // Too deep a nesting anywhere makes a file unreadable as a whole.
    const result = pieces.length > 1 && pieces.some(isTooDeep) ? [pieceOf(text)] : pieces;
    before = new Map();
    for (const piece of used) before.set(piece.text, [...(before.get(piece.text) ?? []), piece]);
    return result;
  }

  function assemble(pieces: readonly Piece[]): Piece[] {
    const result: Piece[] = [];
    for (let index = 0; index < pieces.length; index++) {
      let piece = pieces[index] as Piece;
      for (let joined = 1; piece.problems.length > 0; joined++) {
        const next = pieces[index + 1];
        if (next === undefined) break;
        const known = beside.get(piece);
        const alone = known?.next === next ? known.result : readBeside(piece, next);
        beside.set(piece, { next, result: alone });
        if (alone !== undefined) {
          piece = alone;
          break;
        }
        const swallowed = joined >= patience ? pieces.slice(index + 1) : [next];
        index += swallowed.length;
        piece = pieceOf([piece, ...swallowed].map((each) => each.text).join(""));
      }
      result.push(piece);
    }
    return result;
  }

  /** The piece as it reads in front of the next one; undefined where its mistake reaches into that. */
  function readBeside(piece: Piece, next: Piece): Piece | undefined {
    const { tree, errors } = parse(piece.text + next.text, path);
    const border = piece.text.length;
    const first = firstToken(next) - next.base + border;
    const own = tree.declarations.filter(({ span }) => span.start < border);
    const others = tree.declarations.slice(own.length);
    const problems = errors.filter(({ span }) => span.start <= first && !isOwnProblem(next, span.start - border));
    const isApart =
      own.every(({ span }) => span.end <= border) &&
      errors.length - problems.length === next.problems.length &&
      others.length === next.declarations.length &&
      others.every(({ kind, span }, index) => {
        const twin = next.declarations[index];
        return (
          twin?.kind === kind &&
          twin.span.start - next.base === span.start - border &&
          twin.span.end - next.base === span.end - border
        );
      });
    if (!isApart) return undefined;
    const comments = tree.comments.filter(({ span }) => span.start < border);
    moveSpans([own, comments, problems], (offset) =>
      offset <= border ? piece.base + offset : next.base + offset - border,
    );
    return { text: piece.text, base: piece.base, declarations: own, comments, problems };
  }

  return { read };
}

function isOwnProblem(piece: Piece, offset: number): boolean {
  return piece.problems.some(({ span }) => span.start - piece.base === offset);
}

function firstToken({ declarations, base, text }: Piece): number {
  return declarations[0]?.span.start ?? base + text.length;
}

function isTooDeep({ problems }: Piece): boolean {
  return problems.some(({ code }: SyntaxProblem) => code === "LL1009");
}
