/** What TextMate grammars are made of; see https://macromates.com/manual/en/language_grammars. */
export interface TextMateRule {
  readonly include?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly name?: string;
  readonly captures?: Readonly<Record<number, TextMateRule>>;
  readonly beginCaptures?: Readonly<Record<number, TextMateRule>>;
  readonly endCaptures?: Readonly<Record<number, TextMateRule>>;
  readonly patterns?: readonly TextMateRule[];
}

export const name = "[A-Za-z_][A-Za-z0-9_]*";

/** A declaration in the first column: every open region ends before it. `\G` keeps the declaration's own region. */
export const topLevel = "(?=^(?:import|fn|block|head|backbone|recipe|model|ablate)\\s)";

/** Scopes end with the language: `keyword.operator.pipe.llnet`. */
export function scope(...names: readonly string[]): string {
  return names.map((each) => `${each}.llnet`).join(" ");
}

/** One of the words, whole. */
export function anyOf(words: readonly string[]): string {
  return `\\b(?:${[...words].sort().join("|")})\\b`;
}
