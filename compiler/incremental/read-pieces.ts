/**
 * Reads a text piece by piece and only what is new. The result is that of reading it in one go: a piece that reads without a
 * mistake is one or more whole declarations whatever stands around it; a piece with a mistake is read together with the next
 * one, to see that reading has found its feet where that begins. If it has not, the two are one.
 */
import { parse, type SyntaxProblem } from "../../grammar/index.ts";
import { commonEnd, commonStart } from "./common-text.ts";
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
  /** The pieces the text before was cut into, and those that had to be joined from several. */
  let cutBefore: readonly Piece[] = [];
  let textBefore = "";
  let joinedBefore = new Map<string, Piece>();
  let joinedNow = new Map<string, Piece>();
  /** What a wrong piece reads as in front of the one behind it. */
  const beside = new WeakMap<Piece, { readonly next: Piece; readonly result: Piece | undefined }>();

  function read(text: string): readonly Piece[] {
    joinedNow = new Map();
    const pieces = text.length > maximumLength ? [joinedPiece(text)] : assemble(cut(text));
    // Too deep a nesting anywhere makes a file unreadable as a whole.
    const result = pieces.length > 1 && pieces.some(isTooDeep) ? [joinedPiece(text)] : pieces;
    joinedBefore = joinedNow;
    return result;
  }

  function joinedPiece(text: string): Piece {
    const piece = joinedNow.get(text) ?? joinedBefore.get(text) ?? readPiece(text, path, kept);
    joinedNow.set(text, piece);
    return piece;
  }

  /** Only what lies between the first and the last change is cut and read anew. */
  function cut(text: string): readonly Piece[] {
    const isWhole = text.includes("/*");
    let head = 0;
    let start = 0;
    let tail = cutBefore.length;
    let end = text.length;
    if (!isWhole) {
      const same = commonStart(textBefore, text);
      for (let piece = cutBefore[head]; piece && start + piece.text.length <= same; piece = cutBefore[head]) {
        start += piece.text.length;
        head++;
      }
      // Where a piece begins depends on the one before it, so one at each side is cut again.
      if (head > 0) start -= cutBefore[--head]?.text.length ?? 0;
      const from = text.length - commonEnd(textBefore, text);
      for (let piece = cutBefore[tail - 1]; piece && tail > head; piece = cutBefore[tail - 1]) {
        if (end - piece.text.length < Math.max(start, from)) break;
        end -= piece.text.length;
        tail--;
      }
      if (tail < cutBefore.length) end += cutBefore[tail++]?.text.length ?? 0;
    }
    textBefore = text;
    const changed = new Map<string, Piece[]>();
    for (const piece of cutBefore.slice(head, tail))
      changed.set(piece.text, [...(changed.get(piece.text) ?? []), piece]);
    const anew = splitText(text.slice(start, end)).map((each) => {
      const piece = changed.get(each)?.shift();
      return piece ?? readPiece(each, path, kept);
    });
    cutBefore = [...cutBefore.slice(0, head), ...anew, ...cutBefore.slice(tail)];
    return cutBefore;
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
        piece = joinedPiece([piece, ...swallowed].map((each) => each.text).join(""));
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
