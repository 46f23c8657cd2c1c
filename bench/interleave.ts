import type { Contender } from "./contender.ts";

/** Gives each contender one turn after the other, so that a busy moment of the machine hits all of them alike. */
export async function interleave<Answer>(
  contenders: readonly Contender<Answer>[],
  { warmUp, rounds }: { readonly warmUp: number; readonly rounds: number },
): Promise<{ readonly first: readonly Answer[]; readonly measured: readonly (readonly Answer[])[] }> {
  const answers: Answer[][] = contenders.map(() => []);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const [index, contender] of contenders.entries()) answers[index]?.push(await contender.ask());
  }
  return {
    first: answers.map(([answer]) => answer as Answer),
    measured: answers.map((all) => all.slice(warmUp)),
  };
}
