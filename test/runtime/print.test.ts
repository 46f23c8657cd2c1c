import { expect, test } from "vitest";
import { planMemory } from "../../runtime/program/plan.ts";
import { printProgram } from "../../runtime/program/print.ts";
import { writeMlp } from "./support/networks.ts";

test("a program is printed line by line, with the places where gradients stop", async () => {
  await expect(printProgram(writeMlp())).toMatchFileSnapshot("golden/mlp.program.txt");
});

test("printed at a batch size, shapes are numbers and peaks are those of the plan", () => {
  const program = writeMlp();
  const text = printProgram(program, { batch: 6 });
  expect(text.slice(text.indexOf("procedure train"))).not.toContain("[batch");
  expect(text).toContain(`procedure train   batch 6   peak ${planMemory(program.procedures.train, 6).peakBytes} bytes`);
});
