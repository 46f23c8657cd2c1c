import { expect, test } from "vitest";
import { createPlanningProgress } from "../../tools/cli/planning-progress.ts";

/** What is written to stderr while a variant is compiled every `seconds`. */
function written(variants: number, seconds: number, interactive: boolean): string[] {
  const texts: string[] = [];
  let time = 0;
  const io = { error: (text: string) => void texts.push(text), interactive, columns: 80 };
  const progress = createPlanningProgress(io, () => time);
  for (let done = 1; done <= variants; done++) {
    time += seconds;
    progress.show(done, variants);
  }
  progress.end();
  return texts;
}

test("a plan made within two seconds says nothing", () => {
  expect(written(100, 0.019, true)).toEqual([]);
});

test("a longer one tells rate and time left, every ten seconds where there is no terminal", () => {
  expect(written(1500, 1 / 64, false)).toEqual([
    "128 of 1,500 variants  64/s  0:21 left\n",
    "768 of 1,500 variants  64/s  0:11 left\n",
    "1,408 of 1,500 variants  64/s  0:01 left\n",
  ]);
});

test("on a terminal one line is redrawn and taken away", () => {
  const texts = written(4, 1, true);
  expect(texts).toEqual([
    "\r2 of 4 variants  1.0/s  0:02 left\u001b[K",
    "\r3 of 4 variants  1.0/s  0:01 left\u001b[K",
    "\r\u001b[K",
  ]);
});
