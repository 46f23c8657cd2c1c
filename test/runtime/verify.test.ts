import { expect, test } from "vitest";
import { verifyProgram } from "../../runtime/program/verify.ts";
import { writeConvNet, writeMlp } from "./support/networks.ts";

test("hand-written programs are well formed", () => {
  expect(verifyProgram(writeMlp())).toEqual([]);
  expect(verifyProgram(writeConvNet())).toEqual([]);
});
