import type { SyntaxProblem } from "./syntax-problem.ts";
import { syntaxProblem } from "./syntax-problem.ts";

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", '"': '"', "\\": "\\" };
const numberShape = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/;

/** The value of a string as written, quotes of either kind included; unknown escapes stand for the character after the backslash. */
export function stringValue(image: string): string {
  const inner = image.slice(1, isClosed(image) ? -1 : undefined);
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\([\s\S]?)/g, (_, character: string) => escapes[character] ?? character);
}

/** The value of a number as written; trailing letters, already reported, are ignored. */
export function numberValue(image: string): { readonly value: number; readonly isInteger: boolean } {
  const digits = numberShape.exec(image)?.[0] ?? "0";
  return { value: Number(digits), isInteger: !/[.eE]/.test(digits) };
}

export function checkString(image: string, offset: number, problems: SyntaxProblem[]): void {
  const lineEnd = offset + image.length;
  if (!isClosed(image)) {
    problems.push(
      syntaxProblem("LL1002", {
        message: "this string has no closing quote on its line",
        span: { start: offset, end: lineEnd },
        label: "the string begins here",
        help: 'end it with `"`; a line break inside a string is written `\\n`',
      }),
    );
  }
  for (
    let index = image.indexOf("\\");
    index >= 0 && index + 1 < image.length;
    index = image.indexOf("\\", index + 2)
  ) {
    const character = image.charAt(index + 1);
    if (character in escapes) continue;
    problems.push(
      syntaxProblem("LL1008", {
        message: `\`\\${character}\` is not an escape`,
        span: { start: offset + index, end: offset + index + 2 },
        label: "unknown escape",
        help: 'the escapes are `\\n`, `\\t`, `\\"` and `\\\\`',
      }),
    );
  }
}

export function checkNumber(image: string, offset: number, problems: SyntaxProblem[]): void {
  const digits = numberShape.exec(image)?.[0] ?? "";
  const span = { start: offset, end: offset + image.length };
  if (digits.length < image.length) {
    const rest = image.slice(digits.length);
    problems.push(
      syntaxProblem("LL1007", {
        message: `\`${image}\` is not a number`,
        span,
        label: "digits run into letters",
        help: rest.startsWith("_")
          ? "digits are written without separators, for example `1000`"
          : `put a space before \`${rest}\`, or write a plain number such as \`32\`, \`0.5\` or \`1e-4\``,
      }),
    );
    return;
  }
  const { value, isInteger } = numberValue(image);
  if (!Number.isFinite(value) || (isInteger && !Number.isSafeInteger(value))) {
    problems.push(
      syntaxProblem("LL1007", {
        message: isInteger
          ? `the integer \`${image}\` is too large to be exact`
          : `the number \`${image}\` is too large`,
        span,
        label: isInteger ? "integers reach to 9007199254740991" : "numbers reach to about 1.8e308",
      }),
    );
  }
}

/** Whether the last quote ends the string: it is not the first one and no backslash escapes it. */
function isClosed(image: string): boolean {
  if (image.length < 2 || image.at(-1) !== image[0]) return false;
  let backslashes = 0;
  while (image.charAt(image.length - 2 - backslashes) === "\\") backslashes++;
  return backslashes % 2 === 0;
}
