import { createInterface } from "node:readline";
import { answerMark } from "./contender.ts";

/** The contender's side: says it is ready, then answers every line of the standard input with one call of `step`. */
export async function serve<Answer>(step: () => Promise<Answer> | Answer): Promise<void> {
  process.stdout.write(`${answerMark}{"ready":true}\n`);
  for await (const _ of createInterface({ input: process.stdin })) {
    process.stdout.write(`${answerMark}${JSON.stringify(await step())}\n`);
  }
}
