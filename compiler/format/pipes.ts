/**
 * Pipes. A pipe that fits stays on its line. One that does not has one step per line, under the first `|>` where that leaves
 * room, else under its beginning. Where the author broke a pipe, the breaks stay: lines of a pipe are its paragraphs, one per
 * convolution with what belongs to it.
 */
import type { Comment, Expression, Pipe, PipeLoop } from "../../grammar/index.ts";
import { align, choice, comment, concat, type Document, flat, hardLine, nest, widthOf } from "./document.ts";
import { lineWidth } from "./layout.ts";
import { levels } from "./precedence.ts";
import { commentText, hasLineBreak, type Source } from "./source.ts";

/** Steps stand under the first `|>` only behind something short, such as `module.output`. */
const widestHead = 24;

interface Step {
  readonly document: Document;
  /** Whether the author began a line with it. */
  readonly beginsLine: boolean;
  readonly above: readonly Comment[];
  /** The comment at the end of the line before it. */
  readonly behindPrevious?: Comment;
}

/** How the parts of a pipe are written: expressions, in parentheses where they are looser than a level, and loops. */
export interface PipeParts {
  readonly operand: (source: Source, node: Expression, level: number) => Document;
  readonly loop: (source: Source, node: PipeLoop) => Document;
}

export function pipe(source: Source, node: Pipe, { operand, loop }: PipeParts): Document {
  const stages: Pipe[] = [];
  let input: Expression = node;
  for (; input.kind === "Pipe"; input = input.input) stages.unshift(input);
  const hasBraces = input.kind === "If" || input.kind === "Match";
  const head = operand(source, input, hasBraces ? levels.postfix : levels.or);
  const steps = stages.map(({ input: before, stage }): Step => {
    const behindPrevious = source.takeBehind(before.span.end);
    const above = source.takeBefore(stage.span.start);
    const hasComments = behindPrevious !== undefined || above.length > 0;
    const beginsLine = hasComments || hasLineBreak(source, before.span.end, stage.span.start);
    const document = stage.kind === "PipeLoop" ? loop(source, stage) : align(operand(source, stage, levels.minus));
    return { document, beginsLine, above, ...(behindPrevious !== undefined && { behindPrevious }) };
  });

  const hasComments = steps.some(({ above, behindPrevious }) => above.length > 0 || behindPrevious !== undefined);
  const isBrokenByAuthor = hasComments || (steps.length > 1 && steps.some(({ beginsLine }) => beginsLine));
  const oneLine = concat(head, ...steps.map(({ document }) => concat(" |> ", document)));
  return choice(
    oneLine,
    (column, indentation) => {
      const startsBelow = isBrokenByAuthor && steps[0]?.beginsLine === true;
      const paragraphs = isBrokenByAuthor ? paragraphsOf(steps) : [steps];
      const underFirst = column + widthOf(head) + 1;
      const below = indentation + 2;
      const isHeadShort = widthOf(head) <= widestHead;
      if (isBrokenByAuthor && (startsBelow || isHeadShort)) {
        const start = startsBelow ? below : underFirst;
        if (paragraphs.every((steps) => fits(steps, start))) return place(head, paragraphs, startsBelow, start);
      }
      const single = steps.map((step) => [step]);
      if (!startsBelow && isHeadShort && single.every((step) => fits(step, underFirst)))
        return place(head, single, false, underFirst);
      return place(head, single, true, below);
    },
    isBrokenByAuthor,
  );
}

function paragraphsOf(steps: readonly Step[]): Step[][] {
  const paragraphs: Step[][] = [];
  for (const step of steps) {
    const last = paragraphs.at(-1);
    if (last === undefined || step.beginsLine) paragraphs.push([step]);
    else last.push(step);
  }
  return paragraphs;
}

function fits(steps: readonly Step[], column: number): boolean {
  const width = steps.reduce((sum, { document }) => sum + widthOf(document) + 4, -1);
  return column + width < lineWidth;
}

/** The paragraphs under the first `|>`, or all of them below the head and indented. */
function place(
  head: Document,
  paragraphs: readonly (readonly Step[])[],
  startsBelow: boolean,
  column: number,
): Document {
  const lines = paragraphs.map((steps, index) => {
    const [first] = steps;
    const written = steps.map(({ document }, position) => concat(position === 0 ? "|> " : " |> ", document));
    const text = fits(steps, column) ? flat(concat(...written)) : concat(...written);
    if (index === 0 && !startsBelow) return text;
    const behind = first?.behindPrevious;
    const above = (first?.above ?? []).flatMap((each) => [hardLine, comment(commentText(each))]);
    return concat(behind === undefined ? "" : concat(" ", comment(commentText(behind))), ...above, hardLine, text);
  });
  return startsBelow ? concat(head, nest(...lines)) : concat(head, " ", align(...lines));
}
