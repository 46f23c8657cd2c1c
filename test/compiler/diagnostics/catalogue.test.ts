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
