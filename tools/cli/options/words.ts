import { InvalidArgumentError } from "commander";

/** Reads one of a few words. */
export function oneOf<Word extends string>(...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((each) => each === text);
    if (word === undefined) throw new InvalidArgumentError(`There are ${enumerate(words)}.`);
    return word;
  };
}

/** Reads some of a few words, separated by commas. */
export function someOf<Word extends string>(
  words: readonly Word[],
  known: string = enumerate(words),
): (text: string) => Word[] {
  return (text) =>
    list(text).map((part) => {
      const word = words.find((each) => each === part);
      if (word === undefined) throw new InvalidArgumentError(`There is no \`${part}\`; there are ${known}.`);
      return word;
    });
}

/** Words separated by commas. */
export function list(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function enumerate(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
