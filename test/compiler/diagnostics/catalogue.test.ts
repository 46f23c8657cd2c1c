import { expect, test } from "vitest";
import { catalogue } from "../../../compiler/diagnostics/catalogue.ts";
import { diagnose } from "../../../compiler/diagnostics/diagnose.ts";
import { withoutEchoes } from "../../../compiler/diagnostics/without-echoes.ts";

test("no code is used twice, and every one lies in a band", () => {
  const codes = Object.values(catalogue).map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^LL[2-9][0-9]{3}$/);
});

test("names are kebab-case", () => {
  for (const name of Object.keys(catalogue)) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test("a mistake reported for every module is kept once", () => {
  const place = { file: "a", start: 1, end: 2 };
  const first = diagnose("division-by-zero", {}, { place });
  const elsewhere = diagnose("division-by-zero", {}, { place: { ...place, start: 0 } });
  expect(withoutEchoes([first, { ...first, message: "again" }, elsewhere])).toEqual([first, elsewhere]);
});

test("one wrong argument to a library's head is one report, whatever lines it disturbs", () => {
  const library = (start: number) => ({ file: "std/man.llnet", start, end: start + 5 });
  const called = (start: number) => [{ place: { file: "own.llnet", start, end: start + 3 }, text: "called here" }];
  const facts = { module: 5, count: 1, which: "next" } as const;
  const first = diagnose("no-neighbour", facts, { place: library(10), related: called(1) });
  const echo = diagnose("no-neighbour", facts, { place: library(40), related: called(1) });
  const otherCall = diagnose("no-neighbour", facts, { place: library(80), related: called(9) });
  expect(withoutEchoes([first, echo, otherCall])).toEqual([first, otherCall]);
});

test("height and width of one tensor that has neither are one mistake", () => {
  const made = [{ place: { file: "a", start: 0, end: 1 }, text: "made here: [batch, 8]" }];
  const lacking = (name: string, start: number) =>
    diagnose("no-such-axis", { name, shape: "[batch, 8]" }, { place: { file: "a", start, end: 9 }, related: made });
  expect(withoutEchoes([lacking("height", 5), lacking("width", 6)])).toEqual([lacking("height", 5)]);
});

test("part of an expression that is an error already is no second one; the whole of one may be", () => {
  const at = (start: number, end: number) =>
    diagnose("not-computed-yet", { what: `${start}`, where: "here" }, { place: { file: "a", start, end } });
  const part = diagnose(
    "no-neighbour",
    { module: 5, count: 1, which: "next" },
    { place: { file: "a", start: 3, end: 6 } },
  );
  expect(withoutEchoes([at(3, 9), part])).toEqual([at(3, 9)]);
  expect(withoutEchoes([part, at(3, 9)])).toEqual([part, at(3, 9)]);
});
