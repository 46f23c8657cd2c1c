/** How tokens are called in messages: plain words for kinds, backticks for what stands in the text. */
import type { IToken, TokenType } from "chevrotain";
import { EOF } from "chevrotain";
import { NumberToken, reservedWords, StringToken, Word, wordTypes } from "./tokens.ts";

/** `a name`, `a number`, or the token itself in backticks. */
export function describeType(type: TokenType): string {
  if (type === Word) return "a name";
  if (type === NumberToken) return "a number";
  if (type === StringToken) return "a string";
  if (wordTypes.has(type.name)) return `\`${type.name}\``;
  return `\`${String(type.PATTERN)}\``;
}

export function describeToken(token: IToken): string {
  if (token.tokenType === EOF) return "the end of the file";
  const shown = token.image.length > 40 ? `${token.image.slice(0, 37)}...` : token.image;
  return reservedWords.has(token.image) && token.image !== "_" ? `the keyword \`${shown}\`` : `\`${shown}\``;
}
